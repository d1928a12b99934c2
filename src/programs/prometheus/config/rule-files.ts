/**
 * Files of rules.
 * Source: github.com/prometheus/prometheus model/rulefmt/rulefmt.go
 */
import { parsePromql } from "../promql/parser.ts";
import { type Expression, type Labels, PromqlError } from "../promql/syntax.ts";
import { ConfigError, type Value, YamlReader } from "./reader.ts";

export interface Rule {
  type: "alerting" | "recording";
  /** Of the alert, or of the metric that is recorded. */
  name: string;
  /** The text as it was written. */
  query: string;
  expression: Expression;
  /** How long the condition must hold before an alert fires, ms. */
  forMs: number;
  labels: Labels;
  annotations: Labels;
}

export interface RuleGroup {
  name: string;
  file: string;
  intervalMs: number;
  rules: readonly Rule[];
}

const GROUP = ["name", "interval", "query_offset", "limit", "rules", "labels", "partial_response_strategy"];
const RULE = ["record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"];
const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** Throws ConfigError. */
export function readRuleFile(text: string, file: string, intervalMs: number): RuleGroup[] {
  const reader = new YamlReader();
  const root = reader.read(text).fields("rulefmt.RuleGroups", ["groups"]);
  const names = new Set<string>();
  const groups = (root["groups"]?.items("[]rulefmt.RuleGroup") ?? []).map((value): RuleGroup => {
    const fields = value.fields("rulefmt.RuleGroup", GROUP);
    const name = fields["name"]?.text() ?? "";
    const line = reader.lineOf(value.node);
    if (name === "") throw new ConfigError(`${line}:3: Groupname must not be empty`);
    if (names.has(name))
      throw new ConfigError(`${line}:3: groupname: ${JSON.stringify(name)} is repeated in the same file`);
    names.add(name);
    const own = fields["interval"];
    const shared = fields["labels"]?.pairs() ?? {};
    const rules = (fields["rules"]?.items("[]rulefmt.Rule") ?? []).map((each, i) =>
      readRule(each, { group: name, number: i + 1, line: reader.lineOf(each.node), shared }),
    );
    return { name, file, intervalMs: own ? own.duration() : intervalMs, rules };
  });
  reader.finish();
  return groups;
}

function readRule(
  value: Value,
  { group, number, line, shared }: { group: string; number: number; line: number; shared: Labels },
): Rule {
  const fields = value.fields("rulefmt.Rule", RULE);
  const [record, alert] = [fields["record"]?.text() ?? "", fields["alert"]?.text() ?? ""];
  const query = fields["expr"]?.text().trim() ?? "";
  const fail = (problem: string): never => {
    throw new ConfigError(
      `${line}:7: group ${JSON.stringify(group)}, rule ${number}, ${JSON.stringify(record || alert)}: ${problem}`,
    );
  };
  if (record !== "" && alert !== "") fail("only one of 'record' and 'alert' must be set");
  if (record === "" && alert === "") fail("one of 'record' or 'alert' must be set");
  if (query === "") fail("field 'expr' must be set in rule");
  if (record !== "" && !METRIC.test(record)) fail(`invalid recording rule name: ${record}`);
  if (record !== "" && fields["annotations"]) fail("invalid field 'annotations' in recording rule");
  if (record !== "" && fields["for"]) fail("invalid field 'for' in recording rule");
  return {
    type: record === "" ? "alerting" : "recording",
    name: record || alert,
    query,
    expression: parsed(query, fail),
    forMs: fields["for"]?.duration() ?? 0,
    labels: { ...shared, ...fields["labels"]?.pairs() },
    annotations: fields["annotations"]?.pairs() ?? {},
  };
}

function parsed(query: string, fail: (problem: string) => never): Expression {
  try {
    return parsePromql(query);
  } catch (error) {
    if (error instanceof PromqlError) return fail(`could not parse expression: ${error.message}`);
    throw error;
  }
}

/**
 * The adapter's rules: which series become metrics, which objects they belong to, and how a value is queried.
 * sigs.k8s.io/prometheus-adapter: pkg/config/config.go, docs/config.md
 */
import { parse } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { Regex } from "../../../lib/regex.ts";

export interface Rule {
  seriesQuery: string;
  seriesFilters: readonly { is?: Regex; isNot?: Regex }[];
  /** The plural name of the resource that a label names. */
  resources: ReadonlyMap<string, string>;
  /** The labels of other resources, as a pattern whose group is the resource's singular name. */
  resourceLabel?: Regex;
  /** The pattern of a series' name, and the metric's name. */
  name: { matches: Regex; as: string };
  metricsQuery: string;
}

export interface AdapterConfig {
  rules: readonly Rule[];
  externalRules: readonly Rule[];
}

/** Throws YAMLParseError for a text that is no YAML, and RegexError for a pattern that RE2 rejects. */
export function readConfig(content: string): AdapterConfig {
  const document = parse(content) as JsonValue;
  const rulesOf = (name: string) =>
    isJsonObject(document) && Array.isArray(document[name]) ? document[name].filter(isJsonObject).map(ruleOf) : [];
  return { rules: rulesOf("rules"), externalRules: rulesOf("externalRules") };
}

function ruleOf(rule: JsonObject): Rule {
  const resources = isJsonObject(rule["resources"]) ? rule["resources"] : {};
  const overrides = isJsonObject(resources["overrides"]) ? resources["overrides"] : {};
  const { template } = resources;
  const names = isJsonObject(rule["name"]) ? rule["name"] : {};
  const matches = text(names["matches"]) || ".*";
  const filters = Array.isArray(rule["seriesFilters"]) ? rule["seriesFilters"].filter(isJsonObject) : [];
  return {
    seriesQuery: text(rule["seriesQuery"]),
    seriesFilters: filters.map(({ is, isNot }) => ({
      ...(is && { is: new Regex(text(is)) }),
      ...(isNot && { isNot: new Regex(text(isNot)) }),
    })),
    resources: new Map(
      Object.entries(overrides).map(([label, to]) => [label, pluralOf(isJsonObject(to) ? text(to["resource"]) : "")]),
    ),
    ...(typeof template === "string" && { resourceLabel: labelPattern(template) }),
    // Without a name the first group of the pattern is the metric, or else all of it.
    name: { matches: new Regex(matches), as: text(names["as"]) || (matches.includes("(") ? "$1" : "$0") },
    metricsQuery: text(rule["metricsQuery"]),
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function labelPattern(template: string): Regex {
  const [before = "", after = ""] = template.split(/<<\s*\.Resource\s*>>/).map((part) => part.replace(/\W/g, "\\$&"));
  return new Regex(`^${before}([a-z]+)${after}$`);
}

/** The plural name of a resource. */
export function pluralOf(resource: string): string {
  if (/ss$/.test(resource)) return `${resource}es`;
  return resource.endsWith("s") ? resource : `${resource}s`;
}

/** The metric's name for a series; undefined: the rule does not concern it. */
export function metricName({ seriesFilters, name }: Rule, series: string): string | undefined {
  const isKept = seriesFilters.every(
    ({ is, isNot }) => (is === undefined || is.test(series)) && (isNot === undefined || !isNot.test(series)),
  );
  const found = name.matches.groups(series);
  if (!isKept || !found) return undefined;
  const as = name.as.replace(/\$\{?(\d+)\}?/g, (_, index) => found[Number(index)] ?? "");
  return series.replace(found[0] ?? "", () => as);
}

/** The query of a rule with its placeholders filled in. */
export function filled(template: string, values: { series: string; matchers: string; groupBy: string }): string {
  const { series, matchers, groupBy } = values;
  const texts: Readonly<Record<string, string>> = { Series: series, LabelMatchers: matchers, GroupBy: groupBy };
  return template.replace(/<<\s*\.(\w+)\s*>>/g, (_, name: string) => texts[name] ?? "");
}

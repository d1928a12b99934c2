/** rewrite: asks for another name, and turns the names of the answer back. https://coredns.io/plugins/rewrite */
import type { DnsRecord } from "../../../../lib/dns.ts";
import { Regex, RegexError } from "../../../../lib/regex.ts";
import type { DirectiveReader } from "../corefile.ts";
import type { Plugin, Query, Reply } from "../plugin.ts";

type Kind = "exact" | "prefix" | "suffix" | "substring" | "regex";
const KINDS: readonly Kind[] = ["exact", "prefix", "suffix", "substring", "regex"];

/** Undefined: the rule does not match. */
type Rename = (name: string) => string | undefined;

interface Rule {
  /** Later rules are applied too. */
  goesOn: boolean;
  name?: Rename;
  type?: { from: string; to: string };
  /** Changes of the answer, by the name before and after the rule. */
  answers: ((record: DnsRecord, before: string, after: string) => DnsRecord)[];
  ttl?: { matches: Rename; range: readonly [number, number] };
}

export const rewrite: Plugin = {
  name: "rewrite",
  isRepeatable: true,
  setup(reader) {
    const rules = rulesOf(reader);
    return (query, _world, next) => {
      const applied: { rule: Rule; before: string; after: string }[] = [];
      let asked: Query = query;
      for (const rule of rules) {
        const changed = applyTo(rule, asked);
        if (!changed) continue;
        applied.push({ rule, before: asked.name, after: changed.name });
        asked = changed;
        if (!rule.goesOn) break;
      }
      const reply = next(asked);
      return applied.reduceRight((answer, { rule, before, after }) => turnBack(answer, rule, before, after), reply);
    };
  },
};

function applyTo({ name, type, ttl }: Rule, query: Query): Query | undefined {
  if (name) {
    const renamed = name(query.name);
    return renamed === undefined ? undefined : { ...query, name: renamed };
  }
  if (ttl) return ttl.matches(query.name) === undefined ? undefined : query;
  if (!type || (type.from !== query.record && type.from !== "ANY")) return undefined;
  return { ...query, record: type.to as Query["record"] };
}

function turnBack(reply: Reply, { answers, ttl }: Rule, before: string, after: string): Reply {
  const records = reply.records.map((record) => {
    const named = answers.reduce((one, change) => change(one, before, after), record);
    if (!ttl) return named;
    const [least, most] = ttl.range;
    return { ...named, ttlSeconds: Math.min(Math.max(named.ttlSeconds, least), most) };
  });
  return { ...reply, records };
}

/** One rule on the line of the directive, or the lines of its block. */
function rulesOf(reader: DirectiveReader): Rule[] {
  const args = reader.args();
  const [mode] = args;
  const goesOn = mode === "continue";
  const words = mode === "continue" || mode === "stop" ? args.slice(1) : args;
  const lines: string[] = [];
  while (reader.nextLine()) lines.push(...[reader.value, ...reader.args()]);
  return [ruleOf(reader, [...words, ...lines], goesOn)];
}

function ruleOf(reader: DirectiveReader, [field, ...words]: readonly string[], goesOn: boolean): Rule {
  if (field === "name") return nameRule(reader, words, goesOn);
  if (field === "type") {
    const [from = "", to = ""] = words.map((word) => word.toUpperCase());
    if (words.length !== 2) throw reader.plainProblem("type rules must have exactly two arguments");
    return { goesOn, type: { from, to }, answers: [] };
  }
  if (field === "ttl") return ttlRule(reader, words, goesOn);
  if (["class", "edns0", "cname", "rcode"].includes(field ?? "")) return { goesOn, answers: [] };
  throw reader.plainProblem(
    field === undefined ? "no rule type specified for rewrite" : `invalid rule type "${field}"`,
  );
}

function nameRule(reader: DirectiveReader, words: readonly string[], goesOn: boolean): Rule {
  const kind = KINDS.find((one) => one === words[0]?.toLowerCase());
  const [from, to, ...options] = kind ? words.slice(1) : words;
  if (from === undefined || to === undefined) throw reader.plainProblem("too few arguments for a name rule");
  const used = kind ?? "exact";
  const name = renameOf(reader, used, from, to);
  return { goesOn, name, answers: answersOf(reader, used, { from, to }, options) };
}

function ttlRule(reader: DirectiveReader, words: readonly string[], goesOn: boolean): Rule {
  const kind = KINDS.find((one) => one === words[0]?.toLowerCase());
  const [from, range] = kind ? words.slice(1) : words;
  if (from === undefined || range === undefined) throw reader.plainProblem("too few arguments for a ttl rule");
  const [least = "", most = least] = range.split("-");
  const limits = [Number(least || 0), most === "" ? Number.MAX_SAFE_INTEGER : Number(most)] as const;
  if (limits.some((limit) => !Number.isInteger(limit)))
    throw reader.plainProblem(`invalid TTL '${range}' for a ttl rule`);
  return { goesOn, ttl: { matches: renameOf(reader, kind ?? "exact", from, from), range: limits }, answers: [] };
}

/** Names are compared with a dot at their end, as they are written in rules and in questions. */
function renameOf(reader: DirectiveReader, kind: Kind, from: string, to: string): Rename {
  const [old, replacement] = [from.toLowerCase(), to.toLowerCase()];
  const dotted = (text: string) => (text.endsWith(".") ? text : `${text}.`);
  const plain = (text: string) => text.replace(/\.$/, "");
  switch (kind) {
    case "exact":
      return (name) => (`${name}.` === dotted(old) ? plain(replacement) : undefined);
    case "prefix":
      return (name) => (name.startsWith(old) ? plain(replacement + name.slice(old.length)) : undefined);
    case "suffix":
      return (name) => {
        const end = dotted(old);
        const full = `${name}.`;
        return full.endsWith(end) ? plain(full.slice(0, -end.length) + dotted(replacement)) : undefined;
      };
    case "substring":
      return (name) => (`${name}.`.includes(old) ? plain(`${name}.`.replaceAll(old, replacement)) : undefined);
    case "regex": {
      const pattern = patternOf(reader, old);
      return (name) => {
        const groups = pattern.groups(`${name}.`);
        return groups && plain(withGroups(replacement, groups));
      };
    }
  }
}

function patternOf(reader: DirectiveReader, pattern: string): Regex {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw reader.plainProblem(`invalid regex pattern in a name rule: ${pattern}`);
  }
}

function withGroups(text: string, groups: readonly string[]): string {
  return text.replace(/\{(\d+)\}/g, (_, number: string) => groups[Number(number)] ?? "");
}

/** `answer auto`, `answer name FROM TO`, `answer value FROM TO`; an exact rule needs none. */
function answersOf(
  reader: DirectiveReader,
  kind: Kind,
  rule: { from: string; to: string },
  options: readonly string[],
): Rule["answers"] {
  const answers: Rule["answers"] = kind === "exact" ? [originalName] : [];
  const words = options.filter((word) => word !== "answer");
  for (let i = 0; i < words.length; ) {
    if (words[i] === "auto") {
      answers.push(kind === "suffix" ? reversedSuffix(renameOf(reader, "suffix", rule.to, rule.from)) : originalName);
      i++;
      continue;
    }
    const what = words[i] === "name" || words[i] === "value" ? words[i] : "name";
    const [from, to] = what === words[i] ? words.slice(i + 1, i + 3) : words.slice(i, i + 2);
    if (from === undefined || to === undefined)
      throw reader.plainProblem("exceeded the number of arguments for a regex rule");
    answers.push(renamed(what === "value" ? "value" : "name", renameOf(reader, "regex", from, to)));
    i += what === words[i] ? 3 : 2;
  }
  return answers;
}

const originalName: Rule["answers"][number] = (record, before, after) =>
  record.name === after ? { ...record, name: before } : record;

function reversedSuffix(rename: Rename): Rule["answers"][number] {
  return (record) => ({ ...record, name: rename(record.name) ?? record.name });
}

function renamed(what: "name" | "value", rename: Rename): Rule["answers"][number] {
  return (record) => {
    const found = rename(record[what].replace(/\.$/, ""));
    return found === undefined ? record : { ...record, [what]: found };
  };
}

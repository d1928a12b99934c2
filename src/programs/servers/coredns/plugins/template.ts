/** template: answers that are made from the question. https://coredns.io/plugins/template */
import type { DnsReply } from "../../../../lib/dns.ts";
import { Regex, RegexError } from "../../../../lib/regex.ts";
import type { DirectiveReader } from "../corefile.ts";
import { Fallthrough, failure, type Plugin, type Query, zonesOf, zoneWith } from "../plugin.ts";
import { recordOfLine } from "../zone-file.ts";

const CODES: readonly DnsReply["code"][] = ["NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED"];
const EXPRESSION = /\{\{\s*([^}]*?)\s*\}\}/g;
const KNOWN = /^(\.(Name|Zone|Class|Type|Remote)|\.Group\.\w+|index\s+\.Match\s+\d+)$/;

interface Match {
  zone: string;
  groups: readonly string[];
  names: Readonly<Record<string, number>>;
}

export const template: Plugin = {
  name: "template",
  isRepeatable: true,
  setup(reader) {
    const [queryClass, type, ...given] = reader.args();
    if (queryClass === undefined || type === undefined) throw reader.argumentProblem();
    if (!["IN", "ANY", "CH", "HS"].includes(queryClass)) throw reader.problem(`invalid query class ${queryClass}`);
    const zones = zonesOf(given, reader.keys);
    const fallthrough = new Fallthrough();
    const { patterns, answers, code } = blockOf(reader, fallthrough);
    return (query, _world, next) => {
      const zone = zoneWith(query.name, zones);
      if (zone === undefined || (type !== "ANY" && type !== query.record)) return next(query);
      const match = matchOf(query, patterns, zone);
      if (!match) return fallthrough.covers(query.name) || zones.length === 0 ? next(query) : failure("SERVFAIL");
      const records = answers.map((answer) => recordOfLine(filled(answer, query, match), ""));
      if (records.includes(undefined)) return failure("SERVFAIL");
      return { code, records: records.filter((record) => record !== undefined), isAuthoritative: true };
    };
  },
};

function blockOf(reader: DirectiveReader, fallthrough: Fallthrough) {
  const patterns: Regex[] = [];
  const answers: string[] = [];
  let code: DnsReply["code"] = "NOERROR";
  while (reader.nextLine()) {
    const property = reader.value;
    const args = reader.args();
    if (property === "match") {
      if (args.length === 0) throw reader.argumentProblem();
      patterns.push(...args.map((pattern) => compiled(reader, pattern)));
    } else if (property === "answer") {
      if (args.length === 0) throw reader.argumentProblem();
      answers.push(...args.map((answer) => checked(reader, answer)));
    } else if (property === "rcode") {
      const found = CODES.find((one) => one === args[0]);
      if (args.length !== 1) throw reader.argumentProblem();
      if (!found) throw reader.problem(`unknown rcode ${args[0]}`);
      code = found;
    } else if (property === "fallthrough") fallthrough.read(args);
    else if (!["additional", "authority", "ederror", "upstream"].includes(property)) throw reader.argumentProblem();
  }
  return { patterns: patterns.length > 0 ? patterns : [new Regex(".*")], answers, code };
}

function compiled(reader: DirectiveReader, pattern: string): Regex {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw reader.problem(`could not parse regex: ${pattern}, ${error.message}`);
  }
}

/** Fields of the question and groups of the match are known; other expressions are refused. */
function checked(reader: DirectiveReader, answer: string): string {
  for (const [, expression = ""] of answer.matchAll(EXPRESSION)) {
    if (KNOWN.test(expression)) continue;
    throw reader.problem(`could not compile template: ${answer}, template: answer:1: unexpected {{${expression}}}`);
  }
  return answer;
}

function matchOf({ name }: Query, patterns: readonly Regex[], zone: string): Match | undefined {
  for (const pattern of patterns) {
    const groups = pattern.groups(`${name}.`);
    if (groups) return { zone, groups, names: pattern.groupNames };
  }
  return undefined;
}

function filled(answer: string, { name, record, from }: Query, { zone, groups, names }: Match): string {
  return answer.replace(EXPRESSION, (_, expression: string) => {
    const index = /^index\s+\.Match\s+(\d+)$/.exec(expression)?.[1];
    if (index !== undefined) return groups[Number(index)] ?? "";
    const group = /^\.Group\.(\w+)$/.exec(expression)?.[1];
    if (group !== undefined) return groups[names[group] ?? -1] ?? "";
    const fields: Record<string, string> = {
      ".Name": `${name}.`,
      ".Zone": `${zone}.`,
      ".Class": "IN",
      ".Type": record,
      ".Remote": from,
    };
    return fields[expression] ?? "";
  });
}

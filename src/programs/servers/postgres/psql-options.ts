/** psql's options. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { targetOf } from "./connection.ts";
import type { PsqlState, Source } from "./psql-state.ts";
import type { TableForm } from "./table-text.ts";

/** Options with a value, by letter and by long name. */
const VALUED: Readonly<Record<string, string>> = {
  c: "command",
  d: "dbname",
  f: "file",
  F: "field-separator",
  h: "host",
  o: "output",
  p: "port",
  P: "pset",
  U: "username",
  v: "set",
  L: "log-file",
  R: "record-separator",
};

const FLAGS: Readonly<Record<string, string>> = {
  A: "no-align",
  t: "tuples-only",
  q: "quiet",
  x: "expanded",
  X: "no-psqlrc",
  w: "no-password",
  W: "password",
  a: "echo-all",
  e: "echo-queries",
  b: "echo-errors",
  l: "list",
  n: "no-readline",
  "1": "single-transaction",
  s: "single-step",
  S: "single-line",
  E: "echo-hidden",
};

export interface ParsedOptions {
  values: [name: string, value: string][];
  flags: Set<string>;
  words: string[];
}

/** Options in the forms of getopt_long. */
export function parseOptions(
  argv: readonly string[],
  valued: Readonly<Record<string, string>>,
  flags: Readonly<Record<string, string>>,
): ParsedOptions | { unknown: string } {
  const parsed: ParsedOptions = { values: [], flags: new Set(), words: [] };
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    const [, long, text] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (long !== undefined) {
      if (Object.values(valued).includes(long)) parsed.values.push([long, text ?? argv[++i] ?? ""]);
      else if (Object.values(flags).includes(long) || long === "csv") parsed.flags.add(long);
      else return { unknown: `unrecognized option '--${long}'` };
      continue;
    }
    if (!arg.startsWith("-") || arg === "-") {
      parsed.words.push(arg);
      continue;
    }
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at] ?? "";
      const name = valued[letter];
      if (name !== undefined) {
        parsed.values.push([name, at + 1 < arg.length ? arg.slice(at + 1) : (argv[++i] ?? "")]);
        break;
      }
      const flag = flags[letter];
      if (flag === undefined) return { unknown: `invalid option -- '${letter}'` };
      parsed.flags.add(flag);
    }
  }
  return parsed;
}

export function optionsOf(process: ProcessView): { state: PsqlState } | { problem: string } {
  const parsed = parseOptions(process.argv, VALUED, FLAGS);
  if ("unknown" in parsed) return { problem: `psql: ${parsed.unknown}` };
  const { flags, words } = parsed;
  const last = new Map(parsed.values);
  const target = targetOf(process, {
    ...(last.has("host") && { host: last.get("host") ?? "" }),
    ...(last.has("port") && { port: last.get("port") ?? "" }),
    user: last.get("username") ?? words[1] ?? "",
    database: last.get("dbname") ?? words[0] ?? "",
  });
  const sources = sourcesOf(process, parsed);
  if ("problem" in sources) return sources;
  const variables: Record<string, string> = {};
  for (const [name, value] of parsed.values) {
    const [, key = "", text = ""] = /^(\w+)(?:=([\s\S]*))?$/.exec(value) ?? [];
    if (name === "set" && key) variables[key] = text;
  }
  const form: TableForm = {
    isAligned: !flags.has("no-align"),
    isExpanded: flags.has("expanded"),
    tuplesOnly: flags.has("tuples-only"),
    separator: last.get("field-separator") ?? "|",
    nullText: /^null=(.*)$/.exec(last.get("pset") ?? "")?.[1] ?? "",
    isCsv: flags.has("csv"),
  };
  const usesInput = sources.list.some(({ type }) => type === "input");
  return {
    state: {
      target,
      session: String(process.random()),
      sources: sources.list,
      buffer: "",
      request: { action: "connect" },
      form,
      variables,
      isQuiet: flags.has("quiet"),
      isInteractive: usesInput && process.isTerminal(0),
      isConnected: false,
      isSuperuser: false,
      mayAsk: !flags.has("no-password"),
      isAskingPassword: false,
      askedPassword: false,
      hasPrompted: false,
      hasTiming: false,
      echoes: flags.has("echo-all") || flags.has("echo-queries"),
      transaction: "none",
      status: 0,
      copyLines: [],
    },
  };
}

function sourcesOf(
  { files, cwd }: ProcessView,
  { values, flags }: ParsedOptions,
): { list: Source[] } | { problem: string } {
  const list: Source[] = [];
  if (flags.has("list")) list.push({ type: "command", text: "\\l", isDone: false });
  for (const [name, value] of values) {
    if (name === "command") list.push({ type: "command", text: value, isDone: false });
    if (name !== "file") continue;
    if (value === "-") {
      list.push({ type: "input" });
      continue;
    }
    try {
      const text = files.read(value.startsWith("/") ? value : `${cwd.replace(/\/$/, "")}/${value}`);
      list.push({ type: "file", name: value, lines: text.split(/(?<=\n)/), line: 0 });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return { problem: `psql: error: ${value}: ${error.message}` };
    }
  }
  return { list: list.length > 0 ? list : [{ type: "input" }] };
}

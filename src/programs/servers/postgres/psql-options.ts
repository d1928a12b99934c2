/** psql's options. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { sessionOf } from "../database-names.ts";
import { targetOf } from "./connection.ts";
import { setPrinting } from "./psql-printing.ts";
import { absolute, type PsqlState, type Source } from "./psql-state.ts";
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
  H: "html",
  z: "field-separator-zero",
  "0": "record-separator-zero",
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

export function optionsOf(
  process: ProcessView,
): { state: PsqlState; warnings: string[] } | { problem: string; hasHint?: boolean } {
  const parsed = parseOptions(process.argv, VALUED, FLAGS);
  if ("unknown" in parsed) return { problem: `psql: ${parsed.unknown}`, hasHint: true };
  const { flags } = parsed;
  const last = new Map(parsed.values);
  const free = [...parsed.words];
  const database = last.get("dbname") ?? free.shift() ?? "";
  const user = last.get("username") ?? free.shift() ?? "";
  const warnings = free.map((word) => `psql: warning: extra command-line argument "${word}" ignored`);
  const target = targetOf(process, {
    ...(last.has("host") && { host: last.get("host") ?? "" }),
    ...(last.has("port") && { port: last.get("port") ?? "" }),
    user,
    database,
  });
  const sources = sourcesOf(process, parsed);
  const variables: Record<string, string> = {};
  for (const [name, value] of parsed.values) {
    const [, key = "", text = ""] = /^(\w+)(?:=([\s\S]*))?$/.exec(value) ?? [];
    if (name === "set" && key) variables[key] = text;
  }
  const form = formOf(parsed, last);
  if ("problem" in form) return form;
  const usesInput = sources.some(({ type }) => type === "input");
  const output = last.get("output");
  if (output !== undefined) process.files.write(absolute(process, output), "");
  return {
    warnings,
    state: {
      target,
      session: sessionOf(process),
      sources,
      buffer: "",
      lastSql: "",
      request: { action: "connect" },
      form,
      variables,
      conditions: [],
      isQuiet: flags.has("quiet"),
      isInteractive: usesInput && process.isTerminal(0),
      isConnected: false,
      isSuperuser: false,
      mayAsk: !flags.has("no-password"),
      isAskingPassword: false,
      askedPassword: false,
      hasPrompted: false,
      hasTiming: false,
      echo: flags.has("echo-all")
        ? "all"
        : flags.has("echo-queries")
          ? "queries"
          : flags.has("echo-errors")
            ? "errors"
            : "none",
      transaction: "none",
      status: 0,
      copyLines: [],
      ...(output !== undefined && { output }),
    },
  };
}

function formOf({ flags, values }: ParsedOptions, last: ReadonlyMap<string, string>): TableForm | { problem: string } {
  const form: TableForm = {
    format: flags.has("csv") ? "csv" : flags.has("html") ? "html" : flags.has("no-align") ? "unaligned" : "aligned",
    isExpanded: flags.has("expanded"),
    tuplesOnly: flags.has("tuples-only"),
    separator: last.get("field-separator") ?? "|",
    recordSeparator: last.get("record-separator") ?? "\n",
    nullText: "",
    border: 1,
    hasFooter: true,
  };
  for (const [name, value] of values) {
    if (name !== "pset") continue;
    const [, key = "", text] = /^(\w+)(?:=([\s\S]*))?$/.exec(value) ?? [];
    const result = setPrinting(form, key, text);
    if ("problem" in result)
      return {
        problem: `psql: error: \\pset: ${result.problem}\npsql: error: could not set printing parameter "${key}"`,
      };
  }
  return form;
}

function sourcesOf(process: ProcessView, { values, flags }: ParsedOptions): Source[] {
  const list: Source[] = [];
  if (flags.has("list")) list.push({ type: "command", text: "\\l", isDone: false });
  for (const [name, value] of values) {
    if (name === "command") list.push({ type: "command", text: value, isDone: false });
    if (name !== "file") continue;
    if (value === "-") list.push({ type: "input" });
    else list.push(fileSource(process, value));
  }
  if (list.length === 0) list.push({ type: "input" });
  if (!flags.has("single-transaction")) return list;
  const hidden = (text: string): Source => ({ type: "command", text, isDone: false, isHidden: true });
  return [hidden("BEGIN"), ...list, hidden("COMMIT")];
}

/** A file that cannot be read has no lines; its error shows when its turn comes. */
function fileSource(process: ProcessView, name: string): Source {
  try {
    const text = process.files.read(absolute(process, name));
    return { type: "file", name, lines: text.split(/(?<=\n)/), line: 0 };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { type: "file", name, lines: [`\\missing ${error.message}`], line: 0 };
  }
}

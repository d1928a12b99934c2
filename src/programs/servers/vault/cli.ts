/**
 * Parts that the commands of `vault` share: flags, requests, and how results are shown.
 * Source: github.com/hashicorp/vault command/format.go, base_helpers.go
 */
import { stringify } from "yaml";
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { HttpQuestion } from "../../../shell/question.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure, type HttpResult, type Session, type Steps } from "../../kubectl/core/session.ts";
import { contentOf } from "../server.ts";

export interface Reply {
  status: number;
  body: JsonObject;
}

/** The arguments of a command: words, and flags without their hyphens. */
export interface Arguments {
  words: readonly string[];
  flags: ReadonlyMap<string, string>;
}

export type Command = (session: Session, args: Arguments) => Steps<number>;

/** Flags that take no value. */
const SWITCHES = /^(detailed|dev|f|force|h|help|migrate|no-print|no-store|non-interactive|reset|tls-skip-verify)$/;

/** Flags are written `-name=value` or `-name value`. A lone hyphen is a word. */
export function argumentsOf(args: readonly string[]): Arguments {
  const words: string[] = [];
  const flags = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const [, name, value] = /^--?([a-zA-Z][\w-]*)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (name === undefined) words.push(arg);
    else flags.set(name, value ?? (SWITCHES.test(name) ? "true" : (args[++i] ?? "")));
  }
  return { words, flags };
}

/** The server by the command's flag or the environment. */
function serverOf(session: Session): string {
  return argumentsOf(session.args).flags.get("address") ?? (session.env("VAULT_ADDR") || "https://127.0.0.1:8200");
}

function endpointOf(text: string): { scheme: "http" | "https"; host: string; port: number } {
  if (!URL.canParse(text)) throw new Failure(`parse "${text}": invalid address`, 1);
  const { protocol, hostname, port } = new URL(text);
  const scheme = protocol === "http:" ? "http" : "https";
  return { scheme, host: hostname, port: Number(port) || (scheme === "http" ? 80 : 443) };
}

export const tokenFile = (session: Session): string => `${session.env("HOME") || "/root"}/.vault-token`;

function storedToken(session: Session): string {
  return session.env("VAULT_TOKEN") || (contentOf(session.process, tokenFile(session)) ?? "");
}

const WIRE_METHODS: Readonly<Record<string, string>> = { GET: "Get", LIST: "Get", DELETE: "Delete", PATCH: "Patch" };

/**
 * `what` begins the message of a refusal: `Error initializing`. Empty: the message begins with the reason. `token` and
 * `server` replace those of the command's environment.
 */
export function* call(
  session: Session,
  what: string,
  [method, path, body]: readonly [method: string, path: string, body?: JsonObject],
  { token = storedToken(session), server = serverOf(session) }: { token?: string | undefined; server?: string } = {},
): Steps<Reply> {
  const { scheme, host, port } = endpointOf(server);
  const head = what === "" ? "" : `${what}: `;
  const isList = method === "LIST";
  const question: HttpQuestion = {
    ...{ type: "http", scheme, host, port },
    ...{ method: isList ? "GET" : method, path: `/v1/${path}${isList ? "?list=true" : ""}` },
    headers: { host, "x-vault-request": "true", ...(token && { "x-vault-token": token.trim() }) },
    body: body ? bytesOfText(JSON.stringify(body)) : "",
  };
  const result = (yield { type: "http", question }) as unknown as HttpResult;
  if (result.type === "failed") {
    const url = `${WIRE_METHODS[method] ?? "Put"} "${server}${question.path}"`;
    throw new Failure(`${head}${url}: dial tcp ${host}:${port}: connect: connection refused`, 1);
  }
  const reply = { status: result.status, body: jsonObject(result.body) };
  if (result.status < 400) return reply;
  const errors = Array.isArray(reply.body["errors"]) ? reply.body["errors"] : [];
  if (result.status === 404 && errors.length === 0) return reply;
  const list = errors.map((error) => `* ${String(error)}`).join("\n");
  const url = `URL: ${question.method} ${server}${question.path}`;
  throw new Failure(`${head}Error making API request.\n\n${url}\nCode: ${result.status}. Errors:\n\n${list}`, 2);
}

function jsonObject(text: string): JsonObject {
  try {
    return objectIn(JSON.parse(text) as JsonValue);
  } catch {
    // An answer without JSON has no fields.
    return {};
  }
}

/**
 * The fields of `key=value`, `key=@file` and `key=-`. A lone hyphen stands for JSON in the standard input.
 * Source: github.com/hashicorp/go-secure-stdlib kv-builder
 */
export function* fieldsOf(session: Session, words: readonly string[]): Steps<JsonObject> {
  let fields: JsonObject = {};
  for (const word of words) {
    const at = word.indexOf("=");
    if (word === "-" || (at < 0 && word.startsWith("@"))) {
      fields = { ...fields, ...jsonObject(yield* textBehind(session, word)) };
      continue;
    }
    if (at < 0)
      throw new Failure(`Failed to parse K=V data: invalid key/value pair "${word}": format must be key=value`);
    const value = word.slice(at + 1);
    fields[word.slice(0, at)] = value.startsWith("\\@") ? value.slice(1) : yield* textBehind(session, value);
  }
  return fields;
}

/** The standard input for `-`, a file's text for `@file`, and the text itself otherwise. */
function* textBehind({ process }: Session, text: string): Steps<string> {
  if (text === "-") return String(yield { type: "input" });
  if (!text.startsWith("@")) return text;
  const path = text.slice(1);
  if (process.files.find(bytesOfText(path)) === undefined)
    throw new Failure(`Failed to parse K=V data: error reading file: open ${path}: no such file or directory`);
  return String(yield { type: "file", path: bytesOfText(path) });
}

/** A value in the words of Go: `map[a:1 b:2]`, `[a b]`. */
function goText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isJsonObject(value)) return String(value);
  const names = Object.keys(value).sort();
  return `map[${names.map((name) => `${name}:${goText(value[name])}`).join(" ")}]`;
}

/** Rows below headings, with the widths of their longest cells. */
export function columns(rows: readonly (readonly string[])[], headings: readonly string[]): string {
  const all = [headings, headings.map((word) => "-".repeat(word.length)), ...rows];
  const widths = headings.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)) + 4);
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("");
  return all.map((row) => `${line(row)}\n`).join("");
}

export type Row = readonly [key: string, value: JsonValue];

export function table(rows: readonly Row[]): string {
  const shown = (value: JsonValue) => (Array.isArray(value) ? `[${value.map(quoted).join(" ")}]` : goText(value));
  return columns(
    rows.map(([key, value]) => [key, shown(value)]),
    ["Key", "Value"],
  );
}

const quoted = (value: JsonValue) => (typeof value === "string" ? JSON.stringify(value) : goText(value));

/** The rows of an object in its own order. */
export const rowsOf = (data: JsonObject): Row[] => Object.keys(data).map((key) => [key, data[key] ?? null]);

/** The rows of an object in the order of their keys. */
export const sortedRows = (data: JsonObject): Row[] => rowsOf(data).sort(([a], [b]) => (a < b ? -1 : 1));

/** Shows the answer in the format of `-format`, or the one value of `-field`. Returns the command's status. */
export function show(
  session: Session,
  value: JsonValue,
  { asTable, fields }: { asTable: () => string; fields?: JsonObject },
): number {
  const { flags } = argumentsOf(session.args);
  const [format, field] = [flags.get("format") ?? session.env("VAULT_FORMAT"), flags.get("field")];
  if (field !== undefined && fields) {
    const found = fields[field];
    if (found === undefined) throw new Failure(`Field "${field}" not present in secret`);
    const end = session.process.isTerminal(1) ? "\n" : "";
    session.print(`${isJsonObject(found) ? JSON.stringify(found) : goText(found)}${end}`);
  } else if (format === "json") session.print(`${JSON.stringify(value, null, 2)}\n`);
  else if (format === "yaml") session.print(yamlLines(value));
  else session.print(asTable());
  return 0;
}

const yamlLines = (value: JsonValue): string => stringify(value, { sortMapEntries: true });

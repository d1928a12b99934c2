/** Options that MySQL's clients share, and their connection. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { isTemporaryNameFailure } from "../../../shell/network-failure.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Answer } from "../../../shell/question.ts";
import type { MySqlReport } from "./words.ts";

export interface Connection {
  /** Empty: the socket of this container. */
  host: string;
  port: number;
  user: string;
  password: string;
  /** `-p` without a value: the client asks. */
  asksPassword: boolean;
  /** `-psecret`: the client warns. */
  isOnCommandLine: boolean;
}

export interface ClientOptions {
  connection: Connection;
  values: Map<string, string>;
  flags: Set<string>;
  words: string[];
  unknown?: string;
}

const VALUED: Readonly<Record<string, string>> = {
  h: "host",
  u: "user",
  P: "port",
  S: "socket",
  D: "database",
  e: "execute",
};
const LONG_VALUED = new Set([
  ...Object.values(VALUED),
  "protocol",
  "default-character-set",
  "connect-timeout",
  "password",
  "defaults-extra-file",
  "defaults-file",
  "ssl-mode",
  "wait",
  "count",
  "sleep",
  "where",
  "result-file",
  "delimiter",
  "init-command",
]);

export function optionsOf({ argv, env, credentials }: ProcessView): ClientOptions {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const words: string[] = [];
  let unknown: string | undefined;
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    const [, long = "", text] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (long === "password" && text === undefined) flags.add("ask");
    else if (LONG_VALUED.has(long) && !(long === "wait" && text === undefined))
      values.set(long, text ?? argv[++i] ?? "");
    else if (long) flags.add(long);
    else if (arg === "-p") flags.add("ask");
    else if (arg.startsWith("-p")) values.set("password", arg.slice(2));
    else if (/^-[A-Za-z]/.test(arg)) {
      for (let at = 1; at < arg.length; at++) {
        const name = VALUED[arg[at] ?? ""];
        if (name === undefined) {
          flags.add(arg[at] ?? "");
          continue;
        }
        values.set(name, at + 1 < arg.length ? arg.slice(at + 1) : (argv[++i] ?? ""));
        break;
      }
    } else words.push(arg);
  }
  const host = values.get("host") ?? "";
  const connection: Connection = {
    host: host === "localhost" && values.get("protocol")?.toLowerCase() !== "tcp" ? "" : host,
    port: Number(values.get("port") ?? 3306),
    user: values.get("user") ?? (credentials.uid === 0 ? "root" : "mysql"),
    password: values.get("password") ?? env["MYSQL_PWD"] ?? "",
    asksPassword: flags.has("ask"),
    isOnCommandLine: (values.get("password") ?? "") !== "",
  };
  return { connection, values, flags, words, ...(unknown !== undefined && { unknown }) };
}

/** Undefined while the answer is awaited. */
export function ask(
  process: ProcessView,
  { host, port, user, password }: Connection,
  body: JsonObject,
): Answer | undefined {
  return process.ask({
    type: "message",
    host: host === "" ? "127.0.0.1" : host,
    port,
    protocol: "mysql",
    body: { ...body, host, user, password },
    timeoutMs: 60_000,
  });
}

export function replyOf(answer: Answer, connection: Connection): { body: JsonObject } | { report: MySqlReport } {
  if (answer.type === "message" && isJsonObject(answer.body)) {
    const { refusal } = answer.body;
    return isJsonObject(refusal) ? { report: refusal as unknown as MySqlReport } : { body: answer.body };
  }
  return { report: failureOf(answer, connection) };
}

function failureOf(answer: Answer, { host, port }: Connection): MySqlReport {
  const why = answer.type === "failed" ? answer.why : "reset";
  const state = "HY000";
  if (why === "reset")
    return {
      number: 2013,
      state,
      message: "Lost connection to MySQL server at 'reading initial communication packet', system error: 0",
    };
  if (host === "")
    return {
      number: 2002,
      state,
      message: "Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)",
    };
  if (why === "unknownName" || why === "noRecord")
    return { number: 2005, state, message: `Unknown MySQL server host '${host}' (-2)` };
  if (isTemporaryNameFailure(why)) return { number: 2005, state, message: `Unknown MySQL server host '${host}' (-3)` };
  const reason = why === "timeout" ? 110 : why === "unreachable" ? 113 : 111;
  return { number: 2003, state, message: `Can't connect to MySQL server on '${host}:${port}' (${reason})` };
}

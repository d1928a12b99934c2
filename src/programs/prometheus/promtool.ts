/**
 * promtool: checks of files, and queries to a server.
 * Source: github.com/prometheus/prometheus cmd/promtool (main.go, query.go)
 */
import { FileError } from "../../files/errors.ts";
import { textOfBytes } from "../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from "../../lib/json.ts";
import type { Program } from "../../shell/program.ts";
import type { NetworkFailure } from "../../shell/question.ts";
import { objectsIn } from "../kubectl/core/parts.ts";
import { drive, type HttpResult, type Session, type Steps } from "../kubectl/core/session.ts";
import { dialError } from "../servers/go.ts";
import { readConfig } from "./config/config.ts";
import { ConfigError } from "./config/reader.ts";
import { readRuleFile } from "./config/rule-files.ts";
import { globPaths } from "./globs.ts";
import { printLabels } from "./promql/values.ts";
import { VERSION } from "./settings.ts";

export const promtool: Program = { run: (process) => drive(process, main) };

const USAGE = `usage: promtool [<flags>] <command> [<args> ...]

Tooling for the Prometheus monitoring system.

Commands:
  check config [<flags>] <config-files>...
  check rules [<flags>] [<rule-files>...]
  check healthy [<flags>]
  check ready [<flags>]
  query instant [<flags>] <server> <expr>
  query range [<flags>] <server> <expr>
  query series [<flags>] <server>
  query labels [<flags>] <server> <name>

`;

function* main(session: Session): Steps<number> {
  const { args } = session;
  if (args[0] === "--version") {
    session.print(`promtool, version ${VERSION} (branch: HEAD, revision: d1b56d5fb1ad4b6cf8b14cd6a8b8ce4ab2f71d4d)\n`);
    return 0;
  }
  const [verb = "", what = "", ...rest] = args;
  const command = COMMANDS[`${verb} ${what}`];
  if (command) return yield* command(session, rest);
  session.warn(
    verb === "" || verb === "--help"
      ? USAGE
      : `promtool: error: expected command but got ${JSON.stringify(verb)}, try --help\n`,
  );
  return verb === "--help" ? 0 : 3;
}

const COMMANDS: Readonly<Record<string, (session: Session, args: readonly string[]) => Steps<number>>> = {
  "check config": checkConfigs,
  "check rules": checkRules,
  "check healthy": (session, args) => checkServer(session, args, "healthy"),
  "check ready": (session, args) => checkServer(session, args, "ready"),
  "query instant": (session, args) => queryServer(session, args, instantQuery),
  "query range": (session, args) => queryServer(session, args, rangeQuery),
  "query series": (session, args) => queryServer(session, args, seriesQuery),
  "query labels": (session, args) => queryServer(session, args, labelsQuery),
};

/** Words that are no flags, and the values of flags. */
function split(args: readonly string[]): { words: string[]; flags: Map<string, string[]> } {
  const words: string[] = [];
  const flags = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const [, name, value] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(args[i]!) ?? [];
    if (name === undefined) words.push(args[i]!);
    else flags.set(name, [...(flags.get(name) ?? []), value ?? args[++i] ?? ""]);
  }
  return { words, flags };
}

function readText(session: Session, path: string): string | undefined {
  try {
    return textOfBytes(session.process.files.read(absolute(session, path)));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function absolute({ process }: Session, path: string): string {
  return path.startsWith("/") ? path : `${process.cwd === "/" ? "" : process.cwd}/${path}`;
}

function* checkConfigs(session: Session, args: readonly string[]): Steps<number> {
  let hasFailed = false;
  for (const path of args.filter((arg) => !arg.startsWith("--"))) {
    session.print(`Checking ${path}\n`);
    const text = readText(session, path);
    try {
      if (text === undefined) throw new ConfigError(`open ${path}: no such file or directory`);
      const { ruleFiles } = readConfig(text, path);
      const folder = absolute(session, path).replace(/\/[^/]*$/, "");
      const found = ruleFiles.flatMap((each) => {
        const files = globPaths(session.process.files, each.startsWith("/") ? each : `${folder}/${each}`);
        if (files.length === 0 && !/[*?[]/.test(each))
          throw new ConfigError(`${JSON.stringify(each)} does not point to an existing file`);
        return files;
      });
      if (found.length > 0) session.print(`  SUCCESS: ${found.length} rule files found\n`);
      session.print(` SUCCESS: ${path} is valid prometheus config file syntax\n\n`);
      if ((yield* checkRules(session, found)) !== 0) hasFailed = true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      session.warn(`  FAILED: ${error.message}\n`);
      session.print("\n");
      hasFailed = true;
    }
  }
  return hasFailed ? 1 : 0;
}

function* checkRules(session: Session, args: readonly string[]): Steps<number> {
  let hasFailed = false;
  for (const path of args.filter((arg) => !arg.startsWith("--"))) {
    session.print(`Checking ${path}\n`);
    const text = readText(session, path);
    try {
      if (text === undefined) throw new ConfigError(`open ${path}: no such file or directory`);
      const groups = readRuleFile(text, path, 60_000);
      session.print(`  SUCCESS: ${groups.reduce((sum, { rules }) => sum + rules.length, 0)} rules found\n\n`);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      session.warn(`  FAILED:\n${path}: ${error.message}\n`);
      session.print("\n");
      hasFailed = true;
    }
  }
  return hasFailed ? 1 : 0;
}

interface Server {
  scheme: "http" | "https";
  host: string;
  port: number;
  prefix: string;
}

function serverOf(url: string): Server | undefined {
  const [, scheme, host = "", port, prefix = ""] = /^(https?):\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  if (!scheme) return undefined;
  const isSecure = scheme === "https";
  return {
    scheme: isSecure ? "https" : "http",
    host,
    port: Number(port ?? (isSecure ? 443 : 80)),
    prefix: prefix.replace(/\/+$/, ""),
  };
}

function* get({ scheme, host, port, prefix }: Server, path: string): Steps<HttpResult> {
  const headers = { host: `${host}:${port}`, "user-agent": `promtool/${VERSION}` };
  const question = {
    type: "http",
    scheme,
    host,
    port,
    method: "GET",
    path: `${prefix}${path}`,
    headers,
    body: "",
  } as const;
  return (yield { type: "http", question }) as unknown as HttpResult;
}

function* checkServer(session: Session, args: readonly string[], what: "healthy" | "ready"): Steps<number> {
  const url = split(args).flags.get("url")?.[0] ?? "http://localhost:9090";
  const server = serverOf(url);
  const result = server && (yield* get(server, `/-/${what}`));
  if (result?.type === "answer" && result.status === 200) {
    session.print(`  SUCCESS: ${result.body}`);
    return 0;
  }
  const why =
    result?.type === "failed"
      ? `Get ${JSON.stringify(`${url}/-/${what}`)}: ${failure(server!, result.why)}`
      : "check failed";
  session.warn(`  FAILED: ${why}\n`);
  return 1;
}

function failure({ host, port }: Server, why: string): string {
  return dialError(why as NetworkFailure, host, port);
}

interface ServerQuery {
  path(words: readonly string[], flags: ReadonlyMap<string, readonly string[]>): string;
  print(data: JsonValue): string;
}

const seconds = (ms: number) => ms / 1000;

const instantQuery: ServerQuery = {
  path: ([, expression = ""], flags) => {
    const time = flags.get("time")?.[0];
    return `/api/v1/query?query=${encodeURIComponent(expression)}${time ? `&time=${encodeURIComponent(time)}` : ""}`;
  },
  print(data) {
    if (!isJsonObject(data)) return "";
    const { resultType, result } = data;
    if (resultType === "scalar" && Array.isArray(result))
      return `scalar: ${String(result[1])} @[${String(result[0])}]\n`;
    return objectsIn(result)
      .map((each) => `${metricOf(each)} => ${valuesOf(each)}\n`)
      .join("");
  },
};

const rangeQuery: ServerQuery = {
  path: ([, expression = ""], flags) => {
    const given = ["start", "end", "step"].flatMap((name) => {
      const value = flags.get(name)?.[0];
      return value === undefined ? [] : [`&${name}=${encodeURIComponent(value)}`];
    });
    return `/api/v1/query_range?query=${encodeURIComponent(expression)}${given.join("")}`;
  },
  print: (data) =>
    isJsonObject(data)
      ? objectsIn(data["result"])
          .map((each) => `${metricOf(each)} =>\n${valuesOf(each)}\n`)
          .join("")
      : "",
};

const seriesQuery: ServerQuery = {
  path: (_words, flags) =>
    `/api/v1/series?${(flags.get("match") ?? []).map((each) => `match[]=${encodeURIComponent(each)}`).join("&")}`,
  print: (data) =>
    objectsIn(data)
      .map((labels) => `${printLabels(labels as Record<string, string>)}\n`)
      .join(""),
};

const labelsQuery: ServerQuery = {
  path: ([, name = ""]) => `/api/v1/label/${name}/values`,
  print: (data) => (Array.isArray(data) ? data.map((each) => `${String(each)}\n`).join("") : ""),
};

function metricOf({ metric }: JsonObject): string {
  return printLabels((isJsonObject(metric) ? metric : {}) as Record<string, string>);
}

function valuesOf({ value, values }: JsonObject): string {
  const points = Array.isArray(values) ? values : [value];
  return points.map((each) => (Array.isArray(each) ? `${String(each[1])} @[${String(each[0])}]` : "")).join("\n");
}

function* queryServer(session: Session, args: readonly string[], { path, print }: ServerQuery): Steps<number> {
  const { words, flags } = split(args);
  const [url = ""] = words;
  const server = serverOf(url);
  if (!server) {
    session.warn(`error parsing server URL ${JSON.stringify(url)}\n`);
    return 1;
  }
  const now = seconds(session.nowMs);
  const defaults = new Map([["start", [String(now - 300)]], ["end", [String(now)]], ["step", ["1"]], ...flags]);
  const used = path === rangeQuery.path ? defaults : flags;
  const result = yield* get(server, path(words, used));
  if (result.type === "failed") {
    const asked = `${server.scheme}://${server.host}:${server.port}/api/v1/query`;
    session.warn(`query error: Post ${JSON.stringify(asked)}: ${failure(server, result.why)}\n`);
    return 1;
  }
  const answer = parseJsonObject(result.body);
  if (answer?.["status"] === "success") {
    session.print(print(answer["data"] ?? null));
    return 0;
  }
  session.warn(
    `query error: ${answer ? `${String(answer["errorType"])}: ${String(answer["error"])}` : `server_error: server error: ${result.status}`}\n`,
  );
  return 1;
}

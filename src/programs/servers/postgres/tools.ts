/** pg_isready, createdb, dropdb, createuser, dropuser and pg_dump. */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { Entry } from "../../sql/catalog.ts";
import type { ErrorReport } from "../../sql/postgres-words.ts";
import type { StatementResult } from "../../sql/session-state.ts";
import { baseName } from "../database-names.ts";
import { printLines } from "../log.ts";
import { ask, placeText, replyOf, type Target, targetOf } from "./connection.ts";
import { dumpText } from "./dump.ts";
import { fullVersion, versionOf } from "./log.ts";
import { type ParsedOptions, parseOptions } from "./psql-options.ts";

const DUMP_VALUED = {
  h: "host",
  p: "port",
  U: "username",
  d: "dbname",
  t: "table",
  f: "file",
  n: "schema",
  F: "format",
  E: "encoding",
  Z: "compress",
  T: "exclude-table",
};

const VALUED = {
  h: "host",
  p: "port",
  U: "username",
  d: "dbname",
  t: "timeout",
  f: "file",
  n: "schema",
  O: "owner",
  F: "format",
  T: "template",
  E: "encoding",
  Z: "compress",
};
const FLAGS = {
  w: "no-password",
  W: "password",
  q: "quiet",
  s: "schema-only",
  a: "data-only",
  c: "clean",
  C: "create",
  x: "no-privileges",
  v: "verbose",
  e: "echo",
  i: "interactive",
  P: "pwprompt",
  l: "login",
  r: "createrole",
  b: "blobs",
  if: "if-exists",
  ie: "inserts",
  no: "no-owner",
};

interface Request {
  target: Target;
  options: ParsedOptions;
}

function requestOf(
  process: ProcessView,
  fixedDatabase?: string,
  valued: Readonly<Record<string, string>> = VALUED,
): Request | undefined {
  const options = parseOptions(process.argv, valued, FLAGS);
  if ("unknown" in options) {
    const name = baseName(process);
    printLines(process, 2, [
      `${name}: ${options.unknown}`,
      `${name}: hint: Try "${name} --help" for more information.`,
    ]);
    return undefined;
  }
  const last = new Map(options.values);
  const database = fixedDatabase ?? last.get("dbname") ?? options.words[0] ?? "";
  const target = targetOf(process, {
    ...(last.has("host") && { host: last.get("host") ?? "" }),
    ...(last.has("port") && { port: last.get("port") ?? "" }),
    user: last.get("username") ?? "",
    database,
  });
  return { target, options };
}

/** Asks once; `done` gets the body. */
function once(process: ProcessView, target: Target, body: JsonObject, done: (body: JsonObject) => number): Step {
  const answer = ask(process, target, "0", body);
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  const name = baseName(process);
  const reply = replyOf(answer, target);
  if ("failure" in reply) {
    printLines(process, 2, [`${name}: error: ${reply.failure}`]);
    return { type: "exit", status: 1 };
  }
  const address = "address" in answer ? answer.address : undefined;
  const refusal =
    reply.body["needsPassword"] === true
      ? "fe_sendauth: no password supplied"
      : typeof reply.body["fatal"] === "string"
        ? `FATAL:  ${reply.body["fatal"]}`
        : undefined;
  if (refusal !== undefined) {
    printLines(process, 2, [`${name}: error: ${placeText(target, address)}: ${refusal}`]);
    return { type: "exit", status: 1 };
  }
  return { type: "exit", status: done(reply.body) };
}

function withVersion(program: Program): Program {
  return {
    run(process) {
      if (!process.argv.includes("--version") && !process.argv.includes("-V")) return program.run(process);
      printLines(process, 1, [`${baseName(process)} (PostgreSQL) ${versionOf(process)}`]);
      return { type: "exit", status: 0 };
    },
  };
}

/** 0: accepts connections, 2: no answer, 3: wrong options. */
export const pgIsReady: Program = withVersion({
  run(process) {
    const request = requestOf(process);
    if (!request) return { type: "exit", status: 3 };
    const { target, options } = request;
    const answer = ask(process, target, "0", { action: "ping" });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    const place = target.host === "" ? `/var/run/postgresql:${target.port}` : `${target.host}:${target.port}`;
    const isReady = answer.type === "message";
    if (!options.flags.has("quiet"))
      printLines(process, 1, [`${place} - ${isReady ? "accepting connections" : "no response"}`]);
    return { type: "exit", status: isReady ? 0 : 2 };
  },
});

/** A tool that sends one statement to the database `postgres`. */
function statementTool(
  failure: (name: string) => string,
  sqlOf: (name: string, options: ParsedOptions) => string,
): Program {
  return withVersion({
    run(process) {
      const request = requestOf(process, "postgres");
      if (!request) return { type: "exit", status: 1 };
      const { target, options } = request;
      const name = options.words[0] ?? target.user;
      return once(process, target, { action: "query", sql: sqlOf(name, options) }, (body) => {
        const error = body["error"] as unknown as ErrorReport | undefined;
        for (const { notices } of body["results"] as unknown as StatementResult[])
          printLines(
            process,
            2,
            notices.map((notice) => `NOTICE:  ${notice}`),
          );
        if (error)
          printLines(process, 2, [`${baseName(process)}: error: ${failure(name)} failed: ERROR:  ${error.message}`]);
        return error ? 1 : 0;
      });
    },
  });
}

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`);

export const createdb = statementTool(
  () => "database creation",
  (name, { values }) => {
    const owner = new Map(values).get("owner");
    return `CREATE DATABASE ${quoted(name)}${owner === undefined ? "" : ` OWNER ${quoted(owner)}`};`;
  },
);

export const dropdb = statementTool(
  () => "database removal",
  (name, { flags }) => `DROP DATABASE ${flags.has("if-exists") ? "IF EXISTS " : ""}${quoted(name)};`,
);

export const createuser = statementTool(
  () => "creation of new role",
  (name, { flags }) => `CREATE ROLE ${quoted(name)} ${flags.has("superuser") ? "SUPERUSER " : ""}LOGIN;`,
);

export const dropuser = statementTool(
  (name) => `removal of role "${name}"`,
  (name) => `DROP ROLE ${quoted(name)};`,
);

/** The first minor release of each major one whose dumps have `\restrict`. */
const RESTRICTED: Readonly<Record<string, number>> = { "13": 22, "14": 19, "15": 14, "16": 10, "17": 6, "18": 0 };

function hasRestrict(version: string): boolean {
  const [major = "", minor = "0"] = version.split(".");
  return Number(minor) >= (RESTRICTED[major] ?? Number.POSITIVE_INFINITY);
}

/** The plain format. */
export const pgDump: Program = withVersion({
  run(process) {
    const request = requestOf(process, undefined, DUMP_VALUED);
    if (!request) return { type: "exit", status: 1 };
    const { target, options } = request;
    return once(process, target, { action: "catalog" }, (body) => {
      const last = new Map(options.values);
      if (last.has("format") && last.get("format") !== "p" && last.get("format") !== "plain") {
        printLines(process, 2, ["pg_dump: error: only the plain format is supported by this simulation"]);
        return 1;
      }
      if (last.has("schema") || last.has("exclude-table")) {
        printLines(process, 2, ["pg_dump: error: -n and -T are not supported by this simulation"]);
        return 1;
      }
      const entries = body["entries"] as unknown as Record<string, Entry>;
      const table = last.get("table");
      if (table !== undefined && !Object.hasOwn(entries, table.replace(/^public\./, ""))) {
        printLines(process, 2, ["pg_dump: error: no matching tables were found"]);
        return 1;
      }
      const random = [1, 2, 3, 4, 5, 6, 7, 8].map(() => process.random().toString(36).padStart(8, "0"));
      const text = dumpText(entries, {
        version: /^PostgreSQL (\S+(?: \([^)]*\))?)/.exec(fullVersion(process))?.[1] ?? versionOf(process),
        hasSchema: !options.flags.has("data-only"),
        hasData: !options.flags.has("schema-only"),
        isClean: options.flags.has("clean"),
        hasOwners: !options.flags.has("no-owner"),
        hasInserts: options.flags.has("inserts"),
        ...(table !== undefined && { table: table.replace(/^public\./, "") }),
        ...(hasRestrict(versionOf(process)) && { token: random.join("").slice(0, 63) }),
      });
      const file = last.get("file");
      if (file === undefined) process.write(1, text);
      else process.files.write(file.startsWith("/") ? file : `${process.cwd.replace(/\/$/, "")}/${file}`, text);
      return 0;
    });
  },
});

/** postgres: the server. Its data are the files of the data directory, which it reads for each request. */
import { FileError } from "../../../files/errors.ts";
import { MAX_SQL_SESSIONS } from "../../../lib/container-limits.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import type { Entry } from "../../sql/catalog.ts";
import { SqlError } from "../../sql/errors.ts";
import { firstStatement } from "../../sql/lexer.ts";
import { postgresReport } from "../../sql/postgres-words.ts";
import { executeStatement } from "../../sql/session.ts";
import { type Execution, newSession, type SessionState, type StatementResult } from "../../sql/session-state.ts";
import { commit } from "../../sql/transactions.ts";
import { printLines } from "../log.ts";
import { flagOf, type MessageRequest, server } from "../server.ts";
import { administrationOf } from "./administration.ts";
import { authMethod, DataDirectory, readCluster } from "./data.ts";
import { fullVersion, logLine, majorOf, startLines, stopLines, versionOf } from "./log.ts";
import { quoteIdent } from "./objects.ts";

const POSTGRES_PORT = 5432;
const RULES = { isMySql: false };

function dataPathOf({ argv, env }: ProcessView): string {
  return (flagOf(argv, "D") ?? env["PGDATA"] ?? "/var/lib/postgresql/data").replace(/\/$/, "");
}

/** Settings of the command line: `-c name=value` and `--name=value`. */
function settingsOf({ argv }: ProcessView): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [i, arg] of argv.entries()) {
    const text =
      arg === "-c"
        ? (argv[i + 1] ?? "")
        : arg.startsWith("--")
          ? arg.slice(2)
          : arg.startsWith("-c")
            ? arg.slice(2)
            : "";
    const [, name = "", value = ""] = /^([\w-]+)=(.*)$/.exec(text) ?? [];
    if (name) settings[name.replaceAll("-", "_")] = value.replace(/^'(.*)'$/, "$1");
  }
  const port = flagOf(argv, "p");
  return port === undefined ? settings : { ...settings, port };
}

function isSocketOnly(process: ProcessView): boolean {
  return settingsOf(process)["listen_addresses"] === "";
}

const serving = server({
  ports: (process) => [Number(settingsOf(process)["port"] ?? POSTGRES_PORT)],
  startMs: 40,
  refuse: (process) => {
    const { credentials, files } = process;
    if (credentials.uid === 0) return { lines: ROOT, status: 1 };
    const path = dataPathOf(process);
    try {
      if (!files.find(path))
        return {
          lines: [`postgres: could not access directory "${path}": No such file or directory`, RUN_INITDB],
          status: 2,
        };
      if (!files.find(`${path}/PG_VERSION`)) {
        return {
          lines: [
            `postgres: "${path}" is not a database cluster directory: file "${path}/PG_VERSION" is missing`,
            RUN_INITDB,
          ],
          status: 2,
        };
      }
      const found = files.read(`${path}/PG_VERSION`).trim();
      if (found === majorOf(process)) return undefined;
      return {
        lines: [
          logLine(process, "database files are incompatible with server", "FATAL"),
          logLine(
            process,
            `The data directory was initialized by PostgreSQL version ${found}, which is not compatible with this version ${versionOf(process)}.`,
            "DETAIL",
          ),
        ],
        status: 1,
      };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return {
        lines: [logLine(process, `could not open file "${path}/PG_VERSION": ${error.message}`, "FATAL")],
        status: 1,
      };
    }
  },
  banner: (process) => startLines(process, fullVersion(process), isSocketOnly(process)),
  begin: (process) => writePid(process),
  ready: (process) => [
    logLine(
      { nowMs: process.nowMs, pid: process.pid + 28 },
      process.state["wasInterrupted"] === true
        ? "database system was interrupted; last known up at a moment ago"
        : `database system was shut down at ${new Date(process.nowMs).toISOString().slice(0, 19).replace("T", " ")} UTC`,
    ),
    ...(process.state["wasInterrupted"] === true
      ? [
          logLine(
            { nowMs: process.nowMs, pid: process.pid + 28 },
            "database system was not properly shut down; automatic recovery in progress",
          ),
          logLine({ nowMs: process.nowMs, pid: process.pid + 28 }, "redo is not required"),
        ]
      : []),
    logLine(process, "database system is ready to accept connections"),
  ],
  inUse: (port) =>
    `LOG:  could not bind IPv4 address "0.0.0.0": Address already in use\nHINT:  Is another postmaster already running on port ${port}? If not, wait a few seconds and retry.\nFATAL:  could not create any TCP/IP sockets`,
  stopping: (process, signal) => {
    removePid(process);
    return stopLines(process, signal === "TERM" ? "smart" : signal === "QUIT" ? "immediate" : "fast");
  },
  stop: { ms: 60 },
  signals: {
    HUP: (process) => printLines(process, 2, [logLine(process, "received SIGHUP, reloading configuration files")]),
  },
  message: answer,
  raw: () => ({ type: "connected", data: "", afterMs: 1 }),
  memoryBytes: () => 30_000_000,
});

export const postgres: Program = {
  ...serving,
  run(process) {
    const { argv } = process;
    if (!argv.includes("--version") && !argv.includes("-V")) return serving.run(process);
    printLines(process, 1, [`postgres (PostgreSQL) ${versionOf(process)}`]);
    return { type: "exit", status: 0 };
  },
};

const RUN_INITDB = "Run initdb or pg_basebackup to initialize a PostgreSQL data directory.";
const ROOT = [
  '"root" execution of the PostgreSQL server is not permitted.',
  "The server must be started under an unprivileged user ID to prevent",
  "possible system security compromise.  See the documentation for",
  "more information on how to properly start the server.",
];

function writePid(process: ProcessView): void {
  const path = `${dataPathOf(process)}/postmaster.pid`;
  process.state["wasInterrupted"] = process.files.find(path) !== undefined;
  process.files.write(path, `${process.pid}\n${dataPathOf(process)}\n`, 0o600);
}

function removePid(process: ProcessView): void {
  const path = `${dataPathOf(process)}/postmaster.pid`;
  if (process.files.find(path)) process.files.removeFile(path);
}

/** The fields of a message, as psql sends them. */
interface Client {
  action: string;
  user: string;
  database: string;
  password: string | undefined;
  isLocal: boolean;
  isLoopback: boolean;
  session: string;
}

function clientOf(body: JsonObject): Client {
  const text = (name: string) => (typeof body[name] === "string" ? body[name] : undefined);
  const host = text("host") ?? "";
  return {
    action: text("action") ?? "query",
    user: text("user") ?? "postgres",
    database: text("database") ?? "postgres",
    password: text("password"),
    isLocal: host === "",
    isLoopback: /^(localhost|127\..*|::1)$/.test(host),
    session: text("session") ?? "0",
  };
}

function answer(process: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  if (protocol !== "postgres" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const client = clientOf(body);
  if (isSocketOnly(process) && !client.isLocal) return { type: "failed", why: "refused", afterMs: 0 };
  if (client.action === "ping") return { type: "message", body: { ok: true }, afterMs: 1 };
  const reply = replyTo(process, client, body);
  return { type: "message", body: JSON.parse(JSON.stringify(reply)) as JsonValue, afterMs: 2 };
}

function replyTo(process: ProcessView, client: Client, body: JsonObject): object {
  const sessions = sessionsOf(process);
  try {
    const refusal = refusalOf(process, client);
    if (refusal !== undefined) {
      if (refusal !== NO_PASSWORD)
        printLines(process, 2, [logLine({ nowMs: process.nowMs, pid: process.pid + 40 }, refusal, "FATAL")]);
      return refusal === NO_PASSWORD ? { needsPassword: true } : { fatal: refusal };
    }
    if (client.action === "close") {
      delete sessions[client.session];
      return { ok: true };
    }
    if (client.action === "connect") {
      delete sessions[client.session];
      return { ok: true, version: versionOf(process), isSuperuser: isSuperuser(process, client.user) };
    }
    if (client.action === "catalog") return catalogOf(process, client);
    return runScript(process, client, String(body["sql"] ?? ""), body["copyData"]);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { fatal: `could not open file "global/pg_filenode.map": ${error.message}` };
  }
}

const NO_PASSWORD = "no password supplied";

function isSuperuser(process: ProcessView, user: string): boolean {
  return readCluster(process.files, dataPathOf(process)).roles[user]?.options.includes("superuser") ?? false;
}

/** Why the server does not accept the client. */
function refusalOf(process: ProcessView, client: Client): string | undefined {
  const path = dataPathOf(process);
  const { user, database, password } = client;
  const { roles, databases } = readCluster(process.files, path);
  const role = Object.hasOwn(roles, user) ? roles[user] : undefined;
  const method = authMethod(process.files.read(`${path}/pg_hba.conf`), client);
  if (method === undefined)
    return `no pg_hba.conf entry for host "${client.isLocal ? "[local]" : "10.0.0.1"}", user "${user}", database "${database}", no encryption`;
  if (method === "reject") return `pg_hba.conf rejects connection for user "${user}", database "${database}"`;
  if (method !== "trust") {
    if (password === undefined || password === "") return NO_PASSWORD;
    if (role?.password === undefined || role.password !== password)
      return `password authentication failed for user "${user}"`;
  }
  if (!role) return `role "${user}" does not exist`;
  if (!role.options.includes("login")) return `role "${user}" is not permitted to log in`;
  const grants = databases[database]?.grants;
  const mayConnect =
    !grants ||
    role.options.includes("superuser") ||
    databases[database]?.owner === user ||
    [user, "public", ...(role.memberOf ?? [])].some((name) => grants[name]?.includes("CONNECT"));
  if (!mayConnect)
    return `permission denied for database "${database}"\nDETAIL:  User does not have CONNECT privilege.`;
  return Object.hasOwn(databases, database) ? undefined : `database "${database}" does not exist`;
}

function sessionsOf({ state }: ProcessView): Record<string, SessionState> {
  state["sessions"] ??= {};
  return state["sessions"] as unknown as Record<string, SessionState>;
}

function executionOf(process: ProcessView, client: Client, session: SessionState): Execution {
  const path = dataPathOf(process);
  const { user, database } = client;
  const version = fullVersion(process);
  return {
    rules: RULES,
    store: new DataDirectory(process.files, path, database),
    session,
    administration: administrationOf({ files: process.files, path, user, database, version }),
    nowMs: process.nowMs,
    random: () => process.random(),
    user,
    database,
    version,
    pid: process.pid + 40,
  };
}

/** Runs all statements of one query message. Several statements are one transaction unless they say otherwise. */
function runScript(process: ProcessView, client: Client, sql: string, copyData: JsonValue | undefined): object {
  const sessions = sessionsOf(process);
  const session = sessions[client.session] ?? newSession({});
  const execution = executionOf(process, client, session);
  if (typeof copyData === "string") execution.copyData = copyData;
  const results: StatementResult[] = [];
  const reply: Record<string, unknown> = { results };
  let at = 0;
  try {
    const pieces = statementsOf(sql);
    execution.isPartOfScript = pieces.length > 1;
    for (const { text, start } of pieces) {
      at = start;
      const result = executeStatement(text, execution);
      if (result) results.push(result);
    }
    if (session.transaction === "none") commit(execution);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (session.transaction === "none") session.changes = {};
    const report = postgresReport(error, sql, at);
    reply["error"] = report;
    logError(process, report.message, sql, report.detail, report.hint);
  }
  remember(sessions, client.session, session);
  return { ...reply, transaction: session.transaction };
}

function statementsOf(sql: string): { text: string; start: number }[] {
  const pieces: { text: string; start: number }[] = [];
  for (let start = 0; start < sql.length; ) {
    const piece = firstStatement(sql.slice(start), RULES);
    if (piece.text.trim() !== "") pieces.push({ text: piece.text, start });
    start += piece.end;
  }
  return pieces;
}

/** Keeps sessions that have a transaction or settings. The oldest is dropped when there are too many. */
function remember(sessions: Record<string, SessionState>, id: string, session: SessionState): void {
  delete sessions[id];
  const { settings, temporary, prepared, currentValues } = session;
  const isEmpty = [settings, temporary, prepared, currentValues].every((part) => Object.keys(part).length === 0);
  if (session.transaction === "none" && isEmpty) return;
  sessions[id] = session;
  const [oldest] = Object.keys(sessions);
  if (oldest !== undefined && Object.keys(sessions).length > MAX_SQL_SESSIONS) delete sessions[oldest];
}

function logError(process: ProcessView, message: string, sql: string, detail?: string, hint?: string): void {
  const source = { nowMs: process.nowMs, pid: process.pid + 40 };
  printLines(process, 2, [
    logLine(source, message, "ERROR"),
    ...(detail !== undefined ? [logLine(source, detail, "DETAIL")] : []),
    ...(hint !== undefined ? [logLine(source, hint, "HINT")] : []),
    logLine(source, sql.trim().replaceAll("\n", "\n\t"), "STATEMENT"),
  ]);
}

/** All entries of the client's database, and the names of databases and roles: for psql's commands and pg_dump. */
function catalogOf(process: ProcessView, client: Client): object {
  const path = dataPathOf(process);
  const store = new DataDirectory(process.files, path, client.database);
  const entries = Object.fromEntries(store.names().map((name) => [name, store.read(name)]));
  const { databases, roles, locale } = readCluster(process.files, path);
  const facts = Object.fromEntries(
    Object.entries(roles).map(([name, { options, memberOf = [] }]) => [name, { options, memberOf }]),
  );
  return { entries, databases, roles: facts, locale, viewColumns: viewColumnsOf(process, client, entries) };
}

/** The columns of views with their types. */
function viewColumnsOf(
  process: ProcessView,
  client: Client,
  entries: Readonly<Record<string, Entry | undefined>>,
): Record<string, { name: string; type: string }[]> {
  const found: Record<string, { name: string; type: string }[]> = {};
  for (const [name, entry] of Object.entries(entries)) {
    if (entry?.kind !== "view") continue;
    const execution = executionOf(process, { ...client, user: entry.owner }, newSession({}));
    try {
      const result = executeStatement(`SELECT * FROM ${name.split(".").map(quoteIdent).join(".")} LIMIT 0`, execution);
      found[name] = (result?.columns ?? []).map((column) => ({ name: column.name, type: column.type }));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
    }
  }
  return found;
}

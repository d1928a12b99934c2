/** mysqld and mariadbd: the server. It reads its files for each request. */
import { FileError } from "../../../files/errors.ts";
import { MAX_SQL_SESSIONS } from "../../../lib/container-limits.ts";
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { SqlError } from "../../sql/errors.ts";
import { executeStatement } from "../../sql/session.ts";
import { newSession, type SessionState } from "../../sql/session-state.ts";
import { printLines } from "../log.ts";
import { flagOf, hasFlag, type MessageRequest, server } from "../server.ts";
import { administrationOf } from "./administration.ts";
import { beginLog, NotingStore, noteChanges } from "./binlog.ts";
import { accountFor, DatabaseFolder, databasesOf, mayUse, readAccounts } from "./data.ts";
import { isMariaDb, productOf, serverLine, versionOf } from "./log.ts";
import { catchUp, changesSince, replicate } from "./replication.ts";
import { type MySqlReport, mySqlReport } from "./words.ts";

const RULES = { isMySql: true };
const MYSQL_PORT = 3306;

export function dataPathOf({ argv }: ProcessView): string {
  return (flagOf(argv, "datadir") ?? "/var/lib/mysql").replace(/\/$/, "");
}

/** The temporary server of the entrypoint: it has no port for other machines. */
function isSocketOnly({ argv }: ProcessView): boolean {
  return hasFlag(argv, "skip-networking");
}

const serving = server({
  ports: ({ argv }) => [Number(flagOf(argv, "port", "P") ?? MYSQL_PORT)],
  startMs: 800,
  refuse: (process) => {
    const { credentials, files } = process;
    const path = dataPathOf(process);
    if (credentials.uid === 0 && flagOf(process.argv, "user") === undefined)
      return {
        lines: [
          serverLine(
            process,
            'Please read "Security" section of the manual to find out how to run mysqld as root!',
            "ERROR",
            "MY-010123",
          ),
          ...aborting(process),
        ],
        status: 1,
      };
    if (files.find(`${path}/mysql/accounts.json`)) return undefined;
    return {
      lines: [
        serverLine(process, `Could not open the data dictionary in '${path}'`, "ERROR", "MY-010020"),
        ...aborting(process),
      ],
      status: 1,
    };
  },
  banner: (process) => [
    ...(isMariaDb(process) ? [] : [serverLine(process, "MySQL Server - start.", "System", "MY-015015")]),
    serverLine(process, startText(process), "System", "MY-010116"),
    serverLine(process, "InnoDB initialization has started.", "System", "MY-013576"),
    serverLine(process, "InnoDB initialization has ended.", "System", "MY-013577"),
  ],
  begin: (process) => {
    if (!isSocketOnly(process)) beginLog(process.files, dataPathOf(process));
  },
  ready: (process) => [
    serverLine(
      process,
      `${productOf(process)}: ready for connections. Version: '${versionOf(process)}'  socket: '/var/run/mysqld/mysqld.sock'  port: ${isSocketOnly(process) ? 0 : 3306}  ${isMariaDb(process) ? "mariadb.org binary distribution" : "MySQL Community Server - GPL."}`,
      "System",
      "MY-010931",
    ),
  ],
  inUse: () => "[ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use",
  stopping: (process) => [
    serverLine(
      process,
      `Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${versionOf(process)}).`,
      "System",
      "MY-013172",
    ),
    serverLine(process, `${productOf(process)}: Shutdown complete`, "System", "MY-010910"),
  ],
  stop: { ms: 400 },
  message: answer,
  raw: () => ({ type: "connected", data: "", afterMs: 1 }),
  memoryBytes: () => 180_000_000,
});

export const mysqld: Program = {
  ...serving,
  run(process) {
    const { argv } = process;
    if (!argv.includes("--version") && !argv.includes("-V")) return serving.run(process);
    printLines(process, 1, [`${productOf(process)}  Ver ${versionOf(process)} for Linux on x86_64`]);
    return { type: "exit", status: 0 };
  },
};

function startText(process: ProcessView): string {
  const name = isMariaDb(process) ? "server" : "mysqld";
  return `${productOf(process)} (${name} ${versionOf(process)}) starting as process ${process.pid}${isMariaDb(process) ? " ..." : ""}`;
}

function aborting(process: ProcessView): string[] {
  return [serverLine(process, "Aborting", "ERROR", "MY-010119")];
}

interface Client {
  action: string;
  user: string;
  password: string;
  database: string;
  host: string;
  isLoopback: boolean;
  session: string;
  /** The place up to which a replica has all changes. */
  since: number;
  /** The client ends after this statement. */
  isLast: boolean;
}

function clientOf(body: JsonObject, from: string): Client {
  const text = (name: string) => (typeof body[name] === "string" ? String(body[name]) : "");
  const host = text("host");
  const isLoopback = /^(|localhost|127\..*|::1)$/.test(host);
  return {
    action: text("action"),
    user: text("user"),
    password: text("password"),
    database: text("database"),
    host: isLoopback ? "localhost" : from,
    isLoopback,
    session: text("session"),
    isLast: body["isLast"] === true,
    since: typeof body["since"] === "number" ? body["since"] : 0,
  };
}

function answer(process: ProcessView, { protocol, body, from }: MessageRequest): ServedAnswer {
  if (protocol !== "mysql" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const client = clientOf(body, from);
  if (isSocketOnly(process) && body["host"] !== "" && body["host"] !== "localhost")
    return { type: "failed", why: "refused", afterMs: 0 };
  const reply = replyTo(process, client, String(body["sql"] ?? ""));
  return { type: "message", body: JSON.parse(JSON.stringify(reply)) as JsonValue, afterMs: 2 };
}

function replyTo(process: ProcessView, client: Client, sql: string): object {
  try {
    const refusal = refusalOf(process, client);
    if (refusal) return { refusal };
    if (client.action === "connect") {
      delete sessionsOf(process)[client.session];
      return { ok: true, version: versionOf(process) };
    }
    if (client.action === "shutdown") {
      process.kill(process.pid, "TERM");
      return { ok: true };
    }
    const path = dataPathOf(process);
    const variables = variablesOf(process);
    if (client.action === "replicate") return changesSince(process, path, client.since, variables["server_id"] ?? "1");
    // Probes select constants: they need no rows, and so no question to the primary.
    if (NEEDS_ROWS.test(sql)) catchUp(process, path);
    const replication = replicate(sql, { process, path, variables });
    if (replication && "message" in replication) return { error: replication, database: client.database };
    if (replication) return { result: replication, database: client.database };
    const global = GLOBAL_READ_ONLY.exec(sql);
    if (global) return setReadOnly(process, client, global);
    return run(process, client, sql);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { refusal: { number: 1105, state: "HY000", message: `File ${error.path}: ${error.message}` } };
  }
}

const GLOBAL_READ_ONLY = /^\s*set\s+(?:global\s+|@@global\.)((?:super_)?read_only)\s*=\s*(\w+)\s*;?\s*$/i;
const NEEDS_ROWS = /\b(from|show|use|table|desc|describe|explain)\b/i;
const WRITES = /^\s*(insert|update|delete|replace|create|alter|drop|truncate|grant|revoke|rename|load)\b/i;

function setReadOnly(process: ProcessView, { database }: Client, [, name = "", value = ""]: RegExpExecArray): object {
  const globals = isJsonObject(process.state["globals"]) ? process.state["globals"] : {};
  process.state["globals"] = { ...globals, [name.toLowerCase()]: /^(1|on|true)$/i.test(value) ? "ON" : "OFF" };
  return { result: { tag: "SET", count: 0, notices: [] }, database };
}

/** The option that keeps the statement from changing anything; undefined if none does. */
function readOnlyOption(
  variables: Readonly<Record<string, string>>,
  { user }: Client,
  sql: string,
): string | undefined {
  if (!WRITES.test(sql)) return undefined;
  if (variables["super_read_only"] === "ON") return "--super-read-only";
  return variables["read_only"] === "ON" && user !== "root" ? "--read-only" : undefined;
}

function refusalOf(process: ProcessView, client: Client): MySqlReport | undefined {
  const { user, password, database, host, isLoopback } = client;
  const path = dataPathOf(process);
  const account = accountFor(readAccounts(process.files, path), user, isLoopback);
  if (!account || account.password !== password) {
    const message = `Access denied for user '${user}'@'${host}' (using password: ${password === "" ? "NO" : "YES"})`;
    return { number: 1045, state: "28000", message };
  }
  if (database === "") return undefined;
  if (!databasesOf(process.files, path).includes(database))
    return { number: 1049, state: "42000", message: `Unknown database '${database}'` };
  if (mayUse(account, database)) return undefined;
  return {
    number: 1044,
    state: "42000",
    message: `Access denied for user '${user}'@'${account.host}' to database '${database}'`,
  };
}

function sessionsOf({ state }: ProcessView): Record<string, SessionState> {
  state["sessions"] ??= {};
  return state["sessions"] as unknown as Record<string, SessionState>;
}

/** Runs one statement. The answer names the session's database, which USE changes. */
function run(process: ProcessView, client: Client, sql: string): object {
  const { files } = process;
  const path = dataPathOf(process);
  const sessions = sessionsOf(process);
  const variables = variablesOf(process);
  const settings = Object.fromEntries(Object.entries(variables).map(([name, value]) => [`@@${name}`, value]));
  const session = sessions[client.session] ?? newSession({});
  const own = { ...session, settings: { ...settings, ...session.settings } };
  let { database } = client;
  const reply: Record<string, unknown> = {};
  const option = readOnlyOption(variables, client, sql);
  if (option !== undefined) {
    const message = `The MySQL server is running with the ${option} option so it cannot execute this statement`;
    return { error: { number: 1290, state: "HY000", message }, database };
  }
  const store = new NotingStore(new DatabaseFolder(files, path, database), database);
  try {
    const result = executeStatement(sql, {
      rules: RULES,
      store,
      session: own,
      administration: administrationOf({
        files,
        path,
        user: client.user,
        isLoopback: client.isLoopback,
        variables,
        changed: (name) => void store.changed.add(name),
        use: (name) => {
          database = name;
        },
      }),
      nowMs: process.nowMs,
      random: () => process.random(),
      user: client.user,
      database,
      version: versionOf(process),
      pid: 8,
    });
    if (result) reply["result"] = result;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    reply["error"] = mySqlReport(error, database);
  }
  if (variables["log_bin"] === "ON") noteChanges(files, path, store.changed, sql.length);
  own.settings = Object.fromEntries(Object.entries(own.settings).filter(([name, value]) => settings[name] !== value));
  remember(sessions, client, own);
  return { ...reply, database };
}

/**
 * Keeps a session that differs from a new one, unless this was its last statement. A server whose clients leave nothing
 * behind is the same after each round of its probes, so that rounds can be skipped.
 */
function remember(
  sessions: Record<string, SessionState>,
  { session: id, isLast }: Client,
  session: SessionState,
): void {
  delete sessions[id];
  if (isLast || equalJson(session as unknown as JsonValue, newSession({}) as unknown as JsonValue)) return;
  sessions[id] = session;
  const [oldest] = Object.keys(sessions);
  if (oldest !== undefined && Object.keys(sessions).length > MAX_SQL_SESSIONS) delete sessions[oldest];
}

function variablesOf(process: ProcessView): Record<string, string> {
  const { argv, host, state } = process;
  const globals = isJsonObject(state["globals"]) ? (state["globals"] as Record<string, string>) : {};
  const options = configuration(process);
  const configured = (name: string) => options.get(name.replaceAll("-", "_"));
  const isOn = (name: string) => {
    const value = flagOf(argv, name) ?? configured(name);
    return value !== undefined && !/^(0|off|false)$/i.test(value);
  };
  // Since version 8 a server writes its binary log unless it is told otherwise.
  const logs =
    isOn("log-bin") || (!isMariaDb(process) && Number.parseInt(versionOf(process), 10) >= 8 && !isOn("skip-log-bin"));
  return {
    version: versionOf(process),
    version_comment: isMariaDb(process) ? "mariadb.org binary distribution" : "MySQL Community Server - GPL",
    hostname: host.hostname,
    port: "3306",
    datadir: `${dataPathOf(process)}/`,
    server_id:
      flagOf(argv, "server-id") ?? configured("server-id") ?? (versionOf(process).startsWith("5.") ? "0" : "1"),
    max_connections: flagOf(argv, "max-connections", "max_connections") ?? configured("max_connections") ?? "151",
    autocommit: "1",
    character_set_server: flagOf(argv, "character-set-server") ?? "utf8mb4",
    collation_server: flagOf(argv, "collation-server") ?? "utf8mb4_0900_ai_ci",
    default_storage_engine: "InnoDB",
    innodb_buffer_pool_size: "134217728",
    read_only: isOn("read-only") || isOn("super-read-only") ? "ON" : "OFF",
    super_read_only: isOn("super-read-only") ? "ON" : "OFF",
    log_bin: logs ? "ON" : "OFF",
    sql_mode:
      "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
    time_zone: "SYSTEM",
    transaction_isolation: "REPEATABLE-READ",
    wait_timeout: "28800",
    ...globals,
  };
}

/** Options in the files of /etc/mysql/conf.d; the first one of a name counts. Dashes in names stand as underscores. */
function configuration({ files }: ProcessView): ReadonlyMap<string, string> {
  const folder = "/etc/mysql/conf.d";
  const options = new Map<string, string>();
  const names = files.find(folder)?.type === "directory" ? files.list(folder) : [];
  for (const name of names.filter((file) => file.endsWith(".cnf"))) {
    for (const line of files.read(`${folder}/${name}`).split("\n")) {
      const [, option, value = "ON"] = /^\s*([\w-]+)\s*(?:=\s*(.*?))?\s*$/.exec(line) ?? [];
      const key = option?.replaceAll("-", "_");
      if (key !== undefined && !options.has(key)) options.set(key, value);
    }
  }
  return options;
}

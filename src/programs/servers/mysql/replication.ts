/** Replication: a primary hands over what changed, a replica brings itself up to date before it answers. */
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { Entry } from "../../sql/catalog.ts";
import type { StatementResult } from "../../sql/session-state.ts";
import { fileName, partsOf, placeFrom, placeOf, readLog } from "./binlog.ts";
import { type Accounts, DatabaseFolder, databasesOf, readAccounts, writeAccounts } from "./data.ts";
import type { MySqlReport } from "./words.ts";

/** `mysql/replica.json`: the primary and how far the replica has come. */
interface Replica {
  host: string;
  user: string;
  password: string;
  port: number;
  retrySeconds: number;
  logName: string;
  place: number;
  isRunning: boolean;
  /** Why the primary did not answer the last time. */
  problem?: string;
  primaryServerId?: string;
}

function replicaPath(path: string): string {
  return `${path}/mysql/replica.json`;
}

function readReplica(files: FileSystem, path: string): Replica | undefined {
  const file = replicaPath(path);
  return files.find(file)?.type === "file" ? (JSON.parse(files.read(file)) as Replica) : undefined;
}

function writeReplica(files: FileSystem, path: string, replica: Replica): void {
  files.write(replicaPath(path), JSON.stringify(replica), 0o640);
}

/** The answer to a replica: all objects that changed after its place. */
export function changesSince(process: ProcessView, path: string, since: number, serverId: string): object {
  const { files } = process;
  const log = readLog(files, path);
  const entries: Record<string, Entry | null> = {};
  const databases: Record<string, boolean> = {};
  let accounts: Accounts | undefined;
  for (const [name, place] of Object.entries(log.changes)) {
    if (place <= since) continue;
    const object = name.slice(2);
    if (name.startsWith("d:")) databases[object] = databasesOf(files, path).includes(object);
    else if (name.startsWith("u:")) accounts = readAccounts(files, path);
    else entries[object] = new DatabaseFolder(files, path, "").read(object) ?? null;
  }
  const logName = fileName(process.host.hostname, log.file);
  return { place: placeOf(log), logName, serverId, databases, entries, ...(accounts && { accounts }) };
}

/** Asks the primary and writes what changed. A primary that cannot be reached leaves the replica as it is. */
export function catchUp(process: ProcessView, path: string): void {
  const { files } = process;
  const replica = readReplica(files, path);
  if (!replica?.isRunning) return;
  const { host, port, user, password, place } = replica;
  const body = { action: "replicate", host: "replica", user, password, database: "", session: "", since: place };
  const answered = process.ask({ type: "message", host, port, protocol: "mysql", body, timeoutMs: 5000 });
  if (answered?.type !== "message" || !isJsonObject(answered.body) || typeof answered.body["place"] !== "number") {
    const refusal = answered?.type === "message" && isJsonObject(answered.body) ? answered.body["refusal"] : undefined;
    const why = isJsonObject(refusal) ? String(refusal["message"]) : "Can't connect to MySQL server";
    const problem = `error connecting to master '${user}@${host}:${port}' - retry-time: ${replica.retrySeconds}  retries: 1 (${why})`;
    if (replica.problem !== problem) writeReplica(files, path, { ...replica, problem });
    return;
  }
  const { problem: _problem, ...rest } = replica;
  const reply = answered.body;
  const next = {
    place: Number(reply["place"]),
    logName: String(reply["logName"]),
    primaryServerId: String(reply["serverId"]),
  };
  if (next.place === place && replica.problem === undefined && replica.primaryServerId === next.primaryServerId) return;
  applyChanges(files, path, reply);
  writeReplica(files, path, { ...rest, ...next });
}

function applyChanges(files: FileSystem, path: string, reply: JsonObject): void {
  const databases = isJsonObject(reply["databases"]) ? reply["databases"] : {};
  for (const [name, exists] of Object.entries(databases)) {
    const folder = `${path}/${name}`;
    if (exists === true && !files.find(folder)) files.makeDirectory(folder, 0o750);
    if (exists !== true && files.find(folder)) {
      for (const file of files.list(folder)) files.removeFile(`${folder}/${file}`);
      files.removeDirectory(folder);
    }
  }
  const entries = isJsonObject(reply["entries"]) ? reply["entries"] : {};
  for (const [name, entry] of Object.entries(entries)) {
    const [database = ""] = name.split(".");
    if (!files.find(`${path}/${database}`)) continue;
    const store = new DatabaseFolder(files, path, database);
    if (entry === null) store.remove(name);
    else store.write(name, entry as unknown as Entry);
  }
  if (reply["accounts"] !== undefined) writeAccounts(files, path, reply["accounts"] as unknown as Accounts);
}

type Reply = StatementResult | MySqlReport;

interface Server {
  process: ProcessView;
  path: string;
  variables: Readonly<Record<string, string>>;
}

/** Statements on replication; undefined for all others. */
export function replicate(sql: string, server: Server): Reply | undefined {
  const text = sql.trim().replace(/;$/, "");
  for (const [pattern, run] of STATEMENTS) {
    const found = pattern.exec(text);
    if (found) return run(server, found[1] ?? "");
  }
  return undefined;
}

const STATEMENTS: readonly (readonly [RegExp, (server: Server, rest: string) => Reply])[] = [
  [/^change\s+(?:master|replication\s+source)\s+to\s+([\s\S]*)$/i, changePrimary],
  [/^start\s+(?:slave|replica)\b/i, (server) => setRunning(server, true)],
  [/^stop\s+(?:slave|replica)\b/i, (server) => setRunning(server, false)],
  [/^reset\s+(?:slave|replica)\b/i, forget],
  [/^show\s+(?:slave|replica)\s+status\s*$/i, replicaStatus],
  [/^show\s+(?:master|binary\s+log)\s+status\s*$/i, primaryStatus],
  [/^show\s+(?:binary|master)\s+logs\s*$/i, logs],
];

function done(): StatementResult {
  return { tag: "OK", count: 0, notices: [] };
}

function error(number: number, message: string): MySqlReport {
  return { number, state: "HY000", message };
}

/** A new primary does not keep the position of the old one. */
function changePrimary({ process: { files }, path }: Server, rest: string): Reply {
  const known = readReplica(files, path);
  if (known?.isRunning)
    return error(
      3021,
      "This operation cannot be performed with a running slave io thread; run STOP SLAVE IO_THREAD FOR CHANNEL '' first.",
    );
  const options: Record<string, string> = {};
  for (const [, name = "", quoted, plain = ""] of rest.matchAll(/(?:MASTER|SOURCE)_(\w+)\s*=\s*(?:'([^']*)'|(\w+))/gi))
    options[name.toUpperCase()] = quoted ?? plain;
  const isNewHost = options["HOST"] !== undefined && options["HOST"] !== known?.host;
  const logName = options["LOG_FILE"] ?? (isNewHost ? "" : (known?.logName ?? ""));
  const position = options["LOG_POS"];
  writeReplica(files, path, {
    host: options["HOST"] ?? known?.host ?? "",
    user: options["USER"] ?? known?.user ?? "",
    password: options["PASSWORD"] ?? known?.password ?? "",
    port: Number(options["PORT"] ?? known?.port ?? 3306),
    retrySeconds: Number(options["CONNECT_RETRY"] ?? known?.retrySeconds ?? 60),
    logName,
    place: position === undefined ? (isNewHost ? 0 : (known?.place ?? 0)) : placeFrom(logName, Number(position)),
    isRunning: false,
  });
  return done();
}

function setRunning({ process, path, variables }: Server, isRunning: boolean): Reply {
  const replica = readReplica(process.files, path);
  if (!replica || replica.host === "")
    return error(1200, "The server is not configured as slave; fix in config file or with CHANGE MASTER TO");
  if (isRunning && variables["server_id"] === "0")
    return error(1200, "The server is not configured as slave; fix in config file or with CHANGE MASTER TO");
  writeReplica(process.files, path, { ...replica, isRunning });
  if (isRunning) catchUp(process, path);
  return done();
}

function forget({ process: { files }, path }: Server): Reply {
  if (readReplica(files, path)?.isRunning)
    return error(1198, "This operation cannot be performed with a running slave; run STOP SLAVE first");
  if (files.find(replicaPath(path))) files.removeFile(replicaPath(path));
  return done();
}

function table(names: readonly string[], rows: readonly (readonly (string | null)[])[]): StatementResult {
  const columns = names.map((name) => ({ name, type: "text", isRight: false }));
  return { tag: "SHOW", count: rows.length, columns, rows: rows.map((row) => [...row]), notices: [] };
}

function replicaStatus({ process: { files }, path }: Server): Reply {
  const replica = readReplica(files, path);
  if (!replica) return table([], []);
  const { host, user, port, retrySeconds, isRunning, logName, problem, primaryServerId = "0" } = replica;
  const { position } = partsOf(replica.place);
  const state = !isRunning ? "" : problem === undefined ? "Waiting for master to send event" : "Connecting to master";
  const facts: Record<string, string | null> = {
    Slave_IO_State: state,
    Master_Host: host,
    Master_User: user,
    Master_Port: String(port),
    Connect_Retry: String(retrySeconds),
    Master_Log_File: logName,
    Read_Master_Log_Pos: String(position),
    Relay_Log_File: "relay-bin.000002",
    Relay_Log_Pos: "320",
    Relay_Master_Log_File: logName,
    Slave_IO_Running: !isRunning ? "No" : problem === undefined ? "Yes" : "Connecting",
    Slave_SQL_Running: isRunning ? "Yes" : "No",
    Last_Errno: "0",
    Last_Error: "",
    Exec_Master_Log_Pos: String(position),
    Seconds_Behind_Master: isRunning && problem === undefined ? "0" : null,
    Last_IO_Errno: problem === undefined ? "0" : "2003",
    Last_IO_Error: problem ?? "",
    Last_SQL_Errno: "0",
    Last_SQL_Error: "",
    Master_Server_Id: primaryServerId,
  };
  return table(Object.keys(facts), [Object.values(facts)]);
}

function primaryStatus({ process: { files, host }, path, variables }: Server): Reply {
  const names = ["File", "Position", "Binlog_Do_DB", "Binlog_Ignore_DB", "Executed_Gtid_Set"];
  if (variables["log_bin"] !== "ON") return table(names, []);
  const { file, position } = readLog(files, path);
  return table(names, [[fileName(host.hostname, file), String(position), "", "", ""]]);
}

function logs({ process: { files, host }, path, variables }: Server): Reply {
  if (variables["log_bin"] !== "ON") return error(1381, "You are not using binary logging");
  const { file, position } = readLog(files, path);
  return table(["Log_name", "File_size"], [[fileName(host.hostname, file), String(position)]]);
}

/** Files that a backup has besides the data: the position of the primary for a new replica. */
export function backupFacts(files: FileSystem, path: string, host: string): Record<string, string> {
  const replica = readReplica(files, path);
  if (replica) {
    const { position } = partsOf(replica.place);
    return {
      xtrabackup_slave_info: `CHANGE MASTER TO MASTER_LOG_FILE='${replica.logName}', MASTER_LOG_POS=${position};\n`,
    };
  }
  try {
    const { file, position } = readLog(files, path);
    return { xtrabackup_binlog_info: `${fileName(host, file)}\t${position}\n` };
  } catch (problem) {
    if (problem instanceof FileError) return {};
    throw problem;
  }
}

/** mongod: its life, and the commands of clients. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { flagOf, type MessageRequest, portOf, server } from "../server.ts";
import { ADMINISTRATION_COMMANDS } from "./commands/administration.ts";
import { type Command, versionOf } from "./commands/command.ts";
import { DOCUMENT_COMMANDS, writesByPipeline } from "./commands/documents.ts";
import { MongoError } from "./errors.ts";
import { REPLICA_COMMANDS } from "./replica/commands.ts";
import { replicate, type View, viewOf } from "./replica/election.ts";
import { answerMember } from "./replica/members.ts";
import { setName } from "./replica/state.ts";
import { Databases, ENGINE_FILE, folderOf } from "./store.ts";
import { authenticate, authorize, type Login } from "./users.ts";

const MONGO_PORT = 27_017;

/** One line of the log: JSON. */
function line(
  { nowMs }: ProcessView,
  component: string,
  id: number,
  context: string,
  msg: string,
  attr?: JsonObject,
): string {
  const date = new Date(nowMs).toISOString().replace("Z", "+00:00");
  const head = `{"t":{"$date":"${date}"},"s":"I",  "c":"${component}",${" ".repeat(Math.max(1, 9 - component.length))}"id":${id},`;
  return `${head}   "ctx":"${context}","msg":${JSON.stringify(msg)}${attr ? `,"attr":${JSON.stringify(attr)}` : ""}}`;
}

const portOfServer = ({ argv }: ProcessView): number => portOf(flagOf(argv, "port"), MONGO_PORT);

export const mongod = server({
  ports: (process) => [portOfServer(process)],
  logFd: 1,
  startMs: 900,
  refuse: (process) => {
    const path = folderOf(process);
    const stop = line(process, "CONTROL", 20_557, "initandlisten", "DBException in initAndListen, terminating", {
      error: `NonExistentPath: Data directory ${path} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.`,
    });
    return process.files.find(path)?.type === "directory" ? undefined : { lines: [stop], status: 100 };
  },
  banner: (process) => [
    line(process, "CONTROL", 4_615_611, "initandlisten", "MongoDB starting", {
      pid: process.pid,
      port: portOfServer(process),
      dbPath: folderOf(process),
      host: process.host.hostname,
    }),
    line(process, "CONTROL", 23_403, "initandlisten", "Build Info", { buildInfo: { version: versionOf(process) } }),
  ],
  begin: (process) => {
    process.state["startedAtMs"] = process.nowMs;
    const marker = `${folderOf(process)}/${ENGINE_FILE}`;
    if (!process.files.find(marker)) process.files.write(marker, "WiredTiger\nWiredTiger 12.0.0\n", 0o600);
  },
  ready: (process) => [
    line(process, "NETWORK", 23_015, "listener", "Listening on", { address: "0.0.0.0" }),
    line(process, "NETWORK", 23_016, "listener", "Waiting for connections", {
      port: portOfServer(process),
      ssl: "off",
    }),
  ],
  stopping: (process) => [
    line(process, "CONTROL", 23_377, "SignalHandler", "Received signal", { signal: 15, error: "Terminated" }),
    line(process, "CONTROL", 23_138, "SignalHandler", "Shutting down", { exitCode: 0 }),
  ],
  stop: { ms: 200 },
  message: answer,
  memoryBytes: () => 130_000_000,
});

const COMMANDS: Readonly<Record<string, Command>> = {
  ...ADMINISTRATION_COMMANDS,
  ...DOCUMENT_COMMANDS,
  ...REPLICA_COMMANDS,
};

/**
 * The body is `{ command, database, user?, password?, source?, readsSecondary? }`, as drivers send it, or `{ member }` of
 * another member of the replica set. The answer is that of MongoDB: `{ ok: 1, … }` or `{ ok: 0, errmsg, code, codeName }`.
 */
function answer(process: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  if (protocol !== "mongo" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const { member, command } = body;
  if (isJsonObject(member)) return { type: "message", body: answerMember(process, member), afterMs: 1 };
  if (!isJsonObject(command)) return { type: "failed", why: "reset", afterMs: 1 };
  let reply: JsonObject;
  try {
    reply = { ...run(process, command, body), ok: 1 };
  } catch (error) {
    if (error instanceof MongoError)
      reply = { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName };
    else if (error instanceof FileError) reply = { ok: 0, errmsg: `${error.path}: ${error.message}`, code: 1 };
    else throw error;
  }
  return { type: "message", body: reply, afterMs: 2 };
}

const textIn = (body: JsonObject, name: string): string | undefined =>
  typeof body[name] === "string" ? body[name] : undefined;

function run(process: ProcessView, command: JsonObject, body: JsonObject): JsonObject {
  const [name = ""] = Object.keys(command);
  const definition = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!definition) throw new MongoError(`no such command: '${name}'`, "CommandNotFound");
  const database = textIn(body, "database") ?? "test";
  const databases = new Databases(process);
  const login: Login = {};
  for (const field of ["user", "password", "source"] as const) {
    const value = textIn(body, field);
    if (value !== undefined) login[field] = value;
  }
  const user = authenticate(databases, login);
  const isWrite = definition.isWrite === true || writesByPipeline(command);
  if (definition.isOpen !== true)
    authorize(databases, user, {
      command: name,
      database,
      isWrite,
      isAdministration: definition.isAdministration === true,
    });
  const isRead = definition.isRead === true && body["readsSecondary"] !== true;
  const view = setName(process) !== undefined && (isWrite || isRead) ? primaryView(process, isWrite) : undefined;
  const reply = definition.run({ process, databases, database, target: String(command[name]), command, login });
  if (view) replicate(process, view, databases);
  return reply;
}

/** @throws MongoError unless this member is the primary */
function primaryView(process: ProcessView, isWrite: boolean): View {
  const view = viewOf(process);
  if (view?.isPrimary) return view;
  if (isWrite) throw new MongoError("not primary", "NotWritablePrimary");
  throw new MongoError("not primary and secondaryOk=false", "NotPrimaryNoSecondaryOk");
}

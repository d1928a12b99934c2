/** mongod: collections as JSON files in its data folder, commands, and users of the official image. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Step } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { printLines } from "../log.ts";
import { flagOf, hasFlag, type MessageRequest, portOf, server } from "../server.ts";
import { MongoError, matches, projected, sorted, updated } from "./documents.ts";

const MONGO_PORT = 27_017;

function folderOf({ argv }: ProcessView): string {
  return (flagOf(argv, "dbpath") ?? "/data/db").replace(/\/$/, "");
}

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

export const mongod = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "port"), MONGO_PORT)],
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
      port: MONGO_PORT,
      dbPath: folderOf(process),
      host: process.host.hostname,
    }),
    line(process, "CONTROL", 23_403, "initandlisten", "Build Info", { buildInfo: { version: versionOf(process) } }),
  ],
  ready: (process) => [
    line(process, "NETWORK", 23_015, "listener", "Listening on", { address: "0.0.0.0" }),
    line(process, "NETWORK", 23_016, "listener", "Waiting for connections", { port: MONGO_PORT, ssl: "off" }),
  ],
  stopping: (process) => [
    line(process, "CONTROL", 23_377, "SignalHandler", "Received signal", { signal: 15, error: "Terminated" }),
    line(process, "CONTROL", 23_138, "SignalHandler", "Shutting down", { exitCode: 0 }),
  ],
  stop: { ms: 200 },
  message: answer,
  memoryBytes: () => 130_000_000,
});

function versionOf({ env }: Pick<ProcessView, "env">): string {
  return env["MONGO_VERSION"] ?? "8.2.3";
}

/** The body is `{ command, database, user?, password? }`; the answer is `{ ok, … }` or `{ error }`. */
function answer(process: ProcessView, { protocol, body }: MessageRequest): ServedAnswer {
  if (protocol !== "mongo" || !isJsonObject(body) || !isJsonObject(body["command"]))
    return { type: "failed", why: "reset", afterMs: 1 };
  const database = String(body["database"] ?? "test");
  let reply: JsonObject;
  try {
    authorize(process, body["command"], body);
    reply = { ok: 1, ...run(process, database, body["command"]) };
  } catch (error) {
    if (error instanceof MongoError) reply = { error: error.message };
    else if (error instanceof FileError) reply = { error: `${error.path}: ${error.message}` };
    else throw error;
  }
  return { type: "message", body: reply, afterMs: 2 };
}

interface User {
  user: string;
  password: string;
}

const USERS = "admin.system.users.json";

/** Some commands need no login. @throws MongoError */
function authorize(process: ProcessView, command: JsonObject, { user, password }: JsonObject): void {
  const path = `${folderOf(process)}/${USERS}`;
  const users = process.files.find(path) ? (JSON.parse(process.files.read(path)) as User[]) : [];
  if (user !== undefined && !users.some((each) => each.user === user && each.password === password))
    throw new MongoError("Authentication failed.");
  const isOpen = Object.keys(command).some((name) => /^(ping|hello|isMaster|buildInfo|login)$/i.test(name));
  const [name = ""] = Object.keys(command);
  if (hasFlag(process.argv, "auth") && user === undefined && !isOpen)
    throw new MongoError(`Command ${name} requires authentication`);
}

function pathOf(process: ProcessView, database: string, collection: string): string {
  return `${folderOf(process)}/${encodeURIComponent(database)}.${encodeURIComponent(collection)}.json`;
}

function read(process: ProcessView, database: string, collection: string): JsonObject[] {
  const path = pathOf(process, database, collection);
  return process.files.find(path) ? (JSON.parse(process.files.read(path)) as JsonObject[]) : [];
}

function write(process: ProcessView, database: string, collection: string, documents: readonly JsonObject[]): void {
  process.files.write(pathOf(process, database, collection), JSON.stringify(documents), 0o600);
}

/** All collections: `[database, collection]`. */
function collections(process: ProcessView): [string, string][] {
  return process.files.list(folderOf(process)).flatMap((name): [string, string][] => {
    const [, database, collection] = /^([^.]+)\.(.+)\.json$/.exec(name) ?? [];
    if (database === undefined || collection === undefined || name === USERS) return [];
    return [[decodeURIComponent(database), decodeURIComponent(collection)]];
  });
}

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const objects = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

function run(process: ProcessView, database: string, command: JsonObject): JsonObject {
  const [name = ""] = Object.keys(command);
  const collection = String(command[name]);
  const find = () => read(process, database, collection);
  switch (name) {
    case "ping":
    case "login":
      return {};
    case "hello":
    case "isMaster":
      return { [name === "hello" ? "isWritablePrimary" : "ismaster"]: true, maxWireVersion: 25 };
    case "buildInfo":
      return { version: versionOf(process) };
    case "serverStatus":
      return { host: process.host.hostname, version: versionOf(process), process: "mongod", pid: process.pid };
    case "listDatabases": {
      const names = [...new Set(["admin", "config", "local", ...collections(process).map(([each]) => each)])].sort();
      return { databases: names.map((each) => ({ name: each, sizeOnDisk: 40_960, empty: false })) };
    }
    case "listCollections":
      return { names: collections(process).flatMap(([owner, each]) => (owner === database ? [each] : [])) };
    case "insert":
      return insert(process, database, collection, objects(command["documents"]));
    case "find": {
      const found = find().filter((each) => matches(each, object(command["filter"])));
      const rows = sorted(found, object(command["sort"]));
      const skip = Number(command["skip"] ?? 0);
      const limit = Number(command["limit"] ?? 0);
      const chosen = rows.slice(skip, limit > 0 ? skip + limit : undefined);
      return { documents: chosen.map((each) => projected(each, object(command["projection"]))) };
    }
    case "count":
      return { n: find().filter((each) => matches(each, object(command["filter"]))).length };
    case "update":
      return update(process, database, collection, command);
    case "delete": {
      let left = command["multi"] === true ? Number.POSITIVE_INFINITY : 1;
      const all = find();
      const kept = all.filter((each) => !(left > 0 && matches(each, object(command["filter"])) && left-- > 0));
      if (kept.length < all.length) write(process, database, collection, kept);
      return { n: all.length - kept.length };
    }
    case "create":
      if (process.files.find(pathOf(process, database, collection)))
        throw new MongoError(`Collection ${database}.${collection} already exists.`);
      write(process, database, collection, []);
      return {};
    case "drop": {
      const path = pathOf(process, database, collection);
      const exists = process.files.find(path) !== undefined;
      if (exists) process.files.removeFile(path);
      return { dropped: exists };
    }
    case "dropDatabase":
      for (const [owner, each] of collections(process))
        if (owner === database) process.files.removeFile(pathOf(process, owner, each));
      return { dropped: database };
    case "createUser": {
      const path = `${folderOf(process)}/${USERS}`;
      const users = process.files.find(path) ? (JSON.parse(process.files.read(path)) as User[]) : [];
      const user = { user: collection, password: String(command["pwd"] ?? "") };
      process.files.write(path, JSON.stringify([...users, user]), 0o600);
      return {};
    }
    default:
      throw new MongoError(`no such command: '${name}'`);
  }
}

function objectId(process: ProcessView): JsonObject {
  const time = Math.floor(process.nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  const rest = [process.random(), process.random()].map((each) => each.toString(16).padStart(8, "0")).join("");
  return { $oid: time + rest };
}

function insert(
  process: ProcessView,
  database: string,
  collection: string,
  documents: readonly JsonObject[],
): JsonObject {
  const all = read(process, database, collection);
  const known = new Set(all.map((each) => JSON.stringify(each["_id"])));
  const ids: JsonValue[] = [];
  for (const document of documents) {
    const id = document["_id"] ?? objectId(process);
    const key = JSON.stringify(id);
    if (known.has(key)) {
      const shown = isJsonObject(id) && "$oid" in id ? `ObjectId('${id["$oid"]}')` : key;
      throw new MongoError(
        `E11000 duplicate key error collection: ${database}.${collection} index: _id_ dup key: { _id: ${shown} }`,
      );
    }
    known.add(key);
    ids.push(id);
    all.push({ _id: id, ...document });
  }
  write(process, database, collection, all);
  return { ids };
}

function update(process: ProcessView, database: string, collection: string, command: JsonObject): JsonObject {
  const change = object(command["change"]);
  let matched = 0;
  let modified = 0;
  const all = read(process, database, collection).map((each) => {
    if ((matched > 0 && command["multi"] !== true) || !matches(each, object(command["filter"]))) return each;
    matched++;
    const next = command["replaces"] === true ? { _id: each["_id"] ?? null, ...change } : updated(each, change);
    if (JSON.stringify(next) !== JSON.stringify(each)) modified++;
    return next;
  });
  let upsertedId: JsonValue = null;
  if (matched === 0 && command["upsert"] === true) {
    const equal = Object.entries(object(command["filter"])).filter(
      ([name, value]) => !name.startsWith("$") && !isJsonObject(value),
    );
    const base = { _id: objectId(process), ...Object.fromEntries(equal) };
    const document = updated(base, change);
    upsertedId = document["_id"] ?? null;
    all.push(document);
  }
  if (modified > 0 || upsertedId !== null) write(process, database, collection, all);
  return { matched, modified, upsertedId };
}

/** The entrypoint of the official image: it creates the user of MONGO_INITDB_ROOT_USERNAME at the first start. */
export const mongoEntrypoint = {
  run(process: ProcessView): Step {
    const first = process.argv[1] ?? "";
    const argv = first.startsWith("-") || first === "" ? ["mongod", ...process.argv.slice(1)] : process.argv.slice(1);
    if (argv[0] !== "mongod") return { type: "exec", argv };
    const { env, files } = process;
    const secret = (name: string) => {
      const path = env[`${name}_FILE`];
      return env[name] || (path && files.find(path) ? files.read(path).trimEnd() : "");
    };
    const user = secret("MONGO_INITDB_ROOT_USERNAME");
    const password = secret("MONGO_INITDB_ROOT_PASSWORD");
    if ((user === "") !== (password === "")) {
      printLines(process, 2, [
        "error: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'",
        "       both must be specified for a user to be created",
      ]);
      return { type: "exit", status: 1 };
    }
    if (user === "") return { type: "exec", argv: [...argv, "--bind_ip_all"] };
    const path = `${(flagOf(argv, "dbpath") ?? "/data/db").replace(/\/$/, "")}/${USERS}`;
    if (!files.find(path)) {
      files.write(path, JSON.stringify([{ user, password }]), 0o600);
      printLines(process, 1, ["", "MongoDB init process complete; ready for start up.", ""]);
    }
    return { type: "exec", argv: [...argv, "--auth", "--bind_ip_all"] };
  },
};

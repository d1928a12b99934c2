/** Commands on databases, collections, indexes, users and the server itself. */
import { isJsonObject, type JsonObject } from "../../../../lib/json.ts";
import { MongoError } from "../errors.ts";
import type { Index } from "../store.ts";
import { rolesOf, usersIn, writeUsers } from "../users.ts";
import { dateValue, numberOf } from "../values.ts";
import { type Command, type CommandContext, objectsIn, versionOf } from "./command.ts";

/** Bytes on disk of an empty collection with its index. */
const COLLECTION_BYTES = 8192;

function sizeOf({ databases }: CommandContext, database: string): number {
  const collections = databases.collections().filter(([owner]) => owner === database);
  const documents = collections.flatMap(([, each]) => databases.read(database, each));
  const contents = JSON.stringify(documents).length;
  return COLLECTION_BYTES * Math.max(1, collections.length) + Math.ceil(contents / 4096) * 4096;
}

function listDatabases(context: CommandContext): JsonObject {
  const names = [...new Set(["admin", "config", "local", ...context.databases.collections().map(([each]) => each)])];
  const sizes = names.sort().map((name) => ({ name, sizeOnDisk: sizeOf(context, name), empty: false }));
  const total = sizes.reduce((sum, { sizeOnDisk }) => sum + sizeOnDisk, 0);
  return {
    databases: sizes.map(({ name, sizeOnDisk, empty }) => ({ name, sizeOnDisk: long(sizeOnDisk), empty })),
    totalSize: long(total),
    totalSizeMb: long(Math.floor(total / 1_048_576)),
  };
}

const long = (value: number): JsonObject => ({ $numberLong: String(value) });

function listCollections({ databases, database }: CommandContext): JsonObject {
  const names = databases.collections().flatMap(([owner, each]) => (owner === database ? [each] : []));
  const firstBatch = names.map((name) => ({
    name,
    type: "collection",
    options: {},
    info: { readOnly: false },
    idIndex: { v: 2, key: { _id: 1 }, name: "_id_" },
  }));
  return { cursor: { id: long(0), ns: `${database}.$cmd.listCollections`, firstBatch } };
}

function create({ databases, database, target }: CommandContext): JsonObject {
  if (databases.exists(database, target))
    throw new MongoError(`Collection ${database}.${target} already exists.`, "NamespaceExists");
  databases.write(database, target, []);
  return {};
}

function dropDatabase({ databases, database }: CommandContext): JsonObject {
  for (const [owner, each] of databases.collections()) if (owner === database) databases.drop(owner, each);
  return { dropped: database };
}

function renameCollection({ databases, command, target }: CommandContext): JsonObject {
  const [from, to] = [target, String(command["to"])].map((each) => {
    const at = each.indexOf(".");
    return { database: each.slice(0, at), collection: each.slice(at + 1) };
  });
  if (!from || !to || !databases.exists(from.database, from.collection))
    throw new MongoError(`Source collection ${target} does not exist`, "NamespaceNotFound");
  databases.write(to.database, to.collection, databases.read(from.database, from.collection));
  databases.drop(from.database, from.collection);
  return {};
}

function createIndexes({ databases, database, target, command }: CommandContext): JsonObject {
  const before = databases.indexes(database, target);
  const createdCollectionAutomatically = !databases.exists(database, target);
  if (createdCollectionAutomatically) databases.write(database, target, []);
  const all = [...before];
  for (const given of objectsIn(command["indexes"])) {
    const { key, name, unique, expireAfterSeconds } = given;
    if (!isJsonObject(key) || Object.keys(key).length === 0)
      throw new MongoError("Index keys cannot be an empty object.", "CannotCreateIndex");
    if (all.some((index) => index.name === name)) continue;
    const seconds = numberOf(expireAfterSeconds);
    const index: Index = { v: 2, key, name: String(name), ...(unique === true && { unique }) };
    all.push(seconds === undefined ? index : { ...index, expireAfterSeconds: seconds });
  }
  databases.writeIndexes(database, target, all);
  return { numIndexesBefore: before.length, numIndexesAfter: all.length, createdCollectionAutomatically };
}

function dropIndexes({ databases, database, target, command }: CommandContext): JsonObject {
  const before = databases.indexes(database, target);
  const { index } = command;
  const kept = before.filter(
    ({ name, key }) =>
      name === "_id_" || (index !== "*" && name !== index && JSON.stringify(key) !== JSON.stringify(index)),
  );
  if (kept.length === before.length && index !== "*")
    throw new MongoError(`index not found with name [${String(index)}]`, "IndexNotFound");
  databases.writeIndexes(database, target, kept);
  return { nIndexesWas: before.length };
}

function listIndexes({ databases, database, target }: CommandContext): JsonObject {
  if (!databases.exists(database, target))
    throw new MongoError(`ns does not exist: ${database}.${target}`, "NamespaceNotFound");
  const firstBatch = databases.indexes(database, target) as unknown as JsonObject[];
  return { cursor: { id: long(0), ns: `${database}.${target}`, firstBatch } };
}

function createUser({ databases, database, target, command }: CommandContext): JsonObject {
  const users = usersIn(databases);
  if (users.some(({ user, db }) => user === target && db === database))
    throw new MongoError(`User "${target}@${database}" already exists`, "Location51003");
  const user = {
    user: target,
    db: database,
    password: String(command["pwd"] ?? ""),
    roles: rolesOf(command["roles"], database),
  };
  writeUsers(databases, [...users, user]);
  return {};
}

function changeUser({ databases, database, target, command }: CommandContext): JsonObject {
  const users = usersIn(databases);
  const user = users.find((each) => each.user === target && each.db === database);
  if (!user) throw new MongoError(`User '${target}@${database}' not found`, "UserNotFound");
  if (command["pwd"] !== undefined) user.password = String(command["pwd"]);
  if (command["roles"] !== undefined) user.roles = rolesOf(command["roles"], database);
  writeUsers(databases, users);
  return {};
}

function grantRoles(context: CommandContext): JsonObject {
  const { databases, database, target, command } = context;
  const known = usersIn(databases).find((each) => each.user === target && each.db === database);
  const roles = [...(known?.roles ?? []), ...rolesOf(command["roles"], database)];
  return changeUser({ ...context, command: { roles: roles as unknown as JsonObject[] } });
}

function dropUser({ databases, database, target }: CommandContext): JsonObject {
  const users = usersIn(databases);
  const kept = users.filter((each) => each.user !== target || each.db !== database);
  if (kept.length === users.length) throw new MongoError(`User '${target}@${database}' not found`, "UserNotFound");
  writeUsers(databases, kept);
  return {};
}

function usersInfo({ databases, database, command }: CommandContext): JsonObject {
  const wanted = command["usersInfo"];
  const name = isJsonObject(wanted) ? wanted["user"] : wanted;
  const users = usersIn(databases)
    .filter((each) => each.db === database && (typeof name !== "string" || each.user === name))
    .map(({ user, db, roles }) => ({
      _id: `${db}.${user}`,
      user,
      db,
      roles: roles.map(({ role, db: owner }) => ({ role, db: owner })),
      mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-256"],
    }));
  return { users };
}

function serverStatus({ process }: CommandContext): JsonObject {
  const uptime = Math.floor((process.nowMs - Number(process.state["startedAtMs"] ?? process.nowMs)) / 1000);
  return {
    host: process.host.hostname,
    version: versionOf(process),
    process: "mongod",
    pid: process.pid,
    uptime,
    localTime: dateValue(process.nowMs),
    connections: { current: 1, available: 51_199, totalCreated: 1, active: 1 },
    mem: { bits: 64, resident: 130, virtual: 2600 },
  };
}

function statistics(context: CommandContext): JsonObject {
  const { databases, database } = context;
  const collections = databases.collections().filter(([owner]) => owner === database);
  const documents = collections.flatMap(([, each]) => databases.read(database, each));
  const dataSize = JSON.stringify(documents).length;
  const indexes = collections.reduce((sum, [, each]) => sum + databases.indexes(database, each).length, 0);
  return {
    db: database,
    collections: collections.length,
    views: 0,
    objects: documents.length,
    avgObjSize: documents.length === 0 ? 0 : dataSize / documents.length,
    dataSize,
    storageSize: sizeOf(context, database),
    indexes,
    indexSize: indexes * 4096,
    totalSize: sizeOf(context, database) + indexes * 4096,
  };
}

export const ADMINISTRATION_COMMANDS: Readonly<Record<string, Command>> = {
  ping: { isOpen: true, run: () => ({}) },
  login: { isOpen: true, run: () => ({}) },
  buildInfo: {
    isOpen: true,
    run: ({ process }) => ({
      version: versionOf(process),
      gitVersion: "0".repeat(40),
      bits: 64,
      maxBsonObjectSize: 16_777_216,
    }),
  },
  connectionStatus: {
    isOpen: true,
    run: ({ login }) => ({
      authInfo: {
        authenticatedUsers: login.user === undefined ? [] : [{ user: login.user, db: login.source ?? "admin" }],
        authenticatedUserRoles: [],
      },
    }),
  },
  serverStatus: { isAdministration: true, run: serverStatus },
  dbStats: { isRead: true, run: statistics },
  dbstats: { isRead: true, run: statistics },
  listDatabases: { isRead: true, run: listDatabases },
  listCollections: { isRead: true, run: listCollections },
  create: { isWrite: true, run: create },
  drop: {
    isWrite: true,
    run: ({ databases, database, target }) => ({ dropped: databases.drop(database, target) }),
  },
  dropDatabase: { isWrite: true, run: dropDatabase },
  renameCollection: { isWrite: true, run: renameCollection },
  createIndexes: { isWrite: true, run: createIndexes },
  dropIndexes: { isWrite: true, run: dropIndexes },
  listIndexes: { isRead: true, run: listIndexes },
  createUser: { isWrite: true, isAdministration: true, run: createUser },
  updateUser: { isWrite: true, isAdministration: true, run: changeUser },
  grantRolesToUser: { isWrite: true, isAdministration: true, run: grantRoles },
  dropUser: { isWrite: true, isAdministration: true, run: dropUser },
  usersInfo: { isAdministration: true, run: usersInfo },
  getParameter: { isAdministration: true, run: () => ({}) },
  getCmdLineOpts: { isAdministration: true, run: ({ process }) => ({ argv: [...process.argv], parsed: {} }) },
};

/** `db` and its methods, in JavaScript. Source: https://www.mongodb.com/docs/manual/reference/method/js-database/ */
import { scripts } from "../../javascript/intrinsics.ts";

scripts("node:mongosh", {
  /** A database; other names than its methods are collections. */
  database: `
function database(name) {
  const target = $mongosh.make("Database");
  Object.defineProperty(target, "_name", { value: name });
  return new Proxy(target, {
    get: (object, key) => typeof key !== "string" || key in object ? object[key] : $mongosh.collection(name, key),
  });
}`,
  /** Sends a command and raises its refusal. */
  run: `
function run(database, command, reads) {
  for (let tries = 0; ; tries++) {
    const reply = $mongosh.send(database, command, reads);
    if (reply.ok === 1) return reply;
    const isStale = reply.codeName === "NotWritablePrimary" && globalThis.__shell.isReplicaSet && tries < 3;
    if (!isStale) $mongosh.fail("MongoServerError", reply.errmsg, reply.code, reply.codeName);
    $mongosh.connect();
  }
}`,
  send: `
function send(database, command) {
  const shell = globalThis.__shell;
  if (shell.host === undefined) $mongosh.fail("MongoshInvalidInputError", "[SHAPI-10004] No connected database");
  try {
    return $mongosh.ask(shell.host, shell.port, database, command, shell.readsSecondary);
  } catch (error) {
    if (!shell.isReplicaSet) throw error;
    $mongosh.connect();
    return $mongosh.ask(shell.host, shell.port, database, command, shell.readsSecondary);
  }
}`,
});

scripts("node:mongosh.Database", {
  getName: "function getName() { return this._name; }",
  toString: "function toString() { return this._name; }",
  getSiblingDB: "function getSiblingDB(name) { return $mongosh.database(name); }",
  getSisterDB: "function getSisterDB(name) { return $mongosh.database(name); }",
  getCollection: "function getCollection(name) { return $mongosh.collection(this._name, name); }",
  getMongo: "function getMongo() { return $mongosh.make('Mongo'); }",
  getCollectionInfos: `
function getCollectionInfos() { return $mongosh.run(this._name, { listCollections: 1 }).cursor.firstBatch; }`,
  getCollectionNames: "function getCollectionNames() { return this.getCollectionInfos().map(({ name }) => name); }",
  createCollection: `
function createCollection(name) { $mongosh.run(this._name, { create: name }); return { ok: 1 }; }`,
  dropDatabase: `
function dropDatabase() { $mongosh.run(this._name, { dropDatabase: 1 }); return { ok: 1, dropped: this._name }; }`,
  runCommand: `
function runCommand(command) { return $mongosh.run(this._name, typeof command === "string" ? { [command]: 1 } : command); }`,
  adminCommand: `
function adminCommand(command) { return $mongosh.run("admin", typeof command === "string" ? { [command]: 1 } : command); }`,
  hello: "function hello() { return this.runCommand({ hello: 1 }); }",
  isMaster: "function isMaster() { return this.runCommand({ isMaster: 1 }); }",
  serverStatus: "function serverStatus() { return this.runCommand({ serverStatus: 1 }); }",
  serverBuildInfo: "function serverBuildInfo() { return this.adminCommand({ buildInfo: 1 }); }",
  version: "function version() { return this.serverBuildInfo().version; }",
  stats: "function stats() { return this.runCommand({ dbStats: 1 }); }",
  aggregate: `
function aggregate(pipeline) { return $mongosh.cursor(this._name, { aggregate: 1, pipeline: pipeline ?? [], cursor: {} }); }`,
  createUser: `
function createUser({ user, pwd, roles }) {
  $mongosh.run(this._name, { createUser: user, pwd, roles: roles ?? [] });
  return { ok: 1 };
}`,
  updateUser: `
function updateUser(name, { pwd, roles }) {
  $mongosh.run(this._name, { updateUser: name, ...(pwd !== undefined && { pwd }), ...(roles && { roles }) });
  return { ok: 1 };
}`,
  changeUserPassword: `
function changeUserPassword(name, pwd) { $mongosh.run(this._name, { updateUser: name, pwd }); return { ok: 1 }; }`,
  grantRolesToUser: `
function grantRolesToUser(name, roles) { $mongosh.run(this._name, { grantRolesToUser: name, roles }); return { ok: 1 }; }`,
  dropUser: "function dropUser(name) { $mongosh.run(this._name, { dropUser: name }); return { ok: 1 }; }",
  getUsers: "function getUsers() { return { users: $mongosh.run(this._name, { usersInfo: 1 }).users, ok: 1 }; }",
  getUser: "function getUser(name) { return $mongosh.run(this._name, { usersInfo: name }).users[0] ?? null; }",
  auth: `
function auth(user, password) {
  const given = typeof user === "object" ? user : { user, pwd: password };
  const before = $mongosh.options();
  $mongosh.login(given.user, given.pwd, this._name);
  try {
    $mongosh.run(this._name, { login: 1 });
  } catch (error) {
    $mongosh.login(before.user, before.password, before.source);
    throw error;
  }
  return { ok: 1 };
}`,
  logout: "function logout() { $mongosh.login(null, null, 'admin'); return { ok: 1 }; }",
  shutdownServer: "function shutdownServer() { return this.adminCommand({ shutdown: 1 }); }",
});

scripts("node:mongosh.Mongo", {
  getDB: "function getDB(name) { return $mongosh.database(name); }",
  getDBs: "function getDBs() { return $mongosh.run('admin', { listDatabases: 1 }); }",
  getDBNames: "function getDBNames() { return this.getDBs().databases.map(({ name }) => name); }",
  setReadPref: `
function setReadPref(mode) { globalThis.__shell.readsSecondary = mode !== "primary"; }`,
  setSecondaryOk: "function setSecondaryOk() { globalThis.__shell.readsSecondary = true; }",
  setSlaveOk: "function setSlaveOk() { globalThis.__shell.readsSecondary = true; }",
});

/** `rs`, the shell's own functions, and how it connects, in JavaScript. */
import { links, scripts } from "../../javascript/intrinsics.ts";

scripts("node:mongosh.ReplicaSet", {
  initiate: `
function initiate(config) { return $mongosh.reply($mongosh.run("admin", { replSetInitiate: config ?? {} })); }`,
  status: 'function status() { return $mongosh.run("admin", { replSetGetStatus: 1 }); }',
  config: 'function config() { return $mongosh.run("admin", { replSetGetConfig: 1 }).config; }',
  conf: "function conf() { return rs.config(); }",
  reconfig: `
function reconfig(config, options) {
  const version = rs.config().version + 1;
  return $mongosh.reply($mongosh.run("admin", { replSetReconfig: { ...config, version }, force: options?.force === true }));
}`,
  add: `
function add(member, isArbiter) {
  const config = rs.config();
  const _id = Math.max(-1, ...config.members.map((each) => each._id)) + 1;
  config.members.push({ _id, ...(typeof member === "string" ? { host: member } : member), ...(isArbiter === true && { arbiterOnly: true }) });
  return rs.reconfig(config);
}`,
  addArb: "function addArb(host) { return rs.add(host, true); }",
  remove: `
function remove(host) {
  const config = rs.config();
  const kept = config.members.filter((each) => each.host !== host);
  if (kept.length === config.members.length)
    $mongosh.fail("MongoshInvalidInputError", "[COMMON-10001] Couldn't find " + host + " in " + JSON.stringify(config.members.map((each) => each.host)) + ". Is " + host + " a member of this replset?");
  return rs.reconfig({ ...config, members: kept });
}`,
  stepDown: `
function stepDown(seconds) { return $mongosh.reply($mongosh.run("admin", { replSetStepDown: seconds ?? 60 })); }`,
  isMaster: 'function isMaster() { return $mongosh.run("admin", { isMaster: 1 }); }',
  hello: 'function hello() { return $mongosh.run("admin", { hello: 1 }); }',
  secondaryOk: "function secondaryOk() { globalThis.__shell.readsSecondary = true; }",
  slaveOk: "function slaveOk() { globalThis.__shell.readsSecondary = true; }",
  printSecondaryReplicationInfo: `
function printSecondaryReplicationInfo() {
  for (const { name, stateStr, optimeDate } of rs.status().members) {
    if (stateStr !== "SECONDARY") continue;
    $mongosh.print("source: " + name);
    $mongosh.print({ syncedTo: optimeDate.toString(), replLag: "0 secs (0 hrs) behind the primary " });
    $mongosh.print("---");
  }
}`,
});

scripts("node:mongosh", {
  /** What remains of a reply that only says that it was done. */
  reply: "function reply({ ok, ...others }) { return { ...others, ok }; }",
  written: `
function written(name, counts) {
  const text = name + "({ " + Object.entries(counts).map(([key, value]) => '"' + key + '" : ' + value).join(", ") + " })";
  return text;
}`,
  /** Finds the server to which commands go: the primary of a set, or the only one. */
  connect: `
function connect() {
  const shell = globalThis.__shell;
  const { seeds, isReplicaSet } = $mongosh.options();
  const known = [...seeds];
  let failure;
  for (let i = 0; i < known.length && i < 50; i++) {
    const [host, port] = known[i];
    let hello;
    try { hello = $mongosh.ask(host, port, "admin", { hello: 1 }); } catch (error) { failure = error; if (!isReplicaSet) throw error; continue; }
    $mongosh.met(hello, host, port);
    if (!isReplicaSet || hello.isWritablePrimary) return hello;
    for (const each of [hello.primary, ...(hello.hosts ?? [])]) {
      if (each === undefined) continue;
      const [name, number] = each.split(":");
      if (!known.some(([other, otherPort]) => other === name && otherPort === Number(number))) known.push([name, Number(number)]);
    }
  }
  if (shell.host === undefined) throw failure;
}`,
  /** Remembers the server and how the prompt shows it. */
  met: `
function met(hello, host, port) {
  const shell = globalThis.__shell;
  shell.host = host;
  shell.port = port;
  shell.hello = hello;
  const { isReplicaSet, isLegacy } = $mongosh.options();
  shell.isReplicaSet = isReplicaSet;
  const role = hello.isWritablePrimary ? "primary" : hello.arbiterOnly ? "arbiter" : hello.secondary ? "secondary" : "other";
  const isMember = hello.setName !== undefined || hello.isreplicaset === true;
  if (isLegacy) shell.prefix = hello.setName === undefined ? "" : hello.setName + ":" + role.toUpperCase();
  else shell.prefix = isMember ? (hello.setName ? hello.setName + " " : "") + "[" + (isReplicaSet ? "" : "direct: ") + role + "] " : "";
}`,
  start: `
function start() {
  const options = $mongosh.options();
  const hide = (name, value) => Object.defineProperty(globalThis, name, { value, enumerable: false, configurable: true, writable: true });
  hide("__shell", { readsSecondary: !options.isLegacy, prefix: "", command: $mongosh.command });
  for (const [name, value] of Object.entries($shellGlobals)) hide(name, value);
  hide("rs", $mongosh.make("ReplicaSet"));
  hide("db", options.isDisconnected ? undefined : $mongosh.database(options.database));
  if (options.isDisconnected) return;
  try {
    $mongosh.connect();
    const login = $mongosh.send(options.source, { login: 1 });
    if (login.ok !== 1) $mongosh.fail("MongoServerError", login.errmsg, login.code);
    if (!options.isQuiet) $mongosh.greet($mongosh.send("admin", { buildInfo: 1 }).version);
    if (options.isInteractive) $mongosh.updatePrompt();
  } catch (error) {
    $mongosh.report(error, true);
  }
}`,
  greet: `
function greet(version) {
  const { isLegacy, user, seeds, source, database, isInteractive } = $mongosh.options();
  const address = seeds.map(([host, port]) => host + ":" + port).join(",");
  const login = user === null ? "" : user + ":<credentials>@";
  if (isLegacy) {
    $mongosh.print("MongoDB shell version v" + version);
    $mongosh.print("connecting to: mongodb://" + address + "/" + (database === "test" ? "" : database) + "?compressors=disabled&gssapiServiceName=mongodb");
    $mongosh.print("MongoDB server version: " + version);
    return;
  }
  $mongosh.print("Current Mongosh Log ID:\\t" + new ObjectId().toString());
  const authSource = user === null ? "" : "&authSource=" + source;
  $mongosh.print("Connecting to:\\t\\tmongodb://" + login + address + "/" + (database === "test" ? "" : database) + "?directConnection=true&serverSelectionTimeoutMS=2000" + authSource + "&appName=mongosh+2.5.10");
  $mongosh.print("Using MongoDB:\\t\\t" + version);
  $mongosh.print("Using Mongosh:\\t\\t2.5.10");
  if (isInteractive) $mongosh.print("\\nFor mongosh info see: https://www.mongodb.com/docs/mongodb-shell/\\n");
}`,
  updatePrompt: `
function updatePrompt() {
  const shell = globalThis.__shell;
  if (shell.host !== undefined && shell.prefix !== "") {
    try { $mongosh.met($mongosh.ask(shell.host, shell.port, "admin", { hello: 1 }), shell.host, shell.port); } catch {}
  } else if (shell.host !== undefined && shell.hello.isreplicaset === true) $mongosh.connect();
  const name = globalThis.db?.getName() ?? "";
  $mongosh.prompt($mongosh.options().isLegacy ? shell.prefix + "> " : shell.prefix + name + "> ");
}`,
  /** Runs a script and shows its value. */
  evaluate: `
async function evaluate(script, shows, isFatal) {
  try {
    let value = script();
    if (value !== null && typeof value === "object" && typeof value.then === "function") value = await value;
    if (shows) $mongosh.show(value);
  } catch (error) {
    $mongosh.report(error, isFatal);
  }
  if (!isFatal) $mongosh.updatePrompt();
}`,
  show: `
function show(value) {
  if (value === undefined) return;
  const { isLegacy } = $mongosh.options();
  if (value instanceof Object && typeof value._page === "function") {
    const rows = value._page();
    const more = value.hasNext();
    if (isLegacy) for (const row of rows) $mongosh.print(value._isPretty ? $mongosh.text(row) : $mongosh.line(row));
    else $mongosh.print(rows.length === 0 ? "" : rows);
    if (more) $mongosh.print('Type "it" for more');
  } else if (value instanceof Object && value._name !== undefined && typeof value.getSiblingDB === "function") $mongosh.print(value._name);
  else if (value instanceof Object && value._collection !== undefined && typeof value.getFullName === "function") $mongosh.print(value.getFullName());
  else $mongosh.print(value);
}`,
  /** Commands that are not JavaScript: use, show, it. */
  command: `
function command(words) {
  const [verb, what] = words.split(/\\s+/);
  if (verb === "use") {
    globalThis.db = $mongosh.database(what);
    return "switched to db " + what;
  }
  if (verb === "it") {
    const { cursor } = globalThis.__shell;
    return cursor === undefined ? "no cursor" : cursor;
  }
  if (/^(dbs|databases)$/.test(what)) return $mongosh.databases();
  if (/^(collections|tables)$/.test(what)) return db.getCollectionNames().join("\\n") || undefined;
  if (what === "users") return db.getUsers().users;
  if (what === "roles") return db.getUsers().users.flatMap(({ roles }) => roles);
  if (/^(log|logs|profile|startupWarnings)$/.test(what)) return "";
  $mongosh.fail("MongoshInvalidInputError", "[COMMON-10001] '" + what + "' is not a valid argument for \\"show\\".");
}`,
  databases: `
function databases() {
  const { databases } = $mongosh.run("admin", { listDatabases: 1 });
  const size = (bytes) => {
    const [value, unit] = bytes >= 2 ** 30 ? [bytes / 2 ** 30, "GiB"] : bytes >= 2 ** 20 ? [bytes / 2 ** 20, "MiB"] : [bytes / 1024, "KiB"];
    return value.toFixed(2) + " " + unit;
  };
  if ($mongosh.options().isLegacy)
    return databases.map(({ name, sizeOnDisk }) => name.padEnd(7) + " " + (Number(sizeOnDisk) / 2 ** 30).toFixed(3) + "GB").join("\\n");
  const rows = databases.map(({ name, sizeOnDisk }) => [name, size(Number(sizeOnDisk))]);
  const widths = [0, 1].map((i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map(([name, shown]) => name.padEnd(widths[0]) + "  " + shown.padStart(widths[1])).join("\\n");
}`,
  load: "function load(path) { $mongosh.script(path)(); return true; }",
  printjson: "function printjson(value) { $mongosh.print(value); }",
});

/** Names that every script of the shell knows, in its global object. */
links(
  "node:shellGlobals",
  {
    print: "node:mongosh.print",
    printjson: "node:mongosh.printjson",
    tojson: "node:mongosh.text",
    sleep: "node:mongosh.sleep",
    quit: "node:mongosh.quit",
    exit: "node:mongosh.quit",
    load: "node:mongosh.load",
    ObjectId: "ObjectId",
    NumberLong: "Long",
    Long: "Long",
    NumberDecimal: "Decimal128",
    Decimal128: "Decimal128",
    Timestamp: "Timestamp",
    ISODate: "node:bson.isoDate",
    NumberInt: "node:bson.int",
    Int32: "node:bson.int",
    Double: "node:bson.double",
  },
  true,
);

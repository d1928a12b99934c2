/** Commands on the server itself. Source: https://redis.io/docs/latest/commands/?group=server */
import type { ProcessView } from "../../../shell/program.ts";
import { exitAfterAnswer } from "../server.ts";
import { COMMAND_COUNT } from "./commands/registry.ts";
import { lookUp, put, remove } from "./dictionary.ts";
import { matchesGlob } from "./glob.ts";
import { info } from "./info.ts";
import { MEMORY_OPTIONS, memoryOf } from "./options.ts";
import { recordChange, save } from "./persistence.ts";
import { follow, propagate, replicationFacts } from "./replication.ts";
import { describeChannels, publish, type Session } from "./sessions.ts";
import { databases, log, optionsIn, primaryOf, versionNumber, versionOf } from "./state.ts";
import { integer, OK, RedisError, type Reply, SYNTAX } from "./store.ts";

const DEFAULT_PORT = 6379;
const DATABASES = 16;

export interface Caller {
  session: Session | undefined;
  db: number;
}

interface Administration {
  args: readonly [least: number, most: number];
  run(process: ProcessView, args: readonly string[], caller: Caller): Reply;
}

const MANY = Number.POSITIVE_INFINITY;

const unknown = (command: string, verb: string): Reply => ({
  error: `ERR unknown subcommand '${verb}'. Try ${command} HELP.`,
});

/** Removes data of one database or of all. */
function flush(process: ProcessView, name: string, db: number | undefined): Reply {
  if (primaryOf(process)) return { error: "READONLY You can't write against a read only replica." };
  if (db === undefined) process.state["databases"] = {};
  else databases(process)[db] = {};
  recordChange(process, [name], 1);
  propagate(process, [name], db ?? 0);
  return OK;
}

function database(text: string | undefined): number {
  const db = integer(text);
  if (db < 0 || db >= DATABASES) throw new RedisError("ERR DB index is out of range");
  return db;
}

function swap(process: ProcessView, [a, b]: readonly string[]): Reply {
  const all = databases(process);
  const [x, y] = [database(a), database(b)];
  [all[x], all[y]] = [all[y] ?? {}, all[x] ?? {}];
  return OK;
}

function move(process: ProcessView, [key = "", to]: readonly string[], { db }: Caller): Reply {
  const all = databases(process);
  const target = database(to);
  if (target === db) return { error: "ERR source and destination objects are the same" };
  const from = all[db] ?? {};
  const into = all[target] ?? {};
  const entry = lookUp(from, key);
  if (!entry || lookUp(into, key)) return 0;
  remove(from, key);
  put(into, key, entry);
  all[target] = into;
  return 1;
}

const POLICIES =
  "volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction";

function configure(process: ProcessView, [verb = "", ...args]: readonly string[]): Reply {
  const options = optionsIn(process);
  switch (verb.toUpperCase()) {
    case "GET":
      return Object.entries(options)
        .filter(([name]) => args.some((pattern) => matchesGlob(pattern.toLowerCase(), name)))
        .flat();
    case "SET":
      return setOptions(options, args);
    case "RESETSTAT":
      return OK;
    case "REWRITE":
      return { error: "ERR The server is running without a config file" };
    default:
      return unknown("CONFIG", verb);
  }
}

function setOptions(options: Record<string, string>, pairs: readonly string[]): Reply {
  if (pairs.length === 0 || pairs.length % 2 !== 0)
    return { error: "ERR wrong number of arguments for 'config|set' command" };
  for (let i = 0; i < pairs.length; i += 2) {
    const [name = "", value = ""] = [pairs[i]?.toLowerCase(), pairs[i + 1]];
    if (!Object.hasOwn(options, name))
      return { error: `ERR Unknown option or number of arguments for CONFIG SET - '${pairs[i]}'` };
    if (name === "maxmemory-policy" && !POLICIES.split(", ").includes(value))
      return {
        error: `ERR CONFIG SET failed (possibly related to argument '${name}') - argument(s) must be one of the following: ${POLICIES}`,
      };
    options[name] = MEMORY_OPTIONS.has(name) ? memoryOf(value) : value;
  }
  return OK;
}

function client(process: ProcessView, [verb = "", ...args]: readonly string[], { session }: Caller): Reply {
  switch (verb.toUpperCase()) {
    case "GETNAME":
      return session?.name || null;
    case "SETNAME":
      if (session) session.name = args[0] ?? "";
      return OK;
    case "ID":
      return 3;
    case "LIST":
    case "INFO":
      return `id=3 addr=127.0.0.1:40000 laddr=127.0.0.1:${optionsIn(process)["port"]} fd=8 name=${session?.name ?? ""} age=0 idle=0 flags=N db=0 sub=0 psub=0 multi=-1 cmd=client|${verb.toLowerCase()} user=default\n`;
    case "SETINFO":
    case "NO-EVICT":
    case "NO-TOUCH":
    case "REPLY":
    case "PAUSE":
    case "UNPAUSE":
      return OK;
    case "KILL":
      return { error: "ERR No such client" };
    default:
      return unknown("CLIENT", verb);
  }
}

const DEBUG_REFUSED =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';

/** DEBUG SLEEP blocks the server, as a slow command does. */
function debug(process: ProcessView, [verb = "", seconds]: readonly string[]): Reply {
  const isAllowed =
    versionNumber(process) < 7 || /^(yes|local)$/.test(optionsIn(process)["enable-debug-command"] ?? "");
  if (!isAllowed) return { error: DEBUG_REFUSED };
  switch (verb.toUpperCase()) {
    case "SLEEP":
      process.state["busyUntilMs"] = process.nowMs + Math.max(0, Number(seconds) || 0) * 1000;
      return OK;
    case "SEGFAULT":
      log(process, "=== REDIS BUG REPORT START: Cut & paste starting from here ===", "#");
      log(process, `Redis ${versionOf(process)} crashed by signal: 11, si_code: 1`, "#");
      exitAfterAnswer(process, 139);
      return OK;
    default:
      return unknown("DEBUG", verb);
  }
}

function role(process: ProcessView): Reply {
  const { primary, isLinkUp, offset, replicas } = replicationFacts(process);
  if (primary) return ["slave", primary.host, primary.port, isLinkUp ? "connected" : "connect", offset];
  return ["master", offset, replicas.map(({ host, port }) => [host, String(port), String(offset)])];
}

function replicate(process: ProcessView, [host = "", port = ""]: readonly string[]): Reply {
  if (host.toUpperCase() === "NO" && port.toUpperCase() === "ONE") {
    if (primaryOf(process)) log(process, "MASTER MODE enabled (user request)");
    follow(process, undefined);
    return OK;
  }
  const primary = { host, port: integer(port, "ERR Invalid master port") || DEFAULT_PORT };
  follow(process, primary);
  log(process, `REPLICAOF ${host}:${primary.port} enabled (user request)`);
  // It takes a copy of the new primary at once.
  replicationFacts(process);
  return OK;
}

function authenticate(process: ProcessView, args: readonly string[]): Reply {
  const required = optionsIn(process)["requirepass"] ?? "";
  if (required === "")
    return {
      error:
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    };
  return args.at(-1) === required ? OK : { error: "WRONGPASS invalid username-password pair or user is disabled." };
}

const NO_SCRIPTS = "ERR scripts in Lua are not part of this simulation of Redis";

const ADMINISTRATION: Readonly<Record<string, Administration>> = {
  PING: { args: [0, 1], run: (_, args) => args[0] ?? { status: "PONG" } },
  ECHO: { args: [1, 1], run: (_, args) => args[0] ?? "" },
  SELECT: {
    args: [1, 1],
    run: (_, args) => {
      database(args[0]);
      return OK;
    },
  },
  AUTH: { args: [1, 2], run: authenticate },
  HELLO: {
    args: [0, MANY],
    run: (process) => [
      "server",
      "redis",
      "version",
      versionOf(process),
      "proto",
      2,
      "id",
      3,
      "mode",
      "standalone",
      "role",
      primaryOf(process) ? "replica" : "master",
      "modules",
      [],
    ],
  },
  QUIT: { args: [0, MANY], run: () => OK },
  RESET: { args: [0, 0], run: () => ({ status: "RESET" }) },
  READONLY: { args: [0, 0], run: () => ({ error: "ERR This instance has cluster support disabled" }) },
  CLUSTER: { args: [1, MANY], run: () => ({ error: "ERR This instance has cluster support disabled" }) },
  CLIENT: { args: [1, MANY], run: client },
  COMMAND: {
    args: [0, MANY],
    run: (_, [verb = "", ...args]) => {
      if (/^COUNT$/i.test(verb))
        return args.length > 0 ? { error: "ERR wrong number of arguments for 'command|count' command" } : COMMAND_COUNT;
      return [];
    },
  },
  WAIT: { args: [2, 2], run: (process) => replicationFacts(process).replicas.length },
  FLUSHDB: { args: [0, 1], run: (process, _, { db }) => flush(process, "FLUSHDB", db) },
  FLUSHALL: { args: [0, 1], run: (process) => flush(process, "FLUSHALL", undefined) },
  SWAPDB: { args: [2, 2], run: swap },
  MOVE: { args: [2, 2], run: move },
  CONFIG: { args: [1, MANY], run: configure },
  INFO: {
    args: [0, MANY],
    run: (process, args) => info(process, optionsIn(process), databases(process), args[0]?.toLowerCase()),
  },
  SAVE: { args: [0, 0], run: (process) => (save(process) ? OK : { error: "ERR" }) },
  BGSAVE: {
    args: [0, MANY],
    run: (process, args) => {
      if (args.length > 1 || (args[0] !== undefined && !/^SCHEDULE$/i.test(args[0]))) throw new RedisError(SYNTAX);
      save(process);
      log(process, "Background saving started by pid 20");
      log(process, "Background saving terminated with success");
      return { status: "Background saving started" };
    },
  },
  BGREWRITEAOF: { args: [0, 0], run: () => ({ status: "Background append only file rewriting started" }) },
  LASTSAVE: { args: [0, 0], run: (process) => Math.floor(Number(process.state["savedAtMs"]) / 1000) },
  TIME: {
    args: [0, 0],
    run: ({ nowMs }) => [String(Math.floor(nowMs / 1000)), String(Math.floor((nowMs % 1000) * 1000))],
  },
  PUBLISH: { args: [2, 2], run: (process, [channel = "", text = ""]) => publish(process, channel, text) },
  PUBSUB: {
    args: [1, MANY],
    run: (process, args) => describeChannels(process, args) ?? unknown("PUBSUB", args[0] ?? ""),
  },
  ROLE: { args: [0, 0], run: role },
  REPLICAOF: { args: [2, 2], run: replicate },
  SLAVEOF: { args: [2, 2], run: replicate },
  DEBUG: { args: [1, MANY], run: debug },
  EVAL: { args: [2, MANY], run: () => ({ error: NO_SCRIPTS }) },
  EVAL_RO: { args: [2, MANY], run: () => ({ error: NO_SCRIPTS }) },
  EVALSHA: { args: [2, MANY], run: () => ({ error: "NOSCRIPT No matching script. Please use EVAL." }) },
  SCRIPT: {
    args: [1, MANY],
    run: (_, [verb = "", ...args]) =>
      /^EXISTS$/i.test(verb) ? args.map(() => 0) : /^FLUSH$/i.test(verb) ? OK : { error: NO_SCRIPTS },
  },
  FUNCTION: { args: [1, MANY], run: (_, [verb = ""]) => (/^LIST$/i.test(verb) ? [] : { error: NO_SCRIPTS }) },
  ACL: {
    args: [1, MANY],
    run: (_, [verb = ""]) => {
      if (/^WHOAMI$/i.test(verb)) return "default";
      if (/^LIST$/i.test(verb)) return ["user default on nopass sanitize-payload ~* &* +@all"];
      if (/^USERS$/i.test(verb)) return ["default"];
      return { error: `ERR ACL ${verb.toUpperCase()} is not part of this simulation` };
    },
  },
  SLOWLOG: {
    args: [1, MANY],
    run: (_, [verb = ""]) =>
      /^GET$/i.test(verb) ? [] : /^LEN$/i.test(verb) ? 0 : /^RESET$/i.test(verb) ? OK : unknown("SLOWLOG", verb),
  },
  LATENCY: { args: [1, MANY], run: () => [] },
  MODULE: { args: [1, MANY], run: () => [] },
  MEMORY: {
    args: [1, MANY],
    run: (process, [verb = "", key = ""], { db }) => {
      if (/^DOCTOR$/i.test(verb))
        return "Hi Sam, I can't find any memory issue in your instance. I can only account for what occurs on this base.\n";
      if (!/^USAGE$/i.test(verb)) return unknown("MEMORY", verb);
      const entry = lookUp(databases(process)[db] ?? {}, key);
      return entry ? 48 + key.length + JSON.stringify(entry.value).length : null;
    },
  },
  LOLWUT: { args: [0, MANY], run: (process) => `Redis ver. ${versionOf(process)}\n` },
  SHUTDOWN: {
    args: [0, MANY],
    run: (process, args) => {
      if (args[0]?.toUpperCase() !== "NOSAVE") save(process);
      exitAfterAnswer(process, 0);
      return OK;
    },
  },
};

/** A command on the server itself; undefined for others. @throws RedisError */
export function administer(
  process: ProcessView,
  name: string,
  args: readonly string[],
  caller: Caller,
): Reply | undefined {
  const upper = name.toUpperCase();
  const command = Object.hasOwn(ADMINISTRATION, upper) ? ADMINISTRATION[upper] : undefined;
  if (!command) return undefined;
  if (args.length < command.args[0] || args.length > command.args[1])
    throw new RedisError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  return command.run(process, args, caller);
}

/** Whether a command on the server itself has that name. */
export function isAdministration(name: string): boolean {
  return Object.hasOwn(ADMINISTRATION, name.toUpperCase());
}

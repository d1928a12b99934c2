/** Commands on strings and on keys. */
import type { ProcessView } from "../../../shell/program.ts";
import { float, integer, matchesGlob, OK, RedisError, type Reply, type Store, SYNTAX } from "./store.ts";

/** A command: its least and most arguments (without its name), whether it writes, and its work. */
export interface Command {
  args: readonly [least: number, most: number];
  writes?: boolean;
  run(store: Store, args: readonly string[], process: ProcessView): Reply;
}

const MANY = Number.POSITIVE_INFINITY;

function set(store: Store, [key = "", value = "", ...options]: readonly string[]): Reply {
  const old = store.entry(key);
  let expiresAtMs: number | undefined;
  let [returnsOld, keeps] = [false, false];
  for (let i = 0; i < options.length; i++) {
    const option = (options[i] ?? "").toUpperCase();
    if (option === "NX" && old) return returnsOld && old.type === "string" ? old.value : null;
    if (option === "XX" && !old) return null;
    if (option === "GET") returnsOld = true;
    else if (option === "KEEPTTL") keeps = true;
    else if (option === "EX") expiresAtMs = store.nowMs + positive(options[++i], "set") * 1000;
    else if (option === "PX") expiresAtMs = store.nowMs + positive(options[++i], "set");
    else if (option === "EXAT") expiresAtMs = positive(options[++i], "set") * 1000;
    else if (option !== "NX" && option !== "XX") throw new RedisError(SYNTAX);
  }
  const previous = returnsOld ? (store.get(key, "string")?.value ?? null) : OK;
  store.put(key, { type: "string", value }, keeps ? old?.expiresAtMs : expiresAtMs);
  return previous;
}

function positive(text: string | undefined, command: string): number {
  if (text === undefined) throw new RedisError(SYNTAX);
  const value = integer(text);
  if (value <= 0) throw new RedisError(`ERR invalid expire time in '${command}' command`);
  return value;
}

function add(store: Store, key: string, by: number): Reply {
  const entry = store.entry(key);
  const value = integer(store.get(key, "string")?.value ?? "0") + by;
  if (!Number.isSafeInteger(value)) throw new RedisError("ERR increment or decrement would overflow");
  store.put(key, { type: "string", value: String(value) }, entry?.expiresAtMs);
  return value;
}

function expire(store: Store, key: string, atMs: number): Reply {
  const entry = store.entry(key);
  if (!entry) return 0;
  if (atMs <= store.nowMs) store.remove(key);
  else entry.expiresAtMs = atMs;
  store.changes++;
  return 1;
}

function timeToLive(store: Store, key: string, unitMs: number): Reply {
  const entry = store.entry(key);
  if (!entry) return -2;
  return entry.expiresAtMs === undefined ? -1 : Math.round((entry.expiresAtMs - store.nowMs) / unitMs);
}

function rename(store: Store, from: string, to: string): Reply {
  const entry = store.entry(from);
  if (!entry) throw new RedisError("ERR no such key");
  store.remove(from);
  store.keys[to] = entry;
  return OK;
}

function scan(store: Store, args: readonly string[]): Reply {
  const at = args.findIndex((arg) => arg.toUpperCase() === "MATCH");
  const pattern = at < 0 ? "*" : (args[at + 1] ?? "*");
  return ["0", store.names().filter((name) => matchesGlob(pattern, name))];
}

function getDelete(store: Store, key: string): Reply {
  const value = store.get(key, "string")?.value ?? null;
  store.remove(key);
  return value;
}

function incrementByFloat(store: Store, key: string, by: string | undefined): Reply {
  const value = float(store.get(key, "string")?.value ?? "0") + float(by);
  store.put(key, { type: "string", value: String(Number(value.toPrecision(15))) }, store.entry(key)?.expiresAtMs);
  return String(Number(value.toPrecision(15)));
}

function setMany(store: Store, args: readonly string[]): Reply {
  if (args.length % 2 !== 0) throw new RedisError("ERR wrong number of arguments for 'mset' command");
  for (let i = 0; i < args.length; i += 2) store.put(args[i] ?? "", { type: "string", value: args[i + 1] ?? "" });
  return OK;
}

function stringOf(store: Store, key: string): Reply {
  const entry = store.entry(key);
  return entry?.type === "string" ? entry.value : null;
}

const first = (args: readonly string[]): string => args[0] ?? "";

export const STRING_COMMANDS: Readonly<Record<string, Command>> = {
  GET: { args: [1, 1], run: (store, args) => store.get(first(args), "string")?.value ?? null },
  SET: { args: [2, MANY], writes: true, run: set },
  SETNX: { args: [2, 2], writes: true, run: (store, args) => (set(store, [...args, "NX"]) === null ? 0 : 1) },
  SETEX: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", time = "", value = ""]) => set(store, [key, value, "EX", time]),
  },
  PSETEX: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", time = "", value = ""]) => set(store, [key, value, "PX", time]),
  },
  GETSET: { args: [2, 2], writes: true, run: (store, args) => set(store, [...args, "GET"]) },
  GETDEL: { args: [1, 1], writes: true, run: (store, args) => getDelete(store, first(args)) },
  MSET: { args: [2, MANY], writes: true, run: setMany },
  MGET: { args: [1, MANY], run: (store, args) => args.map((key) => stringOf(store, key)) },
  STRLEN: { args: [1, 1], run: (store, args) => store.get(first(args), "string")?.value.length ?? 0 },
  GETRANGE: {
    args: [3, 3],
    run: (store, [key = "", from, to]) => {
      const value = store.get(key, "string")?.value ?? "";
      const [start, end] = [integer(from), integer(to)].map((at) => (at < 0 ? Math.max(0, value.length + at) : at));
      return value.slice(start, (end ?? 0) + 1);
    },
  },
  APPEND: {
    args: [2, 2],
    writes: true,
    run: (store, [key = "", text = ""]) => {
      const value = (store.get(key, "string")?.value ?? "") + text;
      store.put(key, { type: "string", value }, store.entry(key)?.expiresAtMs);
      return value.length;
    },
  },
  INCR: { args: [1, 1], writes: true, run: (store, args) => add(store, first(args), 1) },
  DECR: { args: [1, 1], writes: true, run: (store, args) => add(store, first(args), -1) },
  INCRBY: { args: [2, 2], writes: true, run: (store, args) => add(store, first(args), integer(args[1])) },
  DECRBY: { args: [2, 2], writes: true, run: (store, args) => add(store, first(args), -integer(args[1])) },
  INCRBYFLOAT: { args: [2, 2], writes: true, run: (store, args) => incrementByFloat(store, first(args), args[1]) },
  DEL: { args: [1, MANY], writes: true, run: (store, args) => args.filter((key) => store.remove(key)).length },
  UNLINK: { args: [1, MANY], writes: true, run: (store, args) => args.filter((key) => store.remove(key)).length },
  EXISTS: { args: [1, MANY], run: (store, args) => args.filter((key) => store.entry(key)).length },
  TYPE: { args: [1, 1], run: (store, args) => ({ status: store.entry(first(args))?.type ?? "none" }) },
  KEYS: { args: [1, 1], run: (store, args) => store.names().filter((name) => matchesGlob(first(args), name)) },
  SCAN: { args: [1, MANY], run: scan },
  DBSIZE: { args: [0, 0], run: (store) => store.names().length },
  RANDOMKEY: {
    args: [0, 0],
    run: (store, _, process) => store.names()[process.random() % Math.max(1, store.names().length)] ?? null,
  },
  RENAME: { args: [2, 2], writes: true, run: (store, [from = "", to = ""]) => rename(store, from, to) },
  EXPIRE: {
    args: [2, 3],
    writes: true,
    run: (store, args) => expire(store, first(args), store.nowMs + integer(args[1]) * 1000),
  },
  PEXPIRE: {
    args: [2, 3],
    writes: true,
    run: (store, args) => expire(store, first(args), store.nowMs + integer(args[1])),
  },
  EXPIREAT: { args: [2, 3], writes: true, run: (store, args) => expire(store, first(args), integer(args[1]) * 1000) },
  TTL: { args: [1, 1], run: (store, args) => timeToLive(store, first(args), 1000) },
  PTTL: { args: [1, 1], run: (store, args) => timeToLive(store, first(args), 1) },
  PERSIST: {
    args: [1, 1],
    writes: true,
    run: (store, args) => {
      const entry = store.entry(first(args));
      if (entry?.expiresAtMs === undefined) return 0;
      delete entry.expiresAtMs;
      store.changes++;
      return 1;
    },
  },
};

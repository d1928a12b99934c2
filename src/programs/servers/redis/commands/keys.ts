/** Commands on keys of any type. Source: https://redis.io/docs/latest/commands/?group=generic */
import { namesOf, put, sizeOf } from "../dictionary.ts";
import { matchesGlob } from "../glob.ts";
import { type Entry, float, integer, OK, RedisError, type Reply, type Store } from "../store.ts";
import { type Commands, hasOption, limited, MANY, option, scanOptions } from "./command.ts";

const first = (args: readonly string[]): string => args[0] ?? "";

function expire(store: Store, [key = "", , ...options]: readonly string[], atMs: number): Reply {
  const entry = store.entry(key);
  for (const name of options)
    if (!/^(NX|XX|GT|LT)$/i.test(name)) throw new RedisError(`ERR Unsupported option ${name}`);
  if (!entry) return 0;
  const old = entry.expiresAtMs;
  const isRefused =
    (hasOption(options, "NX") && old !== undefined) ||
    (hasOption(options, "XX") && old === undefined) ||
    (hasOption(options, "GT") && atMs <= (old ?? Number.POSITIVE_INFINITY)) ||
    (hasOption(options, "LT") && atMs >= (old ?? Number.POSITIVE_INFINITY));
  if (isRefused) return 0;
  if (atMs <= store.nowMs) store.remove(key);
  else entry.expiresAtMs = atMs;
  store.changes++;
  return 1;
}

/** When a key expires, as `shown` counts it; -1 for a key that does not, -2 for a missing one. */
function timeOf(store: Store, key: string, shown: (expiresAtMs: number) => number): Reply {
  const entry = store.entry(key);
  if (!entry) return -2;
  return entry.expiresAtMs === undefined ? -1 : Math.round(shown(entry.expiresAtMs));
}

function rename(store: Store, from: string, to: string): Reply {
  const entry = store.entry(from);
  if (!entry) throw new RedisError("ERR no such key");
  store.remove(from);
  put<Entry>(store.keys, to, entry);
  return OK;
}

function copy(store: Store, [from = "", to = "", ...options]: readonly string[]): Reply {
  const entry = store.entry(from);
  if (hasOption(options, "DB")) throw new RedisError("ERR COPY between databases is not part of this simulation");
  if (!entry || (store.entry(to) && !hasOption(options, "REPLACE"))) return 0;
  put<Entry>(store.keys, to, structuredClone(entry));
  store.changes++;
  return 1;
}

function scan(store: Store, args: readonly string[]): Reply {
  const { pattern } = scanOptions(args);
  const type = option(args.slice(1), "TYPE")?.toLowerCase();
  const found = store
    .names()
    .filter((name) => matchesGlob(pattern, name) && (type === undefined || store.entry(name)?.type === type));
  return ["0", found];
}

/** Collections up to this size, and texts up to this length, are packed. */
const MAX_PACKED = 128;
const MAX_PACKED_INTEGERS = 512;

function encodingOf(entry: Entry, { version }: Store): string {
  switch (entry.type) {
    case "string":
      if (/^(0|-?[1-9]\d{0,18})$/.test(entry.value)) return "int";
      return entry.value.length <= 44 ? "embstr" : "raw";
    case "list":
      return version >= 7.2 && entry.value.length <= MAX_PACKED ? "listpack" : "quicklist";
    case "set": {
      const members = namesOf(entry.value);
      if (members.length <= MAX_PACKED_INTEGERS && members.every((each) => /^-?\d+$/.test(each))) return "intset";
      return version >= 7.2 && members.length <= MAX_PACKED ? "listpack" : "hashtable";
    }
    case "stream":
      return "stream";
    default: {
      const packed = version >= 7 ? "listpack" : "ziplist";
      const isPacked = sizeOf(entry.value) <= MAX_PACKED && namesOf(entry.value).every((name) => name.length <= 64);
      return isPacked ? packed : entry.type === "hash" ? "hashtable" : "skiplist";
    }
  }
}

function describe(store: Store, [verb = "", key = ""]: readonly string[]): Reply {
  const name = verb.toUpperCase();
  if (!/^(ENCODING|REFCOUNT|IDLETIME|FREQ)$/.test(name))
    throw new RedisError(`ERR unknown subcommand '${verb}'. Try OBJECT HELP.`);
  const entry = store.entry(key);
  if (!entry) return null;
  if (name === "FREQ")
    throw new RedisError(
      "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.",
    );
  return name === "ENCODING" ? encodingOf(entry, store) : name === "REFCOUNT" ? 1 : 0;
}

function sort(store: Store, [key = "", ...options]: readonly string[]): Reply {
  const entry = store.entry(key);
  const values = entry ? valuesOf(entry) : [];
  if (hasOption(options, "BY") || hasOption(options, "GET"))
    throw new RedisError("ERR SORT with BY or GET is not part of this simulation");
  const isText = hasOption(options, "ALPHA");
  const problem = "ERR One or more scores can't be converted into double";
  const numbers = new Map(isText ? [] : values.map((value) => [value, float(value, problem)] as const));
  const sorted = [...values].sort((a, b) =>
    isText ? (a < b ? -1 : a > b ? 1 : 0) : (numbers.get(a) ?? 0) - (numbers.get(b) ?? 0),
  );
  const found = limited(hasOption(options, "DESC") ? sorted.reverse() : sorted, options);
  const target = option(options, "STORE");
  if (target === undefined) return found;
  if (found.length === 0) store.remove(target);
  else store.put(target, { type: "list", value: found });
  return found.length;
}

function valuesOf(entry: Entry): string[] {
  if (entry.type === "list") return entry.value;
  if (entry.type === "set" || entry.type === "zset") return namesOf(entry.value);
  throw new RedisError("WRONGTYPE Operation against a key holding the wrong kind of value");
}

export const KEY_COMMANDS: Commands = {
  DEL: { args: [1, MANY], writes: true, run: (store, args) => args.filter((key) => store.remove(key)).length },
  UNLINK: { args: [1, MANY], writes: true, run: (store, args) => args.filter((key) => store.remove(key)).length },
  EXISTS: { args: [1, MANY], run: (store, args) => args.filter((key) => store.entry(key)).length },
  TOUCH: { args: [1, MANY], run: (store, args) => args.filter((key) => store.entry(key)).length },
  TYPE: { args: [1, 1], run: (store, args) => ({ status: store.entry(first(args))?.type ?? "none" }) },
  KEYS: { args: [1, 1], run: (store, args) => store.names().filter((name) => matchesGlob(first(args), name)) },
  SCAN: { args: [1, MANY], run: scan },
  DBSIZE: { args: [0, 0], run: (store) => store.names().length },
  RANDOMKEY: {
    args: [0, 0],
    run: (store, _, process) => store.names()[process.random() % Math.max(1, store.names().length)] ?? null,
  },
  RENAME: { args: [2, 2], writes: true, run: (store, [from = "", to = ""]) => rename(store, from, to) },
  RENAMENX: {
    args: [2, 2],
    writes: true,
    run: (store, [from = "", to = ""]) => {
      if (store.entry(to)) return store.entry(from) ? 0 : rename(store, from, to);
      rename(store, from, to);
      return 1;
    },
  },
  COPY: { args: [2, MANY], writes: true, run: copy },
  EXPIRE: {
    args: [2, 3],
    writes: true,
    run: (store, args) => expire(store, args, store.nowMs + integer(args[1]) * 1000),
  },
  PEXPIRE: { args: [2, 3], writes: true, run: (store, args) => expire(store, args, store.nowMs + integer(args[1])) },
  EXPIREAT: { args: [2, 3], writes: true, run: (store, args) => expire(store, args, integer(args[1]) * 1000) },
  PEXPIREAT: { args: [2, 3], writes: true, run: (store, args) => expire(store, args, integer(args[1])) },
  TTL: { args: [1, 1], run: (store, args) => timeOf(store, first(args), (atMs) => (atMs - store.nowMs) / 1000) },
  PTTL: { args: [1, 1], run: (store, args) => timeOf(store, first(args), (atMs) => atMs - store.nowMs) },
  EXPIRETIME: { args: [1, 1], run: (store, args) => timeOf(store, first(args), (atMs) => atMs / 1000) },
  PEXPIRETIME: { args: [1, 1], run: (store, args) => timeOf(store, first(args), (atMs) => atMs) },
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
  OBJECT: { args: [1, MANY], run: describe },
  SORT: { args: [1, MANY], writes: true, run: sort },
  SORT_RO: { args: [1, MANY], run: sort },
};

/** Commands on strings. Source: https://redis.io/docs/latest/commands/?group=string */
import { float, floatText, integer, OK, RedisError, type Reply, type Store, SYNTAX } from "../store.ts";
import { type Commands, hasOption, MANY, wrongCount } from "./command.ts";

const MAX_INTEGER = 2n ** 63n - 1n;
/** Longest string, bytes. */
const MAX_LENGTH = 512 * 1024 * 1024;

function set(store: Store, [key = "", value = "", ...options]: readonly string[], command = "set"): Reply {
  const old = store.entry(key);
  const returnsOld = hasOption(options, "GET");
  const keeps = hasOption(options, "KEEPTTL");
  let expiresAtMs: number | undefined;
  for (let i = 0; i < options.length; i++) {
    const name = (options[i] ?? "").toUpperCase();
    if (/^(EX|PX|EXAT|PXAT)$/.test(name)) {
      if (keeps || expiresAtMs !== undefined) throw new RedisError(SYNTAX);
      expiresAtMs = instantOf(store, name, options[++i], command);
    } else if (!/^(NX|XX|GET|KEEPTTL)$/.test(name)) throw new RedisError(SYNTAX);
  }
  if (hasOption(options, "NX") && hasOption(options, "XX")) throw new RedisError(SYNTAX);
  const previous = returnsOld ? (store.get(key, "string")?.value ?? null) : OK;
  const isRefused = (hasOption(options, "NX") && old) || (hasOption(options, "XX") && !old);
  if (isRefused) return returnsOld ? previous : null;
  store.put(key, { type: "string", value }, keeps ? old?.expiresAtMs : expiresAtMs);
  return previous;
}

/** The instant of an option such as `EX 10`. */
function instantOf(store: Store, name: string, text: string | undefined, command: string): number {
  if (text === undefined) throw new RedisError(SYNTAX);
  const value = integer(text);
  if (value <= 0) throw new RedisError(`ERR invalid expire time in '${command}' command`);
  const ms = name.startsWith("EX") ? value * 1000 : value;
  return name.endsWith("AT") ? ms : store.nowMs + ms;
}

function getWithExpiry(store: Store, [key = "", ...options]: readonly string[]): Reply {
  const entry = store.get(key, "string");
  if (!entry) return null;
  const [name = "", value] = options;
  if (/^PERSIST$/i.test(name)) delete entry.expiresAtMs;
  else if (name !== "") entry.expiresAtMs = instantOf(store, name.toUpperCase(), value, "getex");
  if (name !== "") store.changes++;
  return entry.value;
}

function add(store: Store, key: string, by: bigint): Reply {
  const text = store.get(key, "string")?.value ?? "0";
  if (!/^-?\d{1,19}$/.test(text)) throw new RedisError("ERR value is not an integer or out of range");
  const value = BigInt(text) + by;
  if (value > MAX_INTEGER || value < -MAX_INTEGER - 1n)
    throw new RedisError("ERR increment or decrement would overflow");
  store.put(key, { type: "string", value: String(value) }, store.entry(key)?.expiresAtMs);
  return Number(value);
}

function incrementByFloat(store: Store, key: string, by: string | undefined): Reply {
  const text = floatText(float(store.get(key, "string")?.value ?? "0") + float(by));
  store.put(key, { type: "string", value: text }, store.entry(key)?.expiresAtMs);
  return text;
}

function setMany(store: Store, args: readonly string[], name: string): Reply {
  if (args.length % 2 !== 0) wrongCount(name);
  if (name === "msetnx" && args.some((key, i) => i % 2 === 0 && store.entry(key))) return 0;
  for (let i = 0; i < args.length; i += 2) store.put(args[i] ?? "", { type: "string", value: args[i + 1] ?? "" });
  return name === "mset" ? OK : 1;
}

function getRange(store: Store, [key = "", from, to]: readonly string[]): Reply {
  const value = store.get(key, "string")?.value ?? "";
  const [start = 0, end = 0] = [integer(from), integer(to)].map((at) => (at < 0 ? value.length + at : at));
  return value.slice(Math.max(0, start), Math.max(0, end + 1));
}

function setRange(store: Store, [key = "", at, text = ""]: readonly string[]): Reply {
  const offset = integer(at);
  if (offset < 0) throw new RedisError("ERR offset is out of range");
  const old = store.get(key, "string")?.value ?? "";
  if (text === "") return old.length;
  if (offset + text.length > MAX_LENGTH)
    throw new RedisError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  const value = old.slice(0, offset).padEnd(offset, "\0") + text + old.slice(offset + text.length);
  store.put(key, { type: "string", value }, store.entry(key)?.expiresAtMs);
  return value.length;
}

/** Longest texts that are compared: the work is the product of their lengths. */
const MAX_COMPARED = 1_000_000;

/** The longest common subsequence. */
function common(store: Store, [a = "", b = "", ...options]: readonly string[]): Reply {
  const [x, y] = [store.get(a, "string")?.value ?? "", store.get(b, "string")?.value ?? ""];
  if (x.length * y.length > MAX_COMPARED)
    throw new RedisError("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  let row = new Array<string>(y.length + 1).fill("");
  for (const character of x) {
    const next = [""];
    for (let j = 0; j < y.length; j++) {
      const [up = "", left = ""] = [row[j + 1], next[j]];
      next.push(character === y[j] ? (row[j] ?? "") + character : up.length >= left.length ? up : left);
    }
    row = next;
  }
  const found = row.at(-1) ?? "";
  return hasOption(options, "LEN") ? found.length : found;
}

const first = (args: readonly string[]): string => args[0] ?? "";

export const STRING_COMMANDS: Commands = {
  GET: { args: [1, 1], run: (store, args) => store.get(first(args), "string")?.value ?? null },
  SET: { args: [2, MANY], writes: true, run: (store, args) => set(store, args) },
  SETNX: { args: [2, 2], writes: true, run: (store, args) => (set(store, [...args, "NX"]) === null ? 0 : 1) },
  SETEX: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", time = "", value = ""]) => set(store, [key, value, "EX", time], "setex"),
  },
  PSETEX: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", time = "", value = ""]) => set(store, [key, value, "PX", time], "psetex"),
  },
  GETSET: { args: [2, 2], writes: true, run: (store, args) => set(store, [...args, "GET"]) },
  GETDEL: {
    args: [1, 1],
    writes: true,
    run: (store, args) => {
      const value = store.get(first(args), "string")?.value ?? null;
      store.remove(first(args));
      return value;
    },
  },
  GETEX: { args: [1, 3], writes: true, run: getWithExpiry },
  MSET: { args: [2, MANY], writes: true, run: (store, args) => setMany(store, args, "mset") },
  MSETNX: { args: [2, MANY], writes: true, run: (store, args) => setMany(store, args, "msetnx") },
  MGET: {
    args: [1, MANY],
    run: (store, args) =>
      args.map((key) => {
        const entry = store.entry(key);
        return entry?.type === "string" ? entry.value : null;
      }),
  },
  STRLEN: { args: [1, 1], run: (store, args) => store.get(first(args), "string")?.value.length ?? 0 },
  GETRANGE: { args: [3, 3], run: getRange },
  SUBSTR: { args: [3, 3], run: getRange },
  SETRANGE: { args: [3, 3], writes: true, run: setRange },
  APPEND: {
    args: [2, 2],
    writes: true,
    run: (store, [key = "", text = ""]) => {
      const value = (store.get(key, "string")?.value ?? "") + text;
      store.put(key, { type: "string", value }, store.entry(key)?.expiresAtMs);
      return value.length;
    },
  },
  INCR: { args: [1, 1], writes: true, run: (store, args) => add(store, first(args), 1n) },
  DECR: { args: [1, 1], writes: true, run: (store, args) => add(store, first(args), -1n) },
  INCRBY: { args: [2, 2], writes: true, run: (store, args) => add(store, first(args), BigInt(integer(args[1]))) },
  DECRBY: { args: [2, 2], writes: true, run: (store, args) => add(store, first(args), -BigInt(integer(args[1]))) },
  INCRBYFLOAT: { args: [2, 2], writes: true, run: (store, args) => incrementByFloat(store, first(args), args[1]) },
  LCS: { args: [2, MANY], run: common },
};

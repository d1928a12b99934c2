/** Commands on hashes. Source: https://redis.io/docs/latest/commands/?group=hash */
import type { Bytes } from "../../../../files/entry.ts";
import { type Dictionary, entriesOf, has, lookUp, namesOf, put, remove, sizeOf } from "../dictionary.ts";
import { matchesGlob } from "../glob.ts";
import { float, floatText, integer, OK, RedisError, type Reply, type Store } from "../store.ts";
import { type Commands, MANY, scanOptions, wrongCount } from "./command.ts";

function setFields(store: Store, [key = "", ...pairs]: readonly string[], name: string): number {
  if (pairs.length === 0 || pairs.length % 2 !== 0) wrongCount(name);
  const { value } = store.open(key, "hash");
  let added = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const field = pairs[i] ?? "";
    if (!has(value, field)) added++;
    put(value, field, pairs[i + 1] ?? "");
  }
  store.changes++;
  return added;
}

const fieldsOf = (store: Store, key: string): Dictionary<Bytes> => store.get(key, "hash")?.value ?? {};
const fieldOf = (store: Store, key: string, field: string): string | null =>
  lookUp(fieldsOf(store, key), field) ?? null;

function scan(store: Store, [key = "", ...args]: readonly string[]): Reply {
  const { pattern } = scanOptions(args);
  const found = entriesOf(fieldsOf(store, key)).filter(([field]) => matchesGlob(pattern, field));
  return ["0", found.flat()];
}

export const HASH_COMMANDS: Commands = {
  HSET: { args: [3, MANY], writes: true, run: (store, args) => setFields(store, args, "hset") },
  HMSET: {
    args: [3, MANY],
    writes: true,
    run: (store, args) => {
      setFields(store, args, "hmset");
      return OK;
    },
  },
  HSETNX: {
    args: [3, 3],
    writes: true,
    run: (store, args) =>
      fieldOf(store, args[0] ?? "", args[1] ?? "") === null ? setFields(store, args, "hsetnx") : 0,
  },
  HGET: { args: [2, 2], run: (store, [key = "", field = ""]) => fieldOf(store, key, field) },
  HMGET: { args: [2, MANY], run: (store, [key = "", ...fields]) => fields.map((field) => fieldOf(store, key, field)) },
  HGETALL: { args: [1, 1], run: (store, [key = ""]) => entriesOf(fieldsOf(store, key)).flat() },
  HKEYS: { args: [1, 1], run: (store, [key = ""]) => namesOf(fieldsOf(store, key)) },
  HVALS: { args: [1, 1], run: (store, [key = ""]) => Object.values(fieldsOf(store, key)) },
  HLEN: { args: [1, 1], run: (store, [key = ""]) => sizeOf(fieldsOf(store, key)) },
  HSTRLEN: { args: [2, 2], run: (store, [key = "", field = ""]) => fieldOf(store, key, field)?.length ?? 0 },
  HEXISTS: { args: [2, 2], run: (store, [key = "", field = ""]) => (has(fieldsOf(store, key), field) ? 1 : 0) },
  HDEL: {
    args: [2, MANY],
    writes: true,
    run: (store, [key = "", ...fields]) => {
      const value = fieldsOf(store, key);
      const removed = fields.filter((field) => remove(value, field)).length;
      store.changes += removed;
      store.removeIfEmpty(key);
      return removed;
    },
  },
  HINCRBY: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", field = "", by]) => {
      const added = integer(by);
      const value = integer(fieldOf(store, key, field) ?? "0", "ERR hash value is not an integer") + added;
      if (!Number.isSafeInteger(value)) throw new RedisError("ERR increment or decrement would overflow");
      setFields(store, [key, field, String(value)], "hincrby");
      return value;
    },
  },
  HINCRBYFLOAT: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", field = "", by]) => {
      const added = float(by);
      const text = floatText(float(fieldOf(store, key, field) ?? "0", "ERR hash value is not a float") + added);
      setFields(store, [key, field, text], "hincrbyfloat");
      return text;
    },
  },
  HSCAN: { args: [2, MANY], run: scan },
  HRANDFIELD: {
    args: [1, 3],
    run: (store, [key = "", count, values], process) => {
      const entries = entriesOf(fieldsOf(store, key));
      const [field] = entries[process.random() % Math.max(1, entries.length)] ?? [];
      if (count === undefined) return field ?? null;
      const chosen = entries.slice(0, Math.abs(integer(count)));
      return values === undefined ? chosen.map(([name]) => name) : chosen.flat();
    },
  },
};

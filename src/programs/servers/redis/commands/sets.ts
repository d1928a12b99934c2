/** Commands on sets. Source: https://redis.io/docs/latest/commands/?group=set */
import type { ProcessView } from "../../../../shell/program.ts";
import { dictionaryOf, has, namesOf, put, remove, sizeOf } from "../dictionary.ts";
import { matchesGlob } from "../glob.ts";
import { integer, RedisError, type Reply, type Store } from "../store.ts";
import { type Commands, countedKeys, MANY, option, scanOptions } from "./command.ts";

/** Members; a set of integers is sorted. */
function members(store: Store, key: string): string[] {
  const names = namesOf(store.get(key, "set")?.value ?? {});
  return names.every((name) => /^-?\d{1,15}$/.test(name)) ? names.sort((a, b) => Number(a) - Number(b)) : names;
}

type Combination = (store: Store, keys: readonly string[]) => string[];

const union: Combination = (store, keys) => sorted(new Set(keys.flatMap((key) => members(store, key))));
const intersection: Combination = (store, [key = "", ...others]) => {
  const sets = others.map((other) => store.get(other, "set")?.value ?? {});
  return members(store, key).filter((value) => sets.every((set) => has(set, value)));
};
const difference: Combination = (store, [key = "", ...others]) => {
  const sets = others.map((other) => store.get(other, "set")?.value ?? {});
  return members(store, key).filter((value) => !sets.some((set) => has(set, value)));
};

function sorted(values: Iterable<string>): string[] {
  const all = [...values];
  return all.every((each) => /^-?\d{1,15}$/.test(each)) ? all.sort((a, b) => Number(a) - Number(b)) : all;
}

const storing =
  (combine: Combination) =>
  (store: Store, [target = "", ...keys]: readonly string[]): Reply => {
    const found = combine(store, keys);
    if (found.length === 0) store.remove(target);
    else store.put(target, { type: "set", value: dictionaryOf(found.map((each) => [each, 1])) });
    return found.length;
  };

function add(store: Store, [key = "", ...values]: readonly string[]): Reply {
  const { value } = store.open(key, "set");
  const added = [...new Set(values)].filter((each) => !has(value, each));
  for (const each of added) put(value, each, 1);
  store.changes += added.length;
  return added.length;
}

function removeMembers(store: Store, key: string, values: readonly string[]): number {
  const set = store.get(key, "set");
  const removed = set ? values.filter((each) => remove(set.value, each)).length : 0;
  store.changes += removed;
  store.removeIfEmpty(key);
  return removed;
}

/** Different members, drawn. */
function drawn(all: readonly string[], count: number, process: ProcessView): string[] {
  const pool = [...all];
  return Array.from({ length: Math.min(count, pool.length) }, () =>
    pool.splice(process.random() % pool.length, 1),
  ).flat();
}

function pop(store: Store, [key = "", count]: readonly string[], process: ProcessView): Reply {
  const amount = count === undefined ? 1 : integer(count);
  if (amount < 0) throw new RedisError("ERR value is out of range, must be positive");
  const taken = drawn(members(store, key), amount, process);
  removeMembers(store, key, taken);
  return count === undefined ? (taken[0] ?? null) : taken;
}

function random(store: Store, [key = "", count]: readonly string[], process: ProcessView): Reply {
  const all = members(store, key);
  if (count === undefined) return all[process.random() % Math.max(1, all.length)] ?? null;
  const amount = integer(count);
  if (amount >= 0) return drawn(all, amount, process);
  return all.length === 0
    ? []
    : Array.from({ length: Math.min(-amount, 10_000) }, () => all[process.random() % all.length] ?? "");
}

export const SET_COMMANDS: Commands = {
  SADD: { args: [2, MANY], writes: true, run: add },
  SREM: { args: [2, MANY], writes: true, run: (store, [key = "", ...values]) => removeMembers(store, key, values) },
  SMEMBERS: { args: [1, 1], run: (store, [key = ""]) => members(store, key) },
  SISMEMBER: {
    args: [2, 2],
    run: (store, [key = "", value = ""]) => (has(store.get(key, "set")?.value ?? {}, value) ? 1 : 0),
  },
  SMISMEMBER: {
    args: [2, MANY],
    run: (store, [key = "", ...values]) =>
      values.map((each) => (has(store.get(key, "set")?.value ?? {}, each) ? 1 : 0)),
  },
  SCARD: { args: [1, 1], run: (store, [key = ""]) => sizeOf(store.get(key, "set")?.value ?? {}) },
  SRANDMEMBER: { args: [1, 2], run: random },
  SPOP: { args: [1, 2], writes: true, run: pop },
  SMOVE: {
    args: [3, 3],
    writes: true,
    run: (store, [from = "", to = "", value = ""]) => {
      store.get(to, "set");
      if (removeMembers(store, from, [value]) === 0) return 0;
      add(store, [to, value]);
      return 1;
    },
  },
  SUNION: { args: [1, MANY], run: union },
  SINTER: { args: [1, MANY], run: intersection },
  SDIFF: { args: [1, MANY], run: difference },
  SUNIONSTORE: { args: [2, MANY], writes: true, run: storing(union) },
  SINTERSTORE: { args: [2, MANY], writes: true, run: storing(intersection) },
  SDIFFSTORE: { args: [2, MANY], writes: true, run: storing(difference) },
  SINTERCARD: {
    args: [2, MANY],
    run: (store, args) => {
      const { keys, rest } = countedKeys(args);
      const limit = integer(option(rest, "LIMIT") ?? "0");
      const count = intersection(store, keys).length;
      return limit > 0 ? Math.min(limit, count) : count;
    },
  },
  SSCAN: {
    args: [2, MANY],
    run: (store, [key = "", ...args]) => {
      const { pattern } = scanOptions(args);
      return ["0", members(store, key).filter((each) => matchesGlob(pattern, each))];
    },
  },
};

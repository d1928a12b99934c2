/** Commands on lists. Source: https://redis.io/docs/latest/commands/?group=list */
import { integer, OK, RedisError, type Reply, type Store, SYNTAX } from "../store.ts";
import { type Commands, countedKeys, MANY, option, range } from "./command.ts";

type End = "LEFT" | "RIGHT";

function endOf(text: string | undefined): End {
  const end = text?.toUpperCase();
  if (end !== "LEFT" && end !== "RIGHT") throw new RedisError(SYNTAX);
  return end;
}

function push(store: Store, [key = "", ...values]: readonly string[], end: End, onlyExisting = false): Reply {
  if (onlyExisting && !store.get(key, "list")) return 0;
  const { value } = store.open(key, "list");
  for (const each of values) end === "LEFT" ? value.unshift(each) : value.push(each);
  store.changes++;
  return value.length;
}

/** Takes values from an end; undefined without a list. */
function take(store: Store, key: string, end: End, amount: number): string[] | undefined {
  const list = store.get(key, "list");
  if (!list) return undefined;
  const taken = end === "LEFT" ? list.value.splice(0, amount) : list.value.splice(-amount, amount).reverse();
  store.changes++;
  store.removeIfEmpty(key);
  return taken;
}

function pop(store: Store, [key = "", count]: readonly string[], end: End): Reply {
  const amount = count === undefined ? 1 : integer(count);
  if (amount < 0) throw new RedisError("ERR value is out of range, must be positive");
  const taken = amount === 0 ? (store.get(key, "list") ? [] : undefined) : take(store, key, end, amount);
  if (!taken) return null;
  return count === undefined ? (taken[0] ?? null) : taken;
}

function removeValues(store: Store, [key = "", count, value = ""]: readonly string[]): Reply {
  const list = store.get(key, "list");
  const limit = integer(count);
  if (!list) return 0;
  let left = limit === 0 ? MANY : Math.abs(limit);
  const ordered = limit < 0 ? [...list.value].reverse() : list.value;
  const kept = ordered.filter((each) => each !== value || left-- <= 0);
  const removed = list.value.length - kept.length;
  list.value = limit < 0 ? kept.reverse() : kept;
  store.changes += removed;
  store.removeIfEmpty(key);
  return removed;
}

function insert(store: Store, [key = "", where = "", pivot = "", value = ""]: readonly string[]): Reply {
  if (!/^(BEFORE|AFTER)$/i.test(where)) throw new RedisError(SYNTAX);
  const list = store.get(key, "list");
  if (!list) return 0;
  const at = list.value.indexOf(pivot);
  if (at < 0) return -1;
  list.value.splice(/^AFTER$/i.test(where) ? at + 1 : at, 0, value);
  store.changes++;
  return list.value.length;
}

function positions(store: Store, [key = "", value = "", ...options]: readonly string[]): Reply {
  const rank = integer(option(options, "RANK") ?? "1");
  if (rank === 0)
    throw new RedisError(
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
    );
  const count = option(options, "COUNT");
  const all = (store.get(key, "list")?.value ?? []).flatMap((each, i) => (each === value ? [i] : []));
  const found = (rank < 0 ? all.reverse() : all).slice(Math.abs(rank) - 1);
  if (count === undefined) return found[0] ?? null;
  return integer(count) === 0 ? found : found.slice(0, integer(count));
}

function move(store: Store, from: string, to: string, taken: End, put: End): Reply {
  if (!store.get(from, "list")) return null;
  store.get(to, "list");
  const [value = ""] = take(store, from, taken, 1) ?? [];
  push(store, [to, value], put);
  return value;
}

function popFirst(store: Store, args: readonly string[]): Reply {
  const { keys, rest } = countedKeys(args);
  const amount = integer(option(rest, "COUNT") ?? "1");
  for (const key of keys) {
    const taken = take(store, key, endOf(rest[0]), amount);
    if (taken) return [key, taken];
  }
  return null;
}

/** BLPOP: of several lists the first one with values. The client waits and asks again (`blocking.ts`). */
function popAny(store: Store, args: readonly string[], end: End): Reply {
  for (const key of args.slice(0, -1)) {
    const taken = take(store, key, end, 1);
    if (taken) return [key, taken[0] ?? ""];
  }
  return null;
}

export const LIST_COMMANDS: Commands = {
  LPUSH: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "LEFT") },
  RPUSH: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "RIGHT") },
  LPUSHX: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "LEFT", true) },
  RPUSHX: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "RIGHT", true) },
  LPOP: { args: [1, 2], writes: true, run: (store, args) => pop(store, args, "LEFT") },
  RPOP: { args: [1, 2], writes: true, run: (store, args) => pop(store, args, "RIGHT") },
  BLPOP: { args: [2, MANY], writes: true, run: (store, args) => popAny(store, args, "LEFT") },
  BRPOP: { args: [2, MANY], writes: true, run: (store, args) => popAny(store, args, "RIGHT") },
  LLEN: { args: [1, 1], run: (store, [key = ""]) => store.get(key, "list")?.value.length ?? 0 },
  LRANGE: { args: [3, 3], run: (store, [key = "", from, to]) => range(store.get(key, "list")?.value ?? [], from, to) },
  LINDEX: { args: [2, 2], run: (store, [key = "", at]) => store.get(key, "list")?.value.at(integer(at)) ?? null },
  LREM: { args: [3, 3], writes: true, run: removeValues },
  LINSERT: { args: [4, 4], writes: true, run: insert },
  LPOS: { args: [2, MANY], run: positions },
  LSET: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", at, value = ""]) => {
      const list = store.get(key, "list");
      if (!list) throw new RedisError("ERR no such key");
      const position = integer(at) < 0 ? list.value.length + integer(at) : integer(at);
      if (position < 0 || position >= list.value.length) throw new RedisError("ERR index out of range");
      list.value[position] = value;
      store.changes++;
      return OK;
    },
  },
  LTRIM: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", from, to]) => {
      const list = store.get(key, "list");
      if (list) list.value = range(list.value, from, to);
      store.changes++;
      store.removeIfEmpty(key);
      return OK;
    },
  },
  RPOPLPUSH: {
    args: [2, 2],
    writes: true,
    run: (store, [from = "", to = ""]) => move(store, from, to, "RIGHT", "LEFT"),
  },
  LMOVE: {
    args: [4, 4],
    writes: true,
    run: (store, [from = "", to = "", taken, put]) => move(store, from, to, endOf(taken), endOf(put)),
  },
  BLMOVE: {
    args: [5, 5],
    writes: true,
    run: (store, [from = "", to = "", taken, put]) => move(store, from, to, endOf(taken), endOf(put)),
  },
  BRPOPLPUSH: {
    args: [3, 3],
    writes: true,
    run: (store, [from = "", to = ""]) => move(store, from, to, "RIGHT", "LEFT"),
  },
  LMPOP: { args: [3, MANY], writes: true, run: popFirst },
};

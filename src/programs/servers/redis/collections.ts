/** Commands on lists, hashes, sets and sorted sets. */
import { float, integer, OK, RedisError, type Reply, type Store, SYNTAX } from "./store.ts";
import type { Command } from "./strings.ts";

const MANY = Number.POSITIVE_INFINITY;

/** A range with negative positions from the end, both ends included. */
function range<T>(values: readonly T[], from: string | undefined, to: string | undefined): T[] {
  const at = (text: string | undefined) => {
    const position = integer(text);
    return position < 0 ? values.length + position : position;
  };
  return values.slice(Math.max(0, at(from)), at(to) + 1);
}

function push(
  store: Store,
  [key = "", ...values]: readonly string[],
  end: "left" | "right",
  onlyExisting = false,
): Reply {
  if (onlyExisting && !store.get(key, "list")) return 0;
  const { value } = store.open(key, "list");
  for (const each of values) end === "left" ? value.unshift(each) : value.push(each);
  store.changes++;
  return value.length;
}

function pop(store: Store, [key = "", count]: readonly string[], end: "left" | "right"): Reply {
  const list = store.get(key, "list");
  if (!list) return null;
  const amount = count === undefined ? 1 : integer(count);
  const taken = end === "left" ? list.value.splice(0, amount) : list.value.splice(-amount, amount).reverse();
  store.changes++;
  store.removeIfEmpty(key);
  return count === undefined ? (taken[0] ?? null) : taken;
}

function removeFromList(store: Store, [key = "", count, value = ""]: readonly string[]): Reply {
  const list = store.get(key, "list");
  if (!list) return 0;
  const limit = integer(count);
  let left = limit === 0 ? MANY : Math.abs(limit);
  const ordered = limit < 0 ? [...list.value].reverse() : list.value;
  const kept = ordered.filter((each) => each !== value || left-- <= 0);
  const removed = list.value.length - kept.length;
  list.value = limit < 0 ? kept.reverse() : kept;
  store.changes += removed;
  store.removeIfEmpty(key);
  return removed;
}

export const LIST_COMMANDS: Readonly<Record<string, Command>> = {
  LPUSH: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "left") },
  RPUSH: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "right") },
  LPUSHX: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "left", true) },
  RPUSHX: { args: [2, MANY], writes: true, run: (store, args) => push(store, args, "right", true) },
  LPOP: { args: [1, 2], writes: true, run: (store, args) => pop(store, args, "left") },
  RPOP: { args: [1, 2], writes: true, run: (store, args) => pop(store, args, "right") },
  LLEN: { args: [1, 1], run: (store, [key = ""]) => store.get(key, "list")?.value.length ?? 0 },
  LRANGE: { args: [3, 3], run: (store, [key = "", from, to]) => range(store.get(key, "list")?.value ?? [], from, to) },
  LINDEX: { args: [2, 2], run: (store, [key = "", at]) => store.get(key, "list")?.value.at(integer(at)) ?? null },
  LREM: { args: [3, 3], writes: true, run: removeFromList },
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
};

function setFields(store: Store, [key = "", ...pairs]: readonly string[], name: string): number {
  if (pairs.length === 0 || pairs.length % 2 !== 0)
    throw new RedisError(`ERR wrong number of arguments for '${name}' command`);
  const { value } = store.open(key, "hash");
  let added = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const field = pairs[i] ?? "";
    if (!Object.hasOwn(value, field)) added++;
    value[field] = pairs[i + 1] ?? "";
  }
  store.changes++;
  return added;
}

function fieldsOf(store: Store, key: string): Record<string, string> {
  return store.get(key, "hash")?.value ?? {};
}

function fieldOf(store: Store, key: string, field: string): Reply {
  const fields = fieldsOf(store, key);
  return Object.hasOwn(fields, field) ? (fields[field] ?? null) : null;
}

export const HASH_COMMANDS: Readonly<Record<string, Command>> = {
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
  HGETALL: { args: [1, 1], run: (store, [key = ""]) => Object.entries(fieldsOf(store, key)).flat() },
  HKEYS: { args: [1, 1], run: (store, [key = ""]) => Object.keys(fieldsOf(store, key)) },
  HVALS: { args: [1, 1], run: (store, [key = ""]) => Object.values(fieldsOf(store, key)) },
  HLEN: { args: [1, 1], run: (store, [key = ""]) => Object.keys(fieldsOf(store, key)).length },
  HEXISTS: { args: [2, 2], run: (store, [key = "", field = ""]) => (fieldOf(store, key, field) === null ? 0 : 1) },
  HDEL: {
    args: [2, MANY],
    writes: true,
    run: (store, [key = "", ...fields]) => {
      const value = fieldsOf(store, key);
      const removed = fields.filter((field) => Object.hasOwn(value, field) && delete value[field]).length;
      store.changes += removed;
      store.removeIfEmpty(key);
      return removed;
    },
  },
  HINCRBY: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", field = "", by]) => {
      const value = integer(String(fieldOf(store, key, field) ?? "0")) + integer(by);
      setFields(store, [key, field, String(value)], "hincrby");
      return value;
    },
  },
};

function members(store: Store, key: string): string[] {
  return store.get(key, "set")?.value ?? [];
}

export const SET_COMMANDS: Readonly<Record<string, Command>> = {
  SADD: {
    args: [2, MANY],
    writes: true,
    run: (store, [key = "", ...values]) => {
      const set = store.open(key, "set");
      const added = [...new Set(values)].filter((value) => !set.value.includes(value));
      set.value.push(...added);
      store.changes += added.length;
      return added.length;
    },
  },
  SREM: {
    args: [2, MANY],
    writes: true,
    run: (store, [key = "", ...values]) => {
      const set = store.get(key, "set");
      if (!set) return 0;
      const before = set.value.length;
      set.value = set.value.filter((value) => !values.includes(value));
      const removed = before - set.value.length;
      store.changes += removed;
      store.removeIfEmpty(key);
      return removed;
    },
  },
  SMEMBERS: { args: [1, 1], run: (store, [key = ""]) => [...members(store, key)] },
  SISMEMBER: { args: [2, 2], run: (store, [key = "", value = ""]) => (members(store, key).includes(value) ? 1 : 0) },
  SCARD: { args: [1, 1], run: (store, [key = ""]) => members(store, key).length },
  SRANDMEMBER: {
    args: [1, 2],
    run: (store, [key = ""], process) =>
      members(store, key)[process.random() % Math.max(1, members(store, key).length)] ?? null,
  },
  SPOP: {
    args: [1, 1],
    writes: true,
    run: (store, [key = ""], process) => {
      const set = store.get(key, "set");
      const [taken] = set?.value.splice(process.random() % set.value.length, 1) ?? [];
      store.changes++;
      store.removeIfEmpty(key);
      return taken ?? null;
    },
  },
  SUNION: { args: [1, MANY], run: (store, keys) => [...new Set(keys.flatMap((key) => members(store, key)))] },
  SINTER: {
    args: [1, MANY],
    run: (store, [key = "", ...others]) =>
      members(store, key).filter((value) => others.every((other) => members(store, other).includes(value))),
  },
  SDIFF: {
    args: [1, MANY],
    run: (store, [key = "", ...others]) =>
      members(store, key).filter((value) => !others.some((other) => members(store, other).includes(value))),
  },
};

function ranked(store: Store, key: string): [member: string, score: number][] {
  const entries = Object.entries(store.get(key, "zset")?.value ?? {});
  return entries.sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

function withScores(entries: readonly [string, number][], shows: boolean): Reply {
  return shows ? entries.flatMap(([member, score]) => [member, scoreText(score)]) : entries.map(([member]) => member);
}

function scoreText(score: number): string {
  return Number.isFinite(score) ? String(score) : score > 0 ? "inf" : "-inf";
}

function zadd(store: Store, [key = "", ...args]: readonly string[]): Reply {
  const flags = new Set<string>();
  let at = 0;
  while (/^(NX|XX|GT|LT|CH|INCR)$/i.test(args[at] ?? "")) flags.add((args[at++] ?? "").toUpperCase());
  if ((args.length - at) % 2 !== 0 || at >= args.length) throw new RedisError(SYNTAX);
  const { value } = store.open(key, "zset");
  let [added, changed] = [0, 0];
  for (; at < args.length; at += 2) {
    const [score, member] = [float(args[at]), args[at + 1] ?? ""];
    const old = Object.hasOwn(value, member) ? value[member] : undefined;
    if ((old !== undefined && flags.has("NX")) || (old === undefined && flags.has("XX"))) continue;
    if (old !== undefined && ((flags.has("GT") && score <= old) || (flags.has("LT") && score >= old))) continue;
    if (old === undefined) added++;
    else if (old !== score) changed++;
    value[member] = score;
  }
  store.changes += added + changed;
  return flags.has("CH") ? added + changed : added;
}

function bound(text: string | undefined): (score: number) => [over: boolean, under: boolean] {
  const isOpen = text?.startsWith("(") ?? false;
  const limit = float(isOpen ? text?.slice(1) : text);
  return (score) => [isOpen ? score > limit : score >= limit, isOpen ? score < limit : score <= limit];
}

function zrange(store: Store, [key = "", from, to, ...options]: readonly string[], isReversed = false): Reply {
  const words = options.map((option) => option.toUpperCase());
  const isBackwards = isReversed || words.includes("REV");
  const shows = words.includes("WITHSCORES");
  if (words.includes("BYSCORE")) {
    const [low, high] = isBackwards ? [to, from] : [from, to];
    const found = byScore(store, key, low, high);
    return withScores(isBackwards ? found.reverse() : found, shows);
  }
  const entries = ranked(store, key);
  return withScores(range(isBackwards ? entries.reverse() : entries, from, to), shows);
}

function byScore(store: Store, key: string, low: string | undefined, high: string | undefined): [string, number][] {
  const [over, under] = [bound(low), bound(high)];
  return ranked(store, key).filter(([, score]) => over(score)[0] && under(score)[1]);
}

export const SORTED_SET_COMMANDS: Readonly<Record<string, Command>> = {
  ZADD: { args: [3, MANY], writes: true, run: zadd },
  ZRANGE: { args: [3, MANY], run: (store, args) => zrange(store, args) },
  ZREVRANGE: { args: [3, 4], run: (store, args) => zrange(store, args, true) },
  ZRANGEBYSCORE: {
    args: [3, MANY],
    run: (store, [key = "", low, high, ...options]) =>
      withScores(
        byScore(store, key, low, high),
        options.some((option) => /^withscores$/i.test(option)),
      ),
  },
  ZCOUNT: { args: [3, 3], run: (store, [key = "", low, high]) => byScore(store, key, low, high).length },
  ZCARD: { args: [1, 1], run: (store, [key = ""]) => ranked(store, key).length },
  ZSCORE: {
    args: [2, 2],
    run: (store, [key = "", member = ""]) => {
      const score = store.get(key, "zset")?.value[member];
      return score === undefined ? null : scoreText(score);
    },
  },
  ZRANK: {
    args: [2, 3],
    run: (store, [key = "", member = ""]) => {
      const at = ranked(store, key).findIndex(([name]) => name === member);
      return at < 0 ? null : at;
    },
  },
  ZREVRANK: {
    args: [2, 3],
    run: (store, [key = "", member = ""]) => {
      const at = ranked(store, key)
        .reverse()
        .findIndex(([name]) => name === member);
      return at < 0 ? null : at;
    },
  },
  ZINCRBY: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", by, member = ""]) => {
      const { value } = store.open(key, "zset");
      value[member] = (value[member] ?? 0) + float(by);
      store.changes++;
      return scoreText(value[member]);
    },
  },
  ZREM: {
    args: [2, MANY],
    writes: true,
    run: (store, [key = "", ...names]) => {
      const value = store.get(key, "zset")?.value ?? {};
      const removed = names.filter((name) => Object.hasOwn(value, name) && delete value[name]).length;
      store.changes += removed;
      store.removeIfEmpty(key);
      return removed;
    },
  },
};

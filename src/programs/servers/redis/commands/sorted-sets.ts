/** Commands on sorted sets. Source: https://redis.io/docs/latest/commands/?group=sorted-set */
import { dictionaryOf, entriesOf, has, lookUp, put, remove, sizeOf } from "../dictionary.ts";
import { matchesGlob } from "../glob.ts";
import { float, integer, RedisError, type Reply, type Store, SYNTAX, scoreText } from "../store.ts";
import {
  type Commands,
  countedKeys,
  hasOption,
  limited,
  MANY,
  option,
  range,
  scanOptions,
  wrongCount,
} from "./command.ts";

type Ranked = [member: string, score: number];

function byRank(entries: readonly Ranked[]): Ranked[] {
  return [...entries].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x - y));
}

const ranked = (store: Store, key: string): Ranked[] => byRank(entriesOf(store.get(key, "zset")?.value ?? {}));

function shown(store: Store, entries: readonly Ranked[], hasScores: boolean): Reply {
  return hasScores
    ? entries.flatMap(([member, score]) => [member, scoreText(score, store)])
    : entries.map(([member]) => member);
}

function add(store: Store, [key = "", ...args]: readonly string[]): Reply {
  const flags = new Set<string>();
  let at = 0;
  while (/^(NX|XX|GT|LT|CH|INCR)$/i.test(args[at] ?? "")) flags.add((args[at++] ?? "").toUpperCase());
  const pairs = args.slice(at);
  if (pairs.length === 0 || pairs.length % 2 !== 0) throw new RedisError(SYNTAX);
  if (flags.has("NX") && flags.has("XX"))
    throw new RedisError("ERR XX and NX options at the same time are not compatible");
  if ((flags.has("NX") && (flags.has("GT") || flags.has("LT"))) || (flags.has("GT") && flags.has("LT")))
    throw new RedisError("ERR GT, LT, and/or NX options at the same time are not compatible");
  if (flags.has("INCR") && pairs.length > 2)
    throw new RedisError("ERR INCR option supports a single increment-element pair");
  const scores = pairs.filter((_, i) => i % 2 === 0).map((text) => float(text));
  const { value } = store.open(key, "zset");
  let [added, changed] = [0, 0];
  let result: number | undefined;
  for (const [i, given] of scores.entries()) {
    const member = pairs[i * 2 + 1] ?? "";
    const old = lookUp(value, member);
    if ((old !== undefined && flags.has("NX")) || (old === undefined && flags.has("XX"))) continue;
    const score = flags.has("INCR") ? (old ?? 0) + given : given;
    if (old !== undefined && ((flags.has("GT") && score <= old) || (flags.has("LT") && score >= old))) continue;
    if (old === undefined) added++;
    else if (old !== score) changed++;
    put(value, member, score);
    result = score;
  }
  store.changes += added + changed;
  store.removeIfEmpty(key);
  if (flags.has("INCR")) return result === undefined ? null : scoreText(result, store);
  return flags.has("CH") ? added + changed : added;
}

type Test<T> = (value: T) => boolean;

/** Scores between two limits: `(1` excludes 1. */
function scoreTest(low: string | undefined, high: string | undefined): Test<number> {
  const limit = (text: string | undefined) => {
    const isOpen = text?.startsWith("(") ?? false;
    return { isOpen, value: float(isOpen ? text?.slice(1) : text, "ERR min or max is not a float") };
  };
  const [from, to] = [limit(low), limit(high)];
  return (score) =>
    (from.isOpen ? score > from.value : score >= from.value) && (to.isOpen ? score < to.value : score <= to.value);
}

/** Members between two limits: `[a`, `(a`, `-` and `+`. */
function textTest(low: string | undefined, high: string | undefined): Test<string> {
  const limit = (text = "") => {
    if (!/^([-+]$|[[(])/.test(text)) throw new RedisError("ERR min or max not valid string range item");
    return text;
  };
  const [from, to] = [limit(low), limit(high)];
  const isOver = (value: string) =>
    from === "-" || (from !== "+" && (from.startsWith("(") ? value > from.slice(1) : value >= from.slice(1)));
  const isUnder = (value: string) =>
    to === "+" || (to !== "-" && (to.startsWith("(") ? value < to.slice(1) : value <= to.slice(1)));
  return (value) => isOver(value) && isUnder(value);
}

const withScores = (store: Store, key: string, low: string | undefined, high: string | undefined): Ranked[] => {
  const accepts = scoreTest(low, high);
  return ranked(store, key).filter(([, score]) => accepts(score));
};
const withTexts = (store: Store, key: string, low: string | undefined, high: string | undefined): Ranked[] => {
  const accepts = textTest(low, high);
  return ranked(store, key).filter(([member]) => accepts(member));
};

/** The members that ZRANGE and ZRANGESTORE choose. */
function chosen(store: Store, [key = "", from, to, ...options]: readonly string[]): Ranked[] {
  const isBackwards = hasOption(options, "REV");
  const [low, high] = isBackwards ? [to, from] : [from, to];
  const ordered = (entries: Ranked[]) => (isBackwards ? entries.reverse() : entries);
  if (hasOption(options, "BYSCORE")) return limited(ordered(withScores(store, key, low, high)), options);
  if (hasOption(options, "BYLEX")) return limited(ordered(withTexts(store, key, low, high)), options);
  if (hasOption(options, "LIMIT"))
    throw new RedisError("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  return range(ordered(ranked(store, key)), from, to);
}

function drop(store: Store, key: string, entries: readonly Ranked[]): number {
  const set = store.get(key, "zset");
  if (!set) return 0;
  for (const [member] of entries) remove(set.value, member);
  store.changes += entries.length;
  store.removeIfEmpty(key);
  return entries.length;
}

function pop(store: Store, [key = "", count]: readonly string[], isGreatest: boolean): Reply {
  const all = ranked(store, key);
  const taken = (isGreatest ? all.reverse() : all).slice(0, integer(count ?? "1"));
  drop(store, key, taken);
  return shown(store, taken, true);
}

type Kind = "union" | "intersection" | "difference";

/** Members of several sets with their scores together. */
function combined(store: Store, args: readonly string[], kind: Kind): { entries: Ranked[]; rest: readonly string[] } {
  const { keys, rest } = countedKeys(args);
  const at = rest.findIndex((arg) => /^WEIGHTS$/i.test(arg));
  const weights = keys.map((_, i) => (at < 0 ? 1 : float(rest[at + 1 + i], "ERR weight value is not a float")));
  const aggregate = (option(rest, "AGGREGATE") ?? "SUM").toUpperCase();
  const sum = { SUM: (a: number, b: number) => a + b, MIN: Math.min, MAX: Math.max }[aggregate];
  if (!sum) throw new RedisError(SYNTAX);
  const sets = keys.map(
    (key, i) => new Map(scoresOf(store, key).map(([member, score]) => [member, score * (weights[i] ?? 1)])),
  );
  const [first = new Map<string, number>(), ...others] = sets;
  const result = new Map<string, number>();
  for (const [member, score] of kind === "union" ? sets.flatMap((set) => [...set]) : first) {
    if (kind === "difference") {
      if (!others.some((set) => set.has(member))) result.set(member, score);
    } else if (kind === "union") {
      const old = result.get(member);
      result.set(member, old === undefined ? score : sum(old, score));
    } else if (others.every((set) => set.has(member)))
      result.set(
        member,
        others.reduce((total, set) => sum(total, set.get(member) ?? 0), score),
      );
  }
  return { entries: byRank([...result]), rest };
}

/** Scores of a sorted set; members of a plain set have the score 1. */
function scoresOf(store: Store, key: string): Ranked[] {
  const entry = store.entry(key);
  if (entry?.type === "set") return entriesOf(entry.value).map(([member]) => [member, 1]);
  return entriesOf(store.get(key, "zset")?.value ?? {});
}

function keep(store: Store, target: string, entries: readonly Ranked[]): Reply {
  if (entries.length === 0) store.remove(target);
  else store.put(target, { type: "zset", value: dictionaryOf(entries) });
  return entries.length;
}

const combining =
  (kind: Kind) =>
  (store: Store, args: readonly string[]): Reply => {
    const { entries, rest } = combined(store, args, kind);
    return shown(store, entries, hasOption(rest, "WITHSCORES"));
  };
const storing =
  (kind: Kind) =>
  (store: Store, [target = "", ...args]: readonly string[]): Reply =>
    keep(store, target, combined(store, args, kind).entries);

function rank(store: Store, [key = "", member = ""]: readonly string[], isReversed: boolean): Reply {
  const all = ranked(store, key);
  const at = (isReversed ? all.reverse() : all).findIndex(([name]) => name === member);
  return at < 0 ? null : at;
}

const scoreOf = (store: Store, key: string, member: string): Reply => {
  const score = lookUp(store.get(key, "zset")?.value ?? {}, member);
  return score === undefined ? null : scoreText(score, store);
};

export const SORTED_SET_COMMANDS: Commands = {
  ZADD: {
    args: [2, MANY],
    writes: true,
    run: (store, args) => (args.length < 3 ? wrongCount("zadd") : add(store, args)),
  },
  ZRANGE: {
    args: [3, MANY],
    run: (store, args) => shown(store, chosen(store, args), hasOption(args, "WITHSCORES")),
  },
  ZRANGESTORE: {
    args: [4, MANY],
    writes: true,
    run: (store, [target = "", ...args]) => keep(store, target, chosen(store, args)),
  },
  ZREVRANGE: {
    args: [3, 4],
    run: (store, args) => shown(store, chosen(store, [...args.slice(0, 3), "REV"]), hasOption(args, "WITHSCORES")),
  },
  ZRANGEBYSCORE: {
    args: [3, MANY],
    run: (store, args) => shown(store, chosen(store, [...args, "BYSCORE"]), hasOption(args, "WITHSCORES")),
  },
  ZREVRANGEBYSCORE: {
    args: [3, MANY],
    run: (store, args) => shown(store, chosen(store, [...args, "BYSCORE", "REV"]), hasOption(args, "WITHSCORES")),
  },
  ZRANGEBYLEX: { args: [3, MANY], run: (store, args) => shown(store, chosen(store, [...args, "BYLEX"]), false) },
  ZREVRANGEBYLEX: {
    args: [3, MANY],
    run: (store, args) => shown(store, chosen(store, [...args, "BYLEX", "REV"]), false),
  },
  ZCOUNT: { args: [3, 3], run: (store, [key = "", low, high]) => withScores(store, key, low, high).length },
  ZLEXCOUNT: { args: [3, 3], run: (store, [key = "", low, high]) => withTexts(store, key, low, high).length },
  ZCARD: { args: [1, 1], run: (store, [key = ""]) => sizeOf(store.get(key, "zset")?.value ?? {}) },
  ZSCORE: { args: [2, 2], run: (store, [key = "", member = ""]) => scoreOf(store, key, member) },
  ZMSCORE: { args: [2, MANY], run: (store, [key = "", ...names]) => names.map((each) => scoreOf(store, key, each)) },
  ZRANK: { args: [2, 3], run: (store, args) => rank(store, args, false) },
  ZREVRANK: { args: [2, 3], run: (store, args) => rank(store, args, true) },
  ZINCRBY: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", by = "", member = ""]) => add(store, [key, "INCR", by, member]),
  },
  ZREM: {
    args: [2, MANY],
    writes: true,
    run: (store, [key = "", ...names]) => {
      const set = store.get(key, "zset")?.value ?? {};
      return drop(
        store,
        key,
        [...new Set(names)].filter((name) => has(set, name)).map((name) => [name, 0]),
      );
    },
  },
  ZREMRANGEBYSCORE: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", low, high]) => drop(store, key, withScores(store, key, low, high)),
  },
  ZREMRANGEBYLEX: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", low, high]) => drop(store, key, withTexts(store, key, low, high)),
  },
  ZREMRANGEBYRANK: {
    args: [3, 3],
    writes: true,
    run: (store, [key = "", from, to]) => drop(store, key, range(ranked(store, key), from, to)),
  },
  ZPOPMIN: { args: [1, 2], writes: true, run: (store, args) => pop(store, args, false) },
  ZPOPMAX: { args: [1, 2], writes: true, run: (store, args) => pop(store, args, true) },
  ZUNION: { args: [2, MANY], run: combining("union") },
  ZINTER: { args: [2, MANY], run: combining("intersection") },
  ZDIFF: { args: [2, MANY], run: combining("difference") },
  ZUNIONSTORE: { args: [3, MANY], writes: true, run: storing("union") },
  ZINTERSTORE: { args: [3, MANY], writes: true, run: storing("intersection") },
  ZDIFFSTORE: { args: [3, MANY], writes: true, run: storing("difference") },
  ZSCAN: {
    args: [2, MANY],
    run: (store, [key = "", ...args]) => {
      const { pattern } = scanOptions(args);
      return [
        "0",
        shown(
          store,
          ranked(store, key).filter(([member]) => matchesGlob(pattern, member)),
          true,
        ),
      ];
    },
  },
  ZRANDMEMBER: {
    args: [1, 3],
    run: (store, [key = "", count], process) => {
      const all = ranked(store, key);
      if (count === undefined) return all[process.random() % Math.max(1, all.length)]?.[0] ?? null;
      return all.slice(0, Math.abs(integer(count))).map(([member]) => member);
    },
  },
};

/** Commands on streams. Source: https://redis.io/docs/latest/commands/?group=stream */
import { entriesOf, lookUp, put, remove } from "../dictionary.ts";
import { integer, OK, RedisError, type Reply, type Store, SYNTAX } from "../store.ts";
import { compareIds, idOf, newId } from "../stream.ts";
import type { Group, Pending, Stream, StreamEntry } from "../stream-types.ts";
import { type Commands, MANY, option, wrongCount } from "./command.ts";

const shown = ({ id, fields }: StreamEntry): Reply => [id, fields];

/** `MAXLEN ~ 10`, `MINID 5`: removes old entries and returns how many. */
function trim(stream: Stream, [strategy = "", ...options]: readonly string[]): number {
  const hasSign = options[0] === "~" || options[0] === "=";
  const limit = options[hasSign ? 1 : 0] ?? "";
  const before = stream.entries.length;
  if (/^MAXLEN$/i.test(strategy)) stream.entries = stream.entries.slice(Math.max(0, before - integer(limit)));
  else if (/^MINID$/i.test(strategy))
    stream.entries = stream.entries.filter(({ id }) => compareIds(id, idOf(limit)) >= 0);
  else throw new RedisError(SYNTAX);
  return before - stream.entries.length;
}

function add(store: Store, [key = "", ...args]: readonly string[]): Reply {
  const makes = !/^NOMKSTREAM$/i.test(args[0] ?? "");
  let rest = makes ? args : args.slice(1);
  if (!makes && !store.get(key, "stream")) return null;
  const trimming = /^(MAXLEN|MINID)$/i.test(rest[0] ?? "") ? rest : undefined;
  if (trimming) rest = rest.slice(/^[~=]$/.test(rest[1] ?? "") ? 3 : 2);
  if (/^LIMIT$/i.test(rest[0] ?? "")) rest = rest.slice(2);
  const [given = "", ...fields] = rest;
  if (fields.length === 0 || fields.length % 2 !== 0) wrongCount("xadd");
  const isNew = !store.get(key, "stream");
  const { value } = store.open(key, "stream");
  try {
    const id = newId(value, given, store.nowMs);
    value.entries.push({ id, fields });
    value.lastId = id;
    if (trimming) trim(value, trimming);
    store.changes++;
    return id;
  } catch (error) {
    if (isNew) remove(store.keys, key);
    throw error;
  }
}

/** Entries between two ids: `-`, `+`, `5`, `(5-1`. */
function between(stream: Stream | undefined, from: string, to: string): StreamEntry[] {
  const bound = (text: string, rest: number) => (text.startsWith("(") ? idOf(text.slice(1), rest) : idOf(text, rest));
  const isOver = (id: string) => from === "-" || compareIds(id, bound(from, 0)) >= (from.startsWith("(") ? 1 : 0);
  const isUnder = (id: string) =>
    to === "+" || compareIds(id, bound(to, Number.MAX_SAFE_INTEGER)) <= (to.startsWith("(") ? -1 : 0);
  if (from !== "-") bound(from, 0);
  if (to !== "+") bound(to, 0);
  return (stream?.entries ?? []).filter(({ id }) => isOver(id) && isUnder(id));
}

function range(
  store: Store,
  [key = "", from = "", to = "", ...options]: readonly string[],
  isReversed: boolean,
): Reply {
  const stream = store.get(key, "stream")?.value;
  const found = isReversed ? between(stream, to, from).reverse() : between(stream, from, to);
  const count = option(options, "COUNT");
  return found.slice(0, count === undefined ? undefined : Math.max(0, integer(count))).map(shown);
}

/** Keys and ids after STREAMS. */
function streamsIn(
  args: readonly string[],
  name: string,
): { keys: string[]; ids: string[]; count: number | undefined } {
  const at = args.findIndex((arg) => /^STREAMS$/i.test(arg));
  const rest = args.slice(at + 1);
  if (at < 0) throw new RedisError(SYNTAX);
  if (rest.length === 0 || rest.length % 2 !== 0)
    throw new RedisError(
      `ERR Unbalanced '${name}' list of streams: for each stream key an ID or '$' must be specified.`,
    );
  const count = option(args.slice(0, at), "COUNT");
  const half = rest.length / 2;
  return {
    keys: rest.slice(0, half),
    ids: rest.slice(half),
    count: count === undefined ? undefined : integer(count),
  };
}

/** Null without entries: a client with BLOCK asks again. */
function read(store: Store, args: readonly string[]): Reply {
  const { keys, ids, count } = streamsIn(args, "xread");
  const found = keys.flatMap((key, i): Reply[] => {
    const stream = store.get(key, "stream")?.value;
    const after = ids[i] === "$" ? (stream?.lastId ?? "0-0") : idOf(ids[i] ?? "");
    const entries = (stream?.entries ?? []).filter(({ id }) => compareIds(id, after) > 0).slice(0, count);
    return entries.length === 0 ? [] : [[key, entries.map(shown)]];
  });
  return found.length === 0 ? null : found;
}

/** The words of XREAD with the present end of a stream instead of `$`, for a client that asks again. */
export function withoutEnd(store: Store, args: readonly string[]): string[] {
  const at = args.findIndex((arg) => /^STREAMS$/i.test(arg)) + 1;
  const half = (args.length - at) / 2;
  return args.map((arg, i) => {
    if (i < at + half || arg !== "$") return arg;
    return store.get(args[i - half] ?? "", "stream")?.value.lastId ?? "0-0";
  });
}

function groupOf(store: Store, key: string, name: string, command: string): { stream: Stream; group: Group } {
  const stream = store.get(key, "stream")?.value;
  const group = stream && lookUp(stream.groups, name);
  if (!stream || !group)
    throw new RedisError(
      `NOGROUP No such key '${key}' or consumer group '${name}'${command === "" ? "" : ` in ${command} with GROUP option`}`,
    );
  return { stream, group };
}

function readGroup(store: Store, [word = "", name = "", consumer = "", ...args]: readonly string[]): Reply {
  if (!/^GROUP$/i.test(word)) throw new RedisError(SYNTAX);
  const { keys, ids, count } = streamsIn(args, "xreadgroup");
  const isUnacknowledged = args.some((arg) => /^NOACK$/i.test(arg));
  const found = keys.flatMap((key, i): Reply[] => {
    const { stream, group } = groupOf(store, key, name, "XREADGROUP");
    if (ids[i] !== ">") {
      const after = idOf(ids[i] ?? "");
      const own = group.pending.filter((each) => each.consumer === consumer && compareIds(each.id, after) > 0);
      const entries = stream.entries.filter(({ id }) => own.some((each) => each.id === id)).slice(0, count);
      return [[key, entries.map(shown)]];
    }
    const entries = stream.entries.filter(({ id }) => compareIds(id, group.lastId) > 0).slice(0, count);
    group.lastId = entries.at(-1)?.id ?? group.lastId;
    const taken = entries.map(({ id }): Pending => ({ id, consumer, deliveredAtMs: store.nowMs, deliveries: 1 }));
    if (!isUnacknowledged) group.pending.push(...taken);
    store.changes += entries.length;
    return entries.length === 0 ? [] : [[key, entries.map(shown)]];
  });
  return found.length === 0 ? null : found;
}

function manageGroup(store: Store, [verb = "", key = "", name = "", id = "", ...options]: readonly string[]): Reply {
  const subcommand = verb.toUpperCase();
  if (!/^(CREATE|DESTROY|SETID|CREATECONSUMER|DELCONSUMER)$/.test(subcommand))
    throw new RedisError(`ERR unknown subcommand '${verb}'. Try XGROUP HELP.`);
  const makes = subcommand === "CREATE" && options.some((each) => /^MKSTREAM$/i.test(each));
  const stream = makes ? store.open(key, "stream").value : store.get(key, "stream")?.value;
  if (!stream)
    throw new RedisError(
      "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.",
    );
  const known = lookUp(stream.groups, name);
  if (subcommand === "CREATE") {
    if (known) throw new RedisError("BUSYGROUP Consumer Group name already exists");
    put(stream.groups, name, { lastId: id === "$" ? stream.lastId : idOf(id), pending: [] });
    store.changes++;
    return OK;
  }
  if (subcommand === "DESTROY") {
    store.changes++;
    return remove(stream.groups, name) ? 1 : 0;
  }
  const { group } = groupOf(store, key, name, "");
  store.changes++;
  if (subcommand === "SETID") {
    group.lastId = id === "$" ? stream.lastId : idOf(id);
    return OK;
  }
  const own = group.pending.filter(({ consumer }) => consumer === id).length;
  if (subcommand === "DELCONSUMER") group.pending = group.pending.filter(({ consumer }) => consumer !== id);
  return subcommand === "DELCONSUMER" ? own : 1;
}

function pending(store: Store, [key = "", name = "", ...args]: readonly string[]): Reply {
  const { group } = groupOf(store, key, name, "");
  const sorted = [...group.pending].sort((a, b) => compareIds(a.id, b.id));
  if (args.length === 0) {
    const consumers = new Map<string, number>();
    for (const { consumer } of sorted) consumers.set(consumer, (consumers.get(consumer) ?? 0) + 1);
    if (sorted.length === 0) return [0, null, null, null];
    const counts = [...consumers].map(([consumer, count]): Reply => [consumer, String(count)]);
    return [sorted.length, sorted[0]?.id ?? "", sorted.at(-1)?.id ?? "", counts];
  }
  const [from = "", to = "", count, wanted] = /^IDLE$/i.test(args[0] ?? "") ? args.slice(2) : args;
  const isIn = (id: string) =>
    (from === "-" || compareIds(id, idOf(from)) >= 0) && (to === "+" || compareIds(id, idOf(to)) <= 0);
  return sorted
    .filter(({ id, consumer }) => isIn(id) && (wanted === undefined || consumer === wanted))
    .slice(0, integer(count))
    .map(({ id, consumer, deliveredAtMs, deliveries }) => [
      id,
      consumer,
      Math.round(store.nowMs - deliveredAtMs),
      deliveries,
    ]);
}

function claim(store: Store, [key = "", name = "", consumer = "", idle, ...ids]: readonly string[]): Reply {
  const { stream, group } = groupOf(store, key, name, "");
  const waited = integer(idle);
  const taken = group.pending.filter(
    ({ id, deliveredAtMs }) => ids.includes(id) && store.nowMs - deliveredAtMs >= waited,
  );
  for (const each of taken) {
    each.consumer = consumer;
    each.deliveredAtMs = store.nowMs;
    each.deliveries++;
  }
  store.changes += taken.length;
  return stream.entries.filter(({ id }) => taken.some((each) => each.id === id)).map(shown);
}

function describe(store: Store, [verb = "", key = "", name = ""]: readonly string[]): Reply {
  const stream = store.get(key, "stream")?.value;
  if (!stream) throw new RedisError("ERR no such key");
  const { entries, lastId, groups } = stream;
  switch (verb.toUpperCase()) {
    case "STREAM":
      return [
        ...["length", entries.length, "last-generated-id", lastId, "groups", entriesOf(groups).length],
        ...["first-entry", entries[0] ? shown(entries[0]) : null],
        ...["last-entry", entries.at(-1) ? shown(entries.at(-1) as StreamEntry) : null],
      ];
    case "GROUPS":
      return entriesOf(groups).map(([group, { lastId: last, pending: open }]) => {
        const consumers = new Set(open.map(({ consumer }) => consumer)).size;
        return ["name", group, "consumers", consumers, "pending", open.length, "last-delivered-id", last];
      });
    case "CONSUMERS": {
      const { group } = groupOf(store, key, name, "");
      const consumers = [...new Set(group.pending.map(({ consumer }) => consumer))];
      return consumers.map((consumer) => {
        const open = group.pending.filter((each) => each.consumer === consumer);
        return [
          "name",
          consumer,
          "pending",
          open.length,
          "idle",
          Math.round(store.nowMs - (open.at(-1)?.deliveredAtMs ?? 0)),
        ];
      });
    }
    default:
      throw new RedisError(`ERR unknown subcommand '${verb}'. Try XINFO HELP.`);
  }
}

export const STREAM_COMMANDS: Commands = {
  XADD: { args: [4, MANY], writes: true, run: add },
  XLEN: { args: [1, 1], run: (store, [key = ""]) => store.get(key, "stream")?.value.entries.length ?? 0 },
  XRANGE: { args: [3, MANY], run: (store, args) => range(store, args, false) },
  XREVRANGE: { args: [3, MANY], run: (store, args) => range(store, args, true) },
  XREAD: { args: [3, MANY], run: read },
  XREADGROUP: { args: [6, MANY], writes: true, run: readGroup },
  XGROUP: { args: [1, MANY], writes: true, run: manageGroup },
  XACK: {
    args: [3, MANY],
    writes: true,
    run: (store, [key = "", name = "", ...ids]) => {
      const stream = store.get(key, "stream")?.value;
      const group = stream && lookUp(stream.groups, name);
      if (!group) return 0;
      const before = group.pending.length;
      group.pending = group.pending.filter(({ id }) => !ids.includes(id));
      store.changes += before - group.pending.length;
      return before - group.pending.length;
    },
  },
  XPENDING: { args: [2, MANY], run: pending },
  XCLAIM: { args: [5, MANY], writes: true, run: claim },
  XINFO: { args: [1, MANY], run: describe },
  XDEL: {
    args: [2, MANY],
    writes: true,
    run: (store, [key = "", ...ids]) => {
      const stream = store.get(key, "stream")?.value;
      if (!stream) return 0;
      const before = stream.entries.length;
      const gone = new Set(ids.map((id) => idOf(id)));
      stream.entries = stream.entries.filter(({ id }) => !gone.has(id));
      store.changes += before - stream.entries.length;
      return before - stream.entries.length;
    },
  },
  XTRIM: {
    args: [3, MANY],
    writes: true,
    run: (store, [key = "", ...options]) => {
      const stream = store.get(key, "stream")?.value;
      if (!stream) return 0;
      const removed = trim(stream, options);
      store.changes += removed;
      return removed;
    },
  },
};

/** Connections: transactions, subscriptions, and blocking commands. A client names its session in each request. */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type Dictionary, dictionaryOf, entriesOf, lookUp, namesOf, put } from "./dictionary.ts";
import { matchesGlob } from "./glob.ts";
import { type Address, databases } from "./state.ts";
import { OK, type Reply } from "./store.ts";

/** JSON. */
export interface Session {
  name: string;
  /** Commands of a transaction that are queued; undefined outside of one. */
  queued?: string[][];
  /** A queued command was refused, so EXEC will be. */
  isSpoiled?: true;
  /** Watched keys with their values as they were: `db` and key, and JSON. */
  watched: Dictionary<string>;
  channels: string[];
  patterns: string[];
  isMonitor?: true;
  /** Messages that the client has not taken yet. */
  inbox: Reply[];
  /** Where the client takes messages at once. */
  push?: Address;
  /** Keys for which its command waits. */
  waitsFor?: string[];
  seenAtMs: number;
}

/** A session whose client has not asked for so long is over, ms. One that takes messages ends when it does not answer. */
const LIFE_MS = 60_000;
/** How long the server waits for a client to take a message, ms. */
const PUSH_TIMEOUT_MS = 1000;
/** Messages that wait for a client. */
const MAX_INBOX = 10_000;

function all({ state }: ProcessView): Dictionary<Session> {
  state["sessions"] ??= {};
  return state["sessions"] as unknown as Dictionary<Session>;
}

/** The session of a name; it is made if it is new. Sessions of clients that are gone are dropped. */
export function sessionOf(process: ProcessView, id: string): Session {
  const sessions = all(process);
  const alive = entriesOf(sessions).filter(([, session]) => isAlive(process, session));
  const known = lookUp(sessions, id);
  const session: Session = known ?? { name: "", watched: {}, channels: [], patterns: [], inbox: [], seenAtMs: 0 };
  session.seenAtMs = process.nowMs;
  const kept = dictionaryOf(alive);
  put(kept, id, session);
  process.state["sessions"] = kept as unknown as JsonValue;
  return session;
}

const isAlive = ({ nowMs }: ProcessView, { push, seenAtMs }: Session): boolean =>
  push !== undefined || nowMs - seenAtMs < LIFE_MS;

function listeners(process: ProcessView): Session[] {
  return entriesOf(all(process)).flatMap(([, session]) => (isAlive(process, session) ? [session] : []));
}

function deliver(session: Session, reply: Reply): void {
  if (session.inbox.length < MAX_INBOX) session.inbox.push(reply);
}

/** Hands over what waits in a session's inbox, if its client takes it. */
function handOver(process: ProcessView, session: Session): void {
  if (session.push && tell(process, session, { messages: session.inbox as unknown as JsonValue })) session.inbox = [];
}

function tell(process: ProcessView, session: Session, body: JsonObject): boolean {
  const { push } = session;
  if (!push) return false;
  const answer = process.ask({ type: "message", ...push, protocol: "redis-push", body, timeoutMs: PUSH_TIMEOUT_MS });
  if (answer?.type === "message") return true;
  delete session.push;
  return false;
}

/** Tells clients whose commands wait for one of these keys to ask again. */
export function wakeWaiting(process: ProcessView, keys: readonly string[]): void {
  for (const session of listeners(process)) {
    if (!session.waitsFor?.some((key) => keys.includes(key))) continue;
    delete session.waitsFor;
    tell(process, session, { again: true });
  }
}

/** Sends a message to the subscribers of a channel and returns their number. */
export function publish(process: ProcessView, channel: string, text: string): number {
  let count = 0;
  for (const session of listeners(process)) {
    if (session.channels.includes(channel)) {
      deliver(session, ["message", channel, text]);
      count++;
    }
    for (const pattern of session.patterns) {
      if (!matchesGlob(pattern, channel)) continue;
      deliver(session, ["pmessage", pattern, channel, text]);
      count++;
    }
    if (session.inbox.length > 0) handOver(process, session);
  }
  return count;
}

/** Shows a command to clients that monitor the server. */
export function monitor(process: ProcessView, args: readonly string[], db: number, from: string): void {
  const time = (process.nowMs / 1000).toFixed(6);
  for (const session of listeners(process)) {
    if (!session.isMonitor) continue;
    deliver(session, { status: `${time} [${db} ${from}:40000] ${args.map((arg) => JSON.stringify(arg)).join(" ")}` });
    handOver(process, session);
  }
}

export function describeChannels(process: ProcessView, [verb = "", ...args]: readonly string[]): Reply | undefined {
  const sessions = listeners(process);
  const channels = [...new Set(sessions.flatMap((session) => session.channels))];
  switch (verb.toUpperCase()) {
    case "CHANNELS":
      return channels.filter((channel) => args[0] === undefined || matchesGlob(args[0], channel)).sort();
    case "NUMSUB":
      return args.flatMap((channel) => [
        channel,
        sessions.filter((session) => session.channels.includes(channel)).length,
      ]);
    case "NUMPAT":
      return new Set(sessions.flatMap((session) => session.patterns)).size;
    default:
      return undefined;
  }
}

const SUBSCRIBING = { SUBSCRIBE: "channels", PSUBSCRIBE: "patterns" } as const;
const UNSUBSCRIBING = { UNSUBSCRIBE: "channels", PUNSUBSCRIBE: "patterns" } as const;

/** Whether the client reads messages from now on. */
export function isListening({ channels, patterns, isMonitor }: Session): boolean {
  return channels.length + patterns.length > 0 || isMonitor === true;
}

/** Changes the session's subscriptions; confirmations come as messages. Undefined for other commands. */
export function subscribe(session: Session, name: string, args: readonly string[]): Reply | undefined {
  if (name === "MONITOR") {
    session.isMonitor = true;
    return OK;
  }
  const count = () => session.channels.length + session.patterns.length;
  const word = name.toLowerCase();
  if (name === "SUBSCRIBE" || name === "PSUBSCRIBE") {
    const kind = SUBSCRIBING[name];
    for (const each of args) {
      if (!session[kind].includes(each)) session[kind].push(each);
      deliver(session, [word, each, count()]);
    }
    return takeMessages(session);
  }
  if (name === "UNSUBSCRIBE" || name === "PUNSUBSCRIBE") {
    const kind = UNSUBSCRIBING[name];
    for (const each of args.length > 0 ? args : [...session[kind]]) {
      session[kind] = session[kind].filter((other) => other !== each);
      deliver(session, [word, each, count()]);
    }
    return takeMessages(session);
  }
  return undefined;
}

export function takeMessages(session: Session): Reply[] {
  return session.inbox.splice(0);
}

// ---- transactions

const watchedKey = (db: number, key: string): string => `${db} ${key}`;

function valueText(process: ProcessView, name: string): string {
  const [, db = "0", key = ""] = /^(\d+) ([\s\S]*)$/.exec(name) ?? [];
  const entry = lookUp(databases(process)[db] ?? {}, key);
  const isExpired = entry?.expiresAtMs !== undefined && entry.expiresAtMs <= process.nowMs;
  return JSON.stringify(isExpired ? null : (entry ?? null));
}

/** MULTI, DISCARD, WATCH and UNWATCH; undefined for other commands. */
export function control(
  process: ProcessView,
  session: Session,
  name: string,
  args: readonly string[],
  db: number,
): Reply | undefined {
  switch (name) {
    case "MULTI":
      if (session.queued) return { error: "ERR MULTI calls can not be nested" };
      session.queued = [];
      return OK;
    case "DISCARD":
      if (!session.queued) return { error: "ERR DISCARD without MULTI" };
      endTransaction(session);
      return OK;
    case "WATCH":
      if (session.queued) return { error: "ERR WATCH inside MULTI is not allowed" };
      for (const key of args) put(session.watched, watchedKey(db, key), valueText(process, watchedKey(db, key)));
      return OK;
    case "UNWATCH":
      session.watched = {};
      return OK;
    default:
      return undefined;
  }
}

/** The commands that EXEC runs, or its refusal. */
export function takeQueue(process: ProcessView, session: Session): { commands: string[][] } | { reply: Reply } {
  const { queued, isSpoiled, watched } = session;
  if (!queued) return { reply: { error: "ERR EXEC without MULTI" } };
  const isChanged = namesOf(watched).some((name) => lookUp(watched, name) !== valueText(process, name));
  endTransaction(session);
  if (isSpoiled) return { reply: { error: "EXECABORT Transaction discarded because of previous errors." } };
  return isChanged ? { reply: null } : { commands: queued };
}

function endTransaction(session: Session): void {
  delete session.queued;
  delete session.isSpoiled;
  session.watched = {};
}

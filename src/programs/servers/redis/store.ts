/** Redis' keyspace as JSON, and the form of its replies. */
import type { Bytes } from "../../../files/entry.ts";

export type Value =
  | { type: "string"; value: Bytes }
  | { type: "list"; value: Bytes[] }
  | { type: "hash"; value: Record<string, Bytes> }
  | { type: "set"; value: Bytes[] }
  /** Members with scores, in no order. */
  | { type: "zset"; value: Record<string, number> };

export type Entry = Value & { expiresAtMs?: number };

/** Keys of one database. */
export type Keyspace = Record<string, Entry>;

/** A reply of the protocol, as JSON: a bulk string, an integer, nil, an array, a status, an error. */
export type Reply = string | number | null | Reply[] | { status: string } | { error: string };

export const OK: Reply = { status: "OK" };

/** Ends a command with an error. The message begins with its code: `ERR syntax error`. */
export class RedisError extends Error {
  override name = "RedisError";
}

export const SYNTAX = "ERR syntax error";
const NOT_INTEGER = "ERR value is not an integer or out of range";
const NOT_FLOAT = "ERR value is not a valid float";

/** One database while a command works on it. */
export class Store {
  readonly keys: Keyspace;
  readonly nowMs: number;
  /** Changes of this command. */
  changes = 0;

  constructor(keys: Keyspace, nowMs: number) {
    this.keys = keys;
    this.nowMs = nowMs;
  }

  entry(key: string): Entry | undefined {
    const entry = Object.hasOwn(this.keys, key) ? this.keys[key] : undefined;
    if (entry?.expiresAtMs !== undefined && entry.expiresAtMs <= this.nowMs) {
      delete this.keys[key];
      return undefined;
    }
    return entry;
  }

  /** The value of that type; undefined for a missing key. @throws RedisError for another type */
  get<T extends Value["type"]>(key: string, type: T): Extract<Entry, { type: T }> | undefined {
    const entry = this.entry(key);
    if (!entry) return undefined;
    if (entry.type !== type) throw new RedisError("WRONGTYPE Operation against a key holding the wrong kind of value");
    return entry as Extract<Entry, { type: T }>;
  }

  /** As `get`, and creates the value. */
  open<T extends Value["type"]>(key: string, type: T): Extract<Entry, { type: T }> {
    const known = this.get(key, type);
    if (known) return known;
    const empty = { string: "", list: [], hash: {}, set: [], zset: {} }[type];
    const entry = { type, value: empty } as unknown as Extract<Entry, { type: T }>;
    this.keys[key] = entry;
    return entry;
  }

  put(key: string, value: Value, expiresAtMs?: number): void {
    this.keys[key] = { ...value, ...(expiresAtMs !== undefined && { expiresAtMs }) };
    this.changes++;
  }

  remove(key: string): boolean {
    if (!this.entry(key)) return false;
    delete this.keys[key];
    this.changes++;
    return true;
  }

  /** Removes a collection without members, as Redis does. */
  removeIfEmpty(key: string): void {
    const entry = this.entry(key);
    if (entry && entry.type !== "string" && Object.keys(entry.value).length === 0) delete this.keys[key];
  }

  /** All keys that have not expired, sorted. */
  names(): string[] {
    return Object.keys(this.keys)
      .filter((key) => this.entry(key))
      .sort();
  }
}

export function integer(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new RedisError(NOT_INTEGER);
  return value;
}

export function float(text: string | undefined): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text ?? "");
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (text === undefined || text.trim() === "" || Number.isNaN(value)) throw new RedisError(NOT_FLOAT);
  return value;
}

/** A glob of Redis: `*`, `?`, `[abc]`. Linear in the text for each star. */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    const set = pattern[p] === "[" ? /^\[(\^?)((?:\\.|[^\]])*)\]/.exec(pattern.slice(p)) : null;
    if (pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (set && inSet(set[2] ?? "", text[t] ?? "") !== (set[1] === "^")) {
      p += set[0].length;
      t++;
    } else if (
      !set &&
      p < pattern.length &&
      (pattern[p] === "?" || (pattern[p] === "\\" ? pattern[++p] : pattern[p]) === text[t])
    ) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function inSet(members: string, character: string): boolean {
  return [...members.matchAll(/(.)-(.)|(.)/g)].some(([, from, to, one]) =>
    one === undefined ? character >= (from ?? "") && character <= (to ?? "") : one === character,
  );
}

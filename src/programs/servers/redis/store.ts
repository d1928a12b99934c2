/** Redis' keyspace as JSON, and the form of its replies. */
import type { Bytes } from "../../../files/entry.ts";
import { type Dictionary, lookUp, namesOf, put, remove, sizeOf } from "./dictionary.ts";
import type { Stream } from "./stream-types.ts";

export type Value =
  | { type: "string"; value: Bytes }
  | { type: "list"; value: Bytes[] }
  | { type: "hash"; value: Dictionary<Bytes> }
  | { type: "set"; value: Dictionary<1> }
  /** Members with scores, in no order. */
  | { type: "zset"; value: Dictionary<number> }
  | { type: "stream"; value: Stream };

export type Entry = Value & { expiresAtMs?: number };

/** Keys of one database. */
export type Keyspace = Dictionary<Entry>;

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

const EMPTY: { [T in Value["type"]]: () => Value } = {
  string: () => ({ type: "string", value: "" }),
  list: () => ({ type: "list", value: [] }),
  hash: () => ({ type: "hash", value: {} }),
  set: () => ({ type: "set", value: {} }),
  zset: () => ({ type: "zset", value: {} }),
  stream: () => ({ type: "stream", value: { entries: [], lastId: "0-0", groups: {} } }),
};

/** One database while a command works on it. */
export class Store {
  readonly keys: Keyspace;
  readonly nowMs: number;
  /** The server's version: 7.2 is 7.2. */
  readonly version: number;
  /** Changes of this command. */
  changes = 0;

  constructor(keys: Keyspace, nowMs: number, version: number) {
    this.keys = keys;
    this.nowMs = nowMs;
    this.version = version;
  }

  entry(key: string): Entry | undefined {
    const entry = lookUp(this.keys, key);
    if (entry?.expiresAtMs !== undefined && entry.expiresAtMs <= this.nowMs) {
      remove(this.keys, key);
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
    const entry = EMPTY[type]() as Extract<Entry, { type: T }>;
    put<Entry>(this.keys, key, entry);
    return entry;
  }

  put(key: string, value: Value, expiresAtMs?: number): void {
    put<Entry>(this.keys, key, { ...value, ...(expiresAtMs !== undefined && { expiresAtMs }) });
    this.changes++;
  }

  remove(key: string): boolean {
    if (!this.entry(key)) return false;
    remove(this.keys, key);
    this.changes++;
    return true;
  }

  /** Removes a collection without members, as Redis does. */
  removeIfEmpty(key: string): void {
    const entry = this.entry(key);
    if (!entry || entry.type === "string" || entry.type === "stream") return;
    if ((entry.type === "list" ? entry.value.length : sizeOf(entry.value)) === 0) remove(this.keys, key);
  }

  /** All keys that have not expired, sorted. */
  names(): string[] {
    return namesOf(this.keys)
      .filter((key) => this.entry(key))
      .sort();
  }
}

/** @throws RedisError */
export function integer(text: string | undefined, problem = NOT_INTEGER): number {
  const value = Number(text);
  if (text === undefined || !/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new RedisError(problem);
  return value;
}

/** @throws RedisError */
export function float(text: string | undefined, problem = NOT_FLOAT): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text ?? "");
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (text === undefined || text.trim() === "" || Number.isNaN(value)) throw new RedisError(problem);
  return value;
}

/** A number of a reply without digits that are rounding errors. */
export function floatText(value: number): string {
  return String(Number(value.toPrecision(15)));
}

/** A score. Versions before 7.2 show all digits of the binary number. */
export function scoreText(score: number, { version }: Store): string {
  if (!Number.isFinite(score)) return score > 0 ? "inf" : "-inf";
  if (version >= 7.2 || Number.isInteger(score)) return String(score);
  return score.toPrecision(17).replace(/\.?0+$/, "");
}

/** Ids of streams. Source: https://redis.io/docs/latest/develop/data-types/streams/ */
import { RedisError } from "./store.ts";
import type { Stream } from "./stream-types.ts";

/** The order of two ids. */
export function compareIds(left: string, right: string): number {
  const [a = 0, b = 0] = left.split("-").map(Number);
  const [c = 0, d = 0] = right.split("-").map(Number);
  return a - c || b - d;
}

const INVALID = "ERR Invalid stream ID specified as stream command argument";

/** A whole id; a part that is missing is `rest`. @throws RedisError */
export function idOf(text: string, rest = 0): string {
  if (!/^\d+(-\d+)?$/.test(text)) throw new RedisError(INVALID);
  return text.includes("-") ? text : `${text}-${rest}`;
}

/** The id of a new entry. @throws RedisError unless it is after the last one */
export function newId(stream: Stream, text: string, nowMs: number): string {
  if (text === "*") {
    const time = `${Math.floor(nowMs)}-0`;
    return compareIds(time, stream.lastId) > 0 ? time : next(stream.lastId);
  }
  const [, time] = /^(\d+)-\*$/.exec(text) ?? [];
  if (time !== undefined) {
    const first = time === "0" ? "0-1" : `${time}-0`;
    const isSame = stream.lastId.startsWith(`${time}-`) && stream.lastId !== "0-0";
    return checked(stream, isSame ? next(stream.lastId) : first);
  }
  const id = idOf(text);
  if (id === "0-0") throw new RedisError("ERR The ID specified in XADD must be greater than 0-0");
  return checked(stream, id);
}

function checked(stream: Stream, id: string): string {
  if (compareIds(id, stream.lastId) <= 0)
    throw new RedisError("ERR The ID specified in XADD is equal or smaller than the target stream top item");
  return id;
}

function next(id: string): string {
  const [time = "0", number = "0"] = id.split("-");
  return `${time}-${Number(number) + 1}`;
}

/**
 * When an object's triggers are read. In life that happens in every polling interval. Here a read follows only from
 * something that may have changed a value: a change of an object, a request to the pods of the trigger's server, an
 * instant that the trigger names, or the end of a cool-down. Values that may change at any time are read less and less
 * often while they stay the same.
 */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";

/** Equal readings after which the pause grows, and the longest pause, in intervals. */
const SETTLED = 3;
const MAX_INTERVALS = 16;

export interface Poll {
  /** The last read, ms. */
  atMs: number;
  generation: number;
  /** The values, and the number of equal reads in a row. */
  seen: string;
  times: number;
  /** Resources whose changes lead to the next read. */
  resources: string[];
}

/** The polls of all objects, in the state of the process. */
export class Polls {
  readonly #before: JsonObject;
  readonly #next: JsonObject = {};
  nextAtMs: number | undefined;

  constructor(before: unknown) {
    this.#before = objectIn(before as JsonObject);
  }

  last(key: string): Poll | undefined {
    return this.#before[key] as unknown as Poll | undefined;
  }

  /** The instant of the next read that is allowed. */
  earliestMs(key: string, intervalMs: number, generation: number): number {
    const last = this.last(key);
    return last && last.generation === generation ? last.atMs + intervalMs : 0;
  }

  /** Leaves an object for later. */
  postpone(key: string, atMs: number): void {
    const last = this.#before[key];
    if (last !== undefined) this.#next[key] = last;
    this.#wakeAt(atMs);
  }

  /** `changesAtMs`: when a value changes by itself. */
  note(
    key: string,
    poll: Omit<Poll, "times">,
    { changesAtMs, intervalMs }: { changesAtMs: number | "sometimes" | undefined; intervalMs: number },
  ): void {
    const last = this.last(key);
    const times = last?.seen === poll.seen ? last.times + 1 : 1;
    this.#next[key] = { ...poll, times };
    const factor = Math.min(2 ** Math.max(0, times - SETTLED), MAX_INTERVALS);
    this.#wakeAt(changesAtMs === "sometimes" ? poll.atMs + intervalMs * factor : changesAtMs);
  }

  #wakeAt(atMs: number | undefined): void {
    if (atMs !== undefined) this.nextAtMs = Math.min(this.nextAtMs ?? atMs, atMs);
  }

  toJson(): JsonObject {
    return this.#next;
  }
}

/** Resources that the last reads depend on. */
export function polledResources(state: unknown): string[] {
  const polls = Object.values(objectIn(state as JsonObject)) as unknown as Poll[];
  return [...new Set(polls.flatMap(({ resources }) => resources))];
}

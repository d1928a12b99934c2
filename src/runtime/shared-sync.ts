/**
 * Requests that show the same credential at the same time share a sync. The sync must begin after each of them arrived,
 * so requests that arrive while one is under way wait for the next. One of the waiting requests runs it for all of
 * them.
 */
import { MAX_CONCURRENT_SYNCS, SYNC_LEASE_MS } from "../lib/limits.ts";
import { type Clock, isLeaseHeld } from "./clock.ts";
import { Signal } from "./signal.ts";

type Outcome<R> = { value: R } | { error: unknown };

interface Group<R> {
  outcome: Outcome<R> | null;
  /** Real time at which the sync began; null while the group still takes members. */
  begunAtMs: number | null;
}

/** The groups of one credential. */
interface Lane<R> {
  /** Begun and not ended. */
  running: Set<Group<R>>;
  /** Takes members. */
  next: Group<R> | null;
  members: number;
}

export class SharedSync<R> {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane<R>>();
  readonly #ended = new Signal();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The result of a `work` that began after this call, by this request or another one with the same key. */
  async run(key: string, work: () => Promise<R>): Promise<R> {
    const lane = this.#lanes.get(key) ?? { running: new Set(), next: null, members: 0 };
    this.#lanes.set(key, lane);
    lane.members++;
    try {
      const outcome = await this.#join(lane, work);
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    } finally {
      lane.members--;
      if (lane.members === 0) this.#lanes.delete(key);
    }
  }

  async #join(lane: Lane<R>, work: () => Promise<R>): Promise<Outcome<R>> {
    lane.next ??= { outcome: null, begunAtMs: null };
    const group = lane.next;
    while (group.outcome === null) {
      if (group.begunAtMs === null && this.#hasRoom(lane)) {
        await this.#leader(lane, group, work);
      } else if (group.begunAtMs !== null && !this.#isAlive(group.begunAtMs)) {
        // The request that ran the sync has died.
        return { value: await work() };
      } else {
        await this.#ended.wait(this.#clock, SYNC_LEASE_MS);
      }
    }
    return group.outcome;
  }

  #hasRoom(lane: Lane<R>): boolean {
    for (const group of lane.running) if (!this.#isAlive(group.begunAtMs!)) lane.running.delete(group);
    return lane.running.size < MAX_CONCURRENT_SYNCS;
  }

  #isAlive(begunAtMs: number): boolean {
    return isLeaseHeld(this.#clock, begunAtMs + SYNC_LEASE_MS, SYNC_LEASE_MS);
  }

  async #leader(lane: Lane<R>, group: Group<R>, work: () => Promise<R>): Promise<void> {
    group.begunAtMs = this.#clock.now();
    lane.next = null;
    lane.running.add(group);
    try {
      group.outcome = { value: await work() };
    } catch (error) {
      group.outcome = { error };
    } finally {
      lane.running.delete(group);
      this.#ended.notify();
    }
  }
}

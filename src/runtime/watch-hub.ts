/**
 * All open watches of one cluster in one isolate. Watches drive time: one of them polls for all, at the next due
 * instant or after a second; when its request ends, another takes over. Each poll uses the credential that was
 * confirmed longest ago, so a revoked credential's watches end within as many seconds as there are credentials.
 */
import { MAX_WATCHES_PER_CLUSTER, WATCH_MIN_POLL_GAP_MS, WATCH_OWNER_LEASE_MS } from "../lib/limits.ts";
import type { Caller, ClusterAccess, Stores } from "../storage/store.ts";
import { type CachedCluster, isSameCredential } from "./cached-cluster.ts";
import { type Clock, isLeaseHeld } from "./clock.ts";
import type { CommitQueue } from "./commit-queue.ts";
import { queuedRequest, type RequestScope } from "./queued-request.ts";
import type { Signal } from "./signal.ts";

/** The hub's view of a watch. */
export interface Watcher {
  readonly access: ClusterAccess;
  readonly caller: Caller;
  readonly scope: RequestScope;
  /** When the store last confirmed the credential (real time, ms). */
  authenticatedAtMs: number;
  /** The longest time between two polls that this watch accepts. */
  readonly pollMs: number;
  /** Ends the watch cleanly. Its client resumes from its last revision, if its credential is still valid. */
  end(): void;
}

export interface WatchHubOptions {
  cached: CachedCluster;
  queue: CommitQueue;
  clock: Clock;
  stores: Stores;
}

export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #watchers = new Set<Watcher>();
  #owner: Watcher | null = null;
  #ownerAliveUntilMs = 0;
  #lastPollAtMs = 0;

  constructor(options: WatchHubOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#watchers.size >= MAX_WATCHES_PER_CLUSTER;
  }

  get size(): number {
    return this.#watchers.size;
  }

  join(watcher: Watcher): void {
    const { clock, cached } = this.#options;
    if (this.#watchers.size === 0) this.#lastPollAtMs = clock.now();
    const isFaster = watcher.pollMs < this.#pollMs;
    this.#watchers.add(watcher);
    // The owner may be waiting for longer than the new watch accepts.
    if (isFaster) cached.moved.notify();
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#owner !== watcher) return;
    this.#owner = null;
    // Another watch takes over now instead of after its timer.
    this.#options.cached.moved.notify();
  }

  /** Ends every watch that the filter accepts, or all. */
  endAll(filter: (watcher: Watcher) => boolean = () => true): void {
    for (const watcher of this.#watchers) if (filter(watcher)) watcher.end();
    this.#options.cached.moved.notify();
  }

  /**
   * Waits until there may be something new, at most until `untilMs` (real time). Polls when it is this watcher's turn.
   * `news` must be notified with `cached.moved`.
   */
  async wait(watcher: Watcher, untilMs: number, news: Signal = this.#options.cached.moved): Promise<void> {
    const { clock } = this.#options;
    const now = clock.now();
    if (!this.#owns(watcher, now)) {
      await news.wait(clock, Math.max(1, Math.min(untilMs, now + this.#pollMs) - now));
      return;
    }
    // Bounds the wait in case the clock was set back.
    this.#lastPollAtMs = Math.min(this.#lastPollAtMs, now);
    const pollAtMs = this.#nextPollAtMs();
    if (pollAtMs <= now) return this.#poll(watcher);
    await news.wait(clock, Math.max(1, Math.min(untilMs, pollAtMs) - now));
  }

  get #pollMs(): number {
    let pollMs = Number.POSITIVE_INFINITY;
    for (const watcher of this.#watchers) pollMs = Math.min(pollMs, watcher.pollMs);
    return pollMs;
  }

  #owns(watcher: Watcher, now: number): boolean {
    const { clock } = this.#options;
    if (this.#owner !== watcher && this.#owner !== null) {
      if (isLeaseHeld(clock, this.#ownerAliveUntilMs, WATCH_OWNER_LEASE_MS)) return false;
    }
    this.#owner = watcher;
    this.#ownerAliveUntilMs = now + WATCH_OWNER_LEASE_MS;
    return true;
  }

  #nextPollAtMs(): number {
    const { nextDueAtMs, offsetMs } = this.#options.cached.snapshot.meta;
    const dueAtMs = nextDueAtMs === null ? Number.POSITIVE_INFINITY : nextDueAtMs - offsetMs;
    const regularMs = this.#lastPollAtMs + this.#pollMs;
    return Math.max(this.#lastPollAtMs + WATCH_MIN_POLL_GAP_MS, Math.min(regularMs, dueAtMs));
  }

  async #poll(owner: Watcher): Promise<void> {
    const { clock, cached, queue, stores } = this.#options;
    const { access } = this.#longestUnproved();
    const store = stores.cluster(access);
    try {
      // Due work goes straight to a commit. If the copy is old, the conflict brings the missing changes.
      const answer = cached.isDue
        ? (
            await queue.submit(
              queuedRequest(access, null, { isAuthenticated: false, whenBehind: "wait" }),
              store,
              owner.scope,
            )
          ).type
        : (await cached.sync(access, store)).outcome;
      if (answer === "unauthorized") return this.endAll((watcher) => isSameCredential(access, watcher.access));
      for (const watcher of this.#watchers)
        if (isSameCredential(access, watcher.access)) watcher.authenticatedAtMs = clock.now();
    } catch {
      // The database is unavailable: watches stay open, and the next poll tries again.
    } finally {
      this.#lastPollAtMs = clock.now();
    }
  }

  #longestUnproved(): Watcher {
    let oldest: Watcher | null = null;
    for (const watcher of this.#watchers)
      if (!oldest || watcher.authenticatedAtMs < oldest.authenticatedAtMs) oldest = watcher;
    return oldest!;
  }
}

/**
 * An isolate's copy of one cluster: the snapshot, the callers of known credentials and the shared syncs. Every request
 * confirms the copy with the store (by a sync or a commit), so losing the copy loses nothing.
 */

import type { BaseTemplate } from "../cluster/base-template.ts";
import { RecentLog } from "../cluster/recent-log.ts";
import type { ClusterMeta } from "../cluster/rows.ts";
import { Snapshot } from "../cluster/snapshot.ts";
import { assert } from "../lib/assert.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import { LOAD_LEASE_MS, MAX_COLD_PAGES, MAX_REMEMBERED_IDENTITIES } from "../lib/limits.ts";
import { Turns } from "../lib/work.ts";
import type { Caller, ClusterAccess, ClusterStore, ClusterUpdate, LoadedRow } from "../storage/store.ts";
import type { Bases } from "./bases.ts";
import { type Clock, isLeaseHeld } from "./clock.ts";
import type { IsolateTurns } from "./isolate-turns.ts";
import { Retention } from "./retention.ts";
import { SharedSync } from "./shared-sync.ts";
import { Signal } from "./signal.ts";

export type Authentication = { outcome: "ok"; caller: Caller } | { outcome: "unauthorized" };

export interface CachedClusterOptions {
  bases: Bases;
  clock: Clock;
  turns: IsolateTurns;
}

export class CachedCluster {
  readonly clusterId: string;
  /** Absent until loaded. Replaced, never emptied, while requests use the copy. */
  loaded: Snapshot | null = null;
  /** Notified when the snapshot moved to a newer version. */
  readonly moved = new Signal();
  readonly retention = new Retention();
  /** The number of requests and watches that hold the copy. Only a copy with 0 holders may be dropped. */
  holders = 0;
  /** The bytes that the cache has counted for this copy. */
  countedBytes = 0;
  readonly #bases: Bases;
  readonly #turns: IsolateTurns;
  readonly #clock: Clock;
  /** The caller of each secret, by the secret's hash. The caller of a secret never changes; its validity may end. */
  readonly #callers = new BoundedCache<string, Caller>(MAX_REMEMBERED_IDENTITIES);
  readonly #shared: SharedSync<Authentication>;
  #loadingUntilMs = 0;

  constructor(clusterId: string, { bases, clock, turns }: CachedClusterOptions) {
    this.#shared = new SharedSync(clock);
    this.clusterId = clusterId;
    this.#bases = bases;
    this.#turns = turns;
    this.#clock = clock;
  }

  /** The snapshot. Requires that a sync has loaded it. */
  get snapshot(): Snapshot {
    assert(this.loaded, "a cluster is used after it was loaded");
    return this.loaded;
  }

  get sizeBytes(): number {
    return this.loaded?.sizeBytes ?? 0;
  }

  /** The cluster's time now. It never goes back, even if this isolate's clock does. */
  clusterNowMs(): number {
    const { offsetMs, timeMs } = this.snapshot.meta;
    return Math.max(this.#clock.now() + offsetMs, timeMs);
  }

  /** Is there work due by now? */
  get isDue(): boolean {
    const { nextDueAtMs } = this.snapshot.meta;
    return nextDueAtMs !== null && nextDueAtMs <= this.clusterNowMs();
  }

  /** Confirms the credential and brings the copy up to all commits before the call. One round trip when warm. */
  async sync(access: ClusterAccess, store: ClusterStore): Promise<Authentication> {
    const secret = secretHash(access);
    const authentication = await this.#shared.run(secret, () => this.#sync(store));
    if (authentication.outcome === "unauthorized") this.#callers.delete(secret);
    else this.#callers.set(secret, authentication.caller);
    return authentication;
  }

  /**
   * The caller that the store returned for this access earlier, in this isolate. The secret may have been revoked
   * since: a commit or a sync must confirm it again.
   */
  rememberedCaller(access: ClusterAccess): Caller | "unknown" {
    return this.#callers.get(secretHash(access)) ?? "unknown";
  }

  async #sync(store: ClusterStore): Promise<Authentication> {
    while (this.loaded === null && isLeaseHeld(this.#clock, this.#loadingUntilMs, LOAD_LEASE_MS)) {
      await this.moved.wait(this.#clock, this.#loadingUntilMs - this.#clock.now());
    }
    if (this.loaded === null) return this.#load(store);
    const { version, revision } = this.loaded.meta;
    const result = await store.sync({ version, revision });
    if (result.outcome === "unauthorized") return result;
    await this.absorb(store, result.update);
    return { outcome: "ok", caller: result.caller };
  }

  /** Applies an answer of the store to the copy. An answer older than the copy changes nothing. */
  async absorb(store: ClusterStore, update: ClusterUpdate): Promise<void> {
    if (update.reset || this.loaded === null) {
      await this.#replace(store, update);
    } else if (update.cluster.version > this.loaded.meta.version) {
      this.loaded.apply(update);
      for (const { realTimeMs, revision } of update.log) this.retention.observe(realTimeMs, revision);
      this.retention.observe(this.#clock.now(), update.cluster.revision);
      this.moved.notify();
    } else if (update.cluster.version === this.loaded.meta.version) {
      this.loaded.noteImages(update.cluster.images);
    }
  }

  async #load(store: ClusterStore): Promise<Authentication> {
    this.#loadingUntilMs = this.#clock.now() + LOAD_LEASE_MS;
    try {
      const result = await store.sync(null);
      if (result.outcome === "unauthorized") return result;
      await this.#replace(store, result.update);
      return { outcome: "ok", caller: result.caller };
    } finally {
      this.#loadingUntilMs = 0;
      this.moved.notify();
    }
  }

  /** Builds a copy from all rows, with pauses. */
  async #build(cluster: ClusterMeta, base: BaseTemplate, rows: readonly LoadedRow[]): Promise<Snapshot> {
    const meter = { work: 0 };
    const sections = new Turns(meter);
    const parts = Snapshot.loadInParts(cluster, base, rows, (work) => {
      meter.work += work;
    });
    for (;;) {
      const step = parts.next();
      if (step.done) return step.value;
      const work = sections.over();
      if (work > 0) await this.#turns.next(this.clusterId, work);
    }
  }

  /** Fills the copy from the first page of a cold load. */
  async #replace(store: ClusterStore, first: ClusterUpdate): Promise<void> {
    const { cluster } = first;
    const rows: LoadedRow[] = [...first.rows];
    let movedOn = false;
    let page = first.nextPage;
    for (let pages = 1; page !== null; pages++) {
      assert(pages < MAX_COLD_PAGES, `a cluster is loaded in at most ${MAX_COLD_PAGES} pages`);
      const next = await store.loadPage(page);
      if (!next) throw new Error("the cluster went away while it was loaded");
      for (const row of next.rows) rows.push(row);
      movedOn ||= next.version !== cluster.version;
      page = next.nextPage;
    }
    const loaded = await this.#build(cluster, await this.#bases.get(cluster, store), rows);
    if (movedOn) await catchUpWithLoad(loaded, store);
    if (this.loaded && this.loaded.meta.version >= loaded.meta.version) return;
    this.loaded = loaded;
    this.retention.observe(loaded.meta.timeMs - loaded.meta.offsetMs, loaded.meta.revision);
    this.moved.notify();
  }
}

/** Pages were read while other requests wrote. The first page plus all later changes is the present state. */
async function catchUpWithLoad(loaded: Snapshot, store: ClusterStore): Promise<void> {
  const { version, revision } = loaded.meta;
  const result = await store.sync({ version, revision });
  if (result.outcome === "unauthorized" || result.update.reset) {
    throw new Error("the cluster changed too fast to be loaded");
  }
  loaded.apply(result.update);
  // Later pages may already hold the new states, so the state before a change is unknown here.
  loaded.recent = new RecentLog(loaded.meta.revision);
}

/** Identifies a credential. */
export function secretHash(access: ClusterAccess): string {
  return access.via === "credential" ? access.tokenHash : access.keyHash;
}

export function isSameCredential(a: ClusterAccess, b: ClusterAccess): boolean {
  return secretHash(a) === secretHash(b);
}

/** Sends one commit. When its answer is lost, looks the commit up before anything is tried again. */
import {
  COMPACTED_ROWS_PER_CHANGE,
  MAX_COMPACTED_ROWS,
  MAX_RETAINED_LOG_BYTES,
  MAX_STORE_TRIES,
} from "../lib/limits.ts";
import {
  type ClusterAccess,
  type ClusterStore,
  type Commit,
  CommitUnknownError,
  type Pause,
  StoreUnavailableError,
} from "../storage/store.ts";
import type { Batch } from "./batch.ts";
import type { CachedCluster } from "./cached-cluster.ts";
import { type Clock, sleep } from "./clock.ts";
import type { InFlight, Leader } from "./leader.ts";
import { OutcomeUnknownError } from "./unavailable.ts";

export interface CommitContext {
  leader: Leader;
  cached: CachedCluster;
  /** The leader's. */
  access: ClusterAccess;
  store: ClusterStore;
  clock: Clock;
  /** Renews the leader's lease. */
  renew(): void;
  /** Between the parts of a large encoding. */
  pause: Pause;
}

/** `lost`: the answer did not arrive, and nothing was applied. */
export type CommitOutcome = "applied" | "conflict" | "lost" | "unauthorized";

/** Commits the batch's difference. After `conflict` and `lost` the copy is up to date: prepare the batch again. */
export async function commitBatch(batch: Batch, context: CommitContext): Promise<CommitOutcome> {
  const { leader, cached, store, clock, renew, pause } = context;
  const commit = toCommit(batch, cached, clock.now());
  for (let tries = 1; ; tries++) {
    const inFlight: InFlight = {
      commitId: commit.commitId,
      expectedVersion: commit.expectedVersion,
      compactedRevision: commit.cluster.compactedRevision,
      batch,
    };
    leader.inFlight = inFlight;
    try {
      const result = await store.commit(commit, pause);
      leader.inFlight = null;
      if (result.outcome === "unauthorized") return "unauthorized";
      if (result.outcome === "applied") {
        const { compactedRevision } = result;
        adopt(cached, { ...inFlight, compactedRevision }, result.version);
        return "applied";
      }
      await cached.absorb(store, result.update);
      return "conflict";
    } catch (error) {
      if (error instanceof CommitUnknownError) return await recover(inFlight, context);
      leader.inFlight = null;
      const isWorthRetry = error instanceof StoreUnavailableError && error.reason !== "full";
      if (!isWorthRetry || tries >= MAX_STORE_TRIES) throw error;
      await sleep(clock, 100 * 2 ** tries);
      renew();
    }
  }
}

/** The answer was lost. Asks the store for the outcome; throws `OutcomeUnknownError` when the store does not answer. */
async function recover(inFlight: InFlight, context: CommitContext): Promise<"applied" | "lost"> {
  for (let tries = 1; ; tries++) {
    try {
      const version = await resolveInFlight(inFlight, context);
      context.leader.inFlight = null;
      return version === null ? "lost" : "applied";
    } catch (error) {
      if (tries >= MAX_STORE_TRIES) throw new OutcomeUnknownError(error);
      await sleep(context.clock, 100 * 2 ** tries);
      context.renew();
    }
  }
}

/**
 * The version of a sent commit, or null when it was not and never will be applied. The copy is up to date afterwards.
 */
export async function resolveInFlight(
  inFlight: InFlight,
  { cached, access, store }: Pick<CommitContext, "cached" | "access" | "store">,
): Promise<number | null> {
  const version = await store.findCommit(inFlight.commitId);
  if (version === null) await cached.sync(access, store);
  else adopt(cached, inFlight, version);
  return version;
}

/** Applies the committed writes to the copy, unless a sync has brought them already. */
function adopt(cached: CachedCluster, { batch, expectedVersion, compactedRevision }: InFlight, version: number): void {
  const { loaded: snapshot } = cached;
  if (snapshot?.meta.version !== expectedVersion || version !== expectedVersion + 1) return;
  const writeSet = batch.transaction.writeSet.committed();
  snapshot.adopt({ ...writeSet, meta: { ...writeSet.meta, compactedRevision } });
  cached.moved.notify();
}

function toCommit(batch: Batch, cached: CachedCluster, realTimeMs: number): Commit {
  const difference = batch.difference!;
  const { cluster, expectedImages } = difference;
  cached.retention.observe(realTimeMs, cached.snapshot.meta.revision);
  const compactedRevision = cached.retention.compactedRevision(realTimeMs, cluster.compactedRevision, cluster.revision);
  return {
    commitId: crypto.randomUUID(),
    expectedVersion: difference.expectedVersion,
    ...(expectedImages !== undefined && { expectedImages }),
    cluster: { ...cluster, compactedRevision },
    rows: difference.rows,
    removedKeys: difference.removedKeys,
    log: difference.log.map((change) => ({ ...change, realTimeMs })),
    // More rows than the commit adds, so that compaction catches up at any rate of writes.
    compactMaxRows: MAX_COMPACTED_ROWS + COMPACTED_ROWS_PER_CHANGE * difference.log.length,
    retainedLogBytes: MAX_RETAINED_LOG_BYTES,
  };
}

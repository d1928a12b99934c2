/**
 * The platform's own looks into clusters: each is brought to the present first, so one round trip when nothing is due and
 * two otherwise. What is looked at is what was committed.
 */

import type { NamedAdvance } from "../control-plane/advances.ts";
import { MAX_ADVANCE_COMMITS, MAX_CONCURRENT_INSPECTIONS, MAX_INSPECTION_LOTS } from "../lib/limits.ts";
import type { ClusterAccess, OrganizationStore, Stores } from "../storage/store.ts";
import type { Clock } from "./clock.ts";
import type { Cluster } from "./cluster.ts";
import type { Copies } from "./copies.ts";
import type { AdvancedTime, ClusterState, Engine, EngineTransaction } from "./engine.ts";
import { newJob, type RequestScope, type Task } from "./job.ts";

/** Must be pure: it is called again when a commit lost a race, and what it throws is a bug. */
export type Look<R> = (state: ClusterState) => R;

export interface InspectionContext {
  copies: Copies;
  engine: Engine;
  clock: Clock;
  stores: Stores;
  scope: RequestScope;
}

/** Looks into one cluster; null when the access opens nothing. */
export function inspect<R>(
  access: ClusterAccess,
  look: Look<R>,
  context: InspectionContext,
): Promise<{ value: R } | null> {
  const { copies, stores } = context;
  return copies.use(access.clusterId, async (cluster) => {
    const { copy } = cluster;
    const store = stores.cluster(access);
    const knowsWhom = copy.world !== null && copy.rememberedIdentity(access) !== undefined;
    // What is due is committed anyway, and the commit proves the key.
    const isProved = !(knowsWhom && copy.isDue);
    if (isProved && (await copy.sync(access, store)).outcome === "unauthorized") return null;
    return lookNow(look, { cluster, access, isProved, context });
  });
}

/** Changes one cluster, after all that is due; null when the access opens nothing. Must be pure, as a look. */
export function change<R>(
  access: ClusterAccess,
  task: (transaction: EngineTransaction) => R,
  context: InspectionContext,
): Promise<{ value: R } | null> {
  const { copies, stores } = context;
  return copies.use(access.clusterId, async (cluster) => {
    const proof = await cluster.copy.sync(access, stores.cluster(access));
    if (proof.outcome === "unauthorized") return null;
    return runTask(task, { cluster, access, isProved: true, context });
  });
}

interface Visit {
  cluster: Cluster;
  access: ClusterAccess;
  /** The copy is up to date and the access good. */
  isProved: boolean;
  context: InspectionContext;
}

async function lookNow<R>(look: Look<R>, { cluster, access, isProved, context }: Visit): Promise<{ value: R } | null> {
  const { engine, clock } = context;
  if (!isProved || cluster.copy.isDue) return runTask(look, { cluster, access, isProved, context });
  const transaction = engine.begin(cluster.copy.current);
  engine.advance(transaction, clock.now());
  return { value: look(transaction) };
}

/** Runs a task in a commit, after all that is due. */
async function runTask<R>(
  task: Task & ((transaction: never) => R),
  { cluster, access, isProved, context: { stores, scope } }: Visit,
): Promise<{ value: R } | null> {
  const job = newJob(access, null, { isProved, task });
  const answer = await cluster.queue.submit(job, stores.cluster(access), scope);
  if (answer.type === "failed") throw answer.error;
  return answer.type === "done" ? { value: answer.value as R } : null;
}

// ---- Many clusters

/** One of the organization's clusters, and where a listing saw it. */
export interface ClusterPlace {
  id: string;
  version: number;
}

export interface ManyInspection<R> {
  /** The calling organization's. */
  store: OrganizationStore;
  keyHash: string;
  /** As just listed: what is in memory at this version needs no further proof. */
  clusters: readonly ClusterPlace[];
  look: Look<R>;
}

/**
 * Looks into many clusters of one organization. All that is not in memory at the listed version comes in lots of a few
 * megabytes, each one round trip; further round trips are the commits of those that have something due. Gives what was
 * found by cluster, null for one that is gone; of very large clusters only the first ones, as many as fit into the lots of
 * one inspection. Null when the key is not valid.
 */
export async function inspectMany<R>(
  { store, keyHash, clusters, look }: ManyInspection<R>,
  context: InspectionContext,
): Promise<Map<string, { value: R } | null> | null> {
  const found = new Map<string, { value: R } | null>();
  let next = 0;
  for (let lots = 0; next < clusters.length && lots < MAX_INSPECTION_LOTS; lots++) {
    const lot = await bringUpToDate({ store, keyHash, clusters: clusters.slice(next) }, context);
    if (lot === null) return null;
    // Each is let go once it was looked at, so that memory has to hold what was read of a few at a time, not of all.
    const held = new Set(lot);
    const visits = lot.map((place) => async () => {
      const { id, cluster, isGone } = place;
      const access: ClusterAccess = { via: "apiKey", clusterId: id, keyHash };
      found.set(id, isGone ? null : await lookNow(look, { cluster, access, isProved: true, context }));
      held.delete(place);
      context.copies.release(cluster);
    });
    try {
      await inParallel(visits, MAX_CONCURRENT_INSPECTIONS);
    } finally {
      for (const { cluster } of held) context.copies.release(cluster);
    }
    next += lot.length;
  }
  return found;
}

interface HeldCluster {
  id: string;
  cluster: Cluster;
  /** Deleted since it was listed. */
  isGone: boolean;
}

/** Holds the copies of the first of these clusters, at least one, each as new as the listing. The caller releases them. */
async function bringUpToDate(
  { store, keyHash, clusters }: Omit<ManyInspection<unknown>, "look">,
  context: InspectionContext,
): Promise<HeldCluster[] | null> {
  const { copies, stores } = context;
  const held: HeldCluster[] = clusters.map(({ id }) => ({ id, cluster: copies.hold(id), isGone: false }));
  try {
    const stale = held.filter(({ cluster }, i) => (cluster.copy.world?.meta.version ?? -1) < clusters[i]!.version);
    if (stale.length === 0) return held;
    const known = stale.map(({ id, cluster: { copy } }) => ({ id, known: copy.world && { ...copy.world.meta } }));
    const answer = await store.syncClusters(known);
    if (answer === null) {
      for (const { cluster } of held) copies.release(cluster);
      return null;
    }
    const { snapshots, read } = answer;
    for (const [i, place] of stale.slice(0, read).entries()) {
      const snapshot = snapshots.get(place.id);
      const clusterStore = stores.cluster({ via: "apiKey", clusterId: place.id, keyHash });
      if (!snapshot) place.isGone = true;
      // Everything replaces a copy; it must not be laid over one that was loaded meanwhile.
      else await place.cluster.copy.absorb(clusterStore, { ...snapshot, reset: snapshot.reset || !known[i]!.known });
    }
    // The lot ends before the first cluster that did not fit into the answer.
    const end = read < stale.length ? held.indexOf(stale[read]!) : held.length;
    for (const { cluster } of held.splice(end)) copies.release(cluster);
    return held;
  } catch (error) {
    for (const { cluster } of held) copies.release(cluster);
    throw error;
  }
}

/** Runs all, a few at a time. After a failure no more are begun; it is thrown when those under way have ended. */
async function inParallel(tasks: readonly (() => Promise<void>)[], width: number): Promise<void> {
  const waiting = [...tasks];
  const failures: unknown[] = [];
  const work = async () => {
    for (let task = waiting.shift(); task && failures.length === 0; task = waiting.shift()) {
      await task().catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, work));
  if (failures.length > 0) throw failures[0];
}

// ---- Time

export interface Advance extends AdvancedTime {
  /** Cluster time afterwards. */
  timeMs: number;
  offsetMs: number;
  revision: number;
  commits: number;
}

/** How far cluster time is to run ahead from here. */
export interface AdvanceRequest {
  deltaMs: number;
  /** Whoever asks under the same name again means the same advance, and is told what became of it. */
  name: string | null;
}

/**
 * Lets a cluster's time run ahead by `deltaMs` more, in several commits if much happens. `advancedMs` is less when even
 * these did not do; each commit is complete in itself. Null when the access opens nothing, `another` when the name stands
 * for an advance by another time.
 */
export function advanceCluster(
  access: ClusterAccess,
  { deltaMs, name }: AdvanceRequest,
  context: InspectionContext,
): Promise<Advance | "another" | null> {
  const { copies, engine, stores } = context;
  return copies.use(access.clusterId, async (cluster) => {
    const proof = await cluster.copy.sync(access, stores.cluster(access));
    if (proof.outcome === "unauthorized") return null;
    let known: NamedAdvance = { name: name ?? "", deltaMs, advancedMs: 0, steps: 0, commits: 0 };
    for (let commits = 1; ; commits++) {
      const visit: Visit = { cluster, access, isProved: commits === 1, context };
      const before = known;
      const done = await runTask((transaction) => {
        const begun = (name !== null && engine.namedAdvance(transaction, name)) || before;
        const next = begun.deltaMs === deltaMs ? nextPart(engine, transaction, begun) : begun;
        if (name !== null && next !== begun) engine.rememberAdvance(transaction, next);
        const { nowMs: timeMs, revision, overlay } = transaction;
        return { ...next, timeMs, revision, offsetMs: overlay.offsetMs };
      }, visit);
      if (!done) return null;
      if (done.value.deltaMs !== deltaMs) return "another";
      known = done.value;
      if (known.advancedMs === deltaMs || commits === MAX_ADVANCE_COMMITS) return done.value;
    }
  });
}

/** As much as one commit may hold of what an advance has still to do. */
function nextPart(engine: Engine, transaction: EngineTransaction, advance: NamedAdvance): NamedAdvance {
  const { name, deltaMs, advancedMs, steps, commits } = advance;
  if (advancedMs === deltaMs) return advance;
  const part = engine.advanceTime(transaction, deltaMs - advancedMs);
  return {
    name,
    deltaMs,
    advancedMs: advancedMs + part.advancedMs,
    steps: steps + part.steps,
    commits: commits + 1,
  };
}

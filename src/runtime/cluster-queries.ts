/**
 * The platform's own queries of clusters. Each cluster is brought to the present first: one round trip when nothing is
 * due, two otherwise. Queries see committed state only.
 */

import {
  MAX_CATCH_UP_WORK,
  MAX_CONCURRENT_QUERIES,
  MAX_LOOK_WORK,
  MAX_QUERY_WORK,
  MAX_READ_BATCHES,
} from "../lib/limits.ts";
import { type ClusterAccess, type OrganizationStore, StoreUnavailableError } from "../storage/store.ts";
import type { ClusterContext } from "./cluster-context.ts";
import {
  type ClusterChange,
  type ClusterQuery,
  type QueryContext,
  type QueryResult,
  queryNow,
  runTask,
  taskOf,
} from "./cluster-visit.ts";
import { type Budget, newBudget } from "./queued-request.ts";

/** Queries one cluster; null when the access opens nothing. */
export function read<R>(
  access: ClusterAccess,
  query: ClusterQuery<R>,
  context: QueryContext,
): Promise<QueryResult<R> | null> {
  const { cache, stores } = context;
  return cache.use(access.clusterId, async (cluster) => {
    const { cached } = cluster;
    const store = stores.cluster(access);
    const isCallerKnown = cached.loaded !== null && cached.rememberedCaller(access) !== "unknown";
    // Due work will be committed anyway, and the commit confirms the key.
    const isAuthenticated = !(isCallerKnown && cached.isDue);
    if (isAuthenticated && (await cached.sync(access, store)).outcome === "unauthorized") return null;
    return queryNow(query, { cluster, access, isAuthenticated, context }, newBudget(MAX_LOOK_WORK));
  });
}

/** Changes one cluster, after all due work; null when the access opens nothing. `task` must be pure, like a query. */
export function change<R>(
  access: ClusterAccess,
  task: ClusterChange<R>,
  context: QueryContext,
): Promise<{ value: R } | null> {
  const { cache, stores } = context;
  return cache.use(access.clusterId, async (cluster) => {
    const authentication = await cluster.cached.sync(access, stores.cluster(access));
    if (authentication.outcome === "unauthorized") return null;
    const visit = { cluster, access, isAuthenticated: true, context };
    return runTask(taskOf(task), visit, { whenBehind: "postpone" });
  });
}

// ---- Many clusters

/** One of the organization's clusters, with its version in a listing. */
export interface ClusterPlace {
  id: string;
  version: number;
}

export interface ManyClustersQuery<R> {
  /** The calling organization's. */
  store: OrganizationStore;
  keyHash: string;
  /** As just listed: a copy in memory at this version needs no sync. */
  clusters: readonly ClusterPlace[];
  query: ClusterQuery<R>;
}

/** The result for one cluster; null for a deleted one. A failure is a refusal, an unreachable database or a bug. */
export type QueryOutcome<R> = QueryResult<R> | { failure: unknown } | null;

/**
 * Queries many clusters of one organization. Clusters that are not in memory at the listed version are loaded in
 * batches of a few megabytes, each one round trip. Clusters with due work need one more round trip each, for the
 * commit. Returns the results by cluster; only those of the first clusters where clusters are very large or much is
 * overdue. Null when the key is not valid. A cluster that cannot be loaded, brought to the present, queried or
 * committed fails alone. Throws only when the database answers for no cluster.
 */
export async function readMany<R>(
  { store, keyHash, clusters, query }: ManyClustersQuery<R>,
  context: QueryContext,
): Promise<Map<string, QueryOutcome<R>> | null> {
  const found = new Map<string, QueryOutcome<R>>();
  const total = newBudget(MAX_QUERY_WORK);
  let next = 0;
  for (let batches = 0; next < clusters.length && batches < MAX_READ_BATCHES && total.left > 0; batches++) {
    const batch = await bringUpToDate({ store, keyHash, clusters: clusters.slice(next) }, context);
    if (batch === null) return null;
    // Each copy is released right after its query, so that memory holds the parsed objects of a few clusters at a time.
    const visits = batch.map((place) => async () => {
      // Once the budget is spent, the remaining clusters of the batch are left to the next page.
      if (total.left > 0) found.set(place.id, await visitHeld(place, { keyHash, query, context, total }));
      context.cache.release(place.cluster);
    });
    await inParallel(visits, MAX_CONCURRENT_QUERIES);
    next += batch.length;
  }
  return found;
}

async function visitHeld<R>(
  { id, cluster, state }: HeldCluster,
  { keyHash, query, context, total }: { keyHash: string; query: ClusterQuery<R>; context: QueryContext; total: Budget },
): Promise<QueryOutcome<R>> {
  if (state === "gone") return null;
  if (state !== "ready") return state;
  const access: ClusterAccess = { via: "apiKey", clusterId: id, keyHash };
  const own = newBudget(Math.min(total.left, MAX_CATCH_UP_WORK));
  const given = own.left;
  try {
    const seen = await queryNow(query, { cluster, access, isAuthenticated: true, context }, own);
    return seen?.hindrance === undefined ? seen : { failure: seen.hindrance };
  } catch (failure) {
    return { failure };
  } finally {
    total.left -= given - own.left;
  }
}

interface HeldCluster {
  id: string;
  cluster: ClusterContext;
  /** `gone`: deleted since it was listed. A failure: it could not be loaded. */
  state: "ready" | "gone" | { failure: unknown };
}

/** Holds the copies of the first clusters, at least one, each as new as the listing. The caller releases them. */
async function bringUpToDate(
  { store, keyHash, clusters }: Omit<ManyClustersQuery<unknown>, "query">,
  context: QueryContext,
): Promise<HeldCluster[] | null> {
  const { cache } = context;
  const held: HeldCluster[] = clusters.map(({ id }) => ({ id, cluster: cache.hold(id), state: "ready" }));
  const release = (places: readonly HeldCluster[]) => {
    for (const { cluster } of places) cache.release(cluster);
  };
  try {
    const stale = held.filter(({ cluster }, i) => (cluster.cached.loaded?.meta.version ?? -1) < clusters[i]!.version);
    if (stale.length === 0) return held;
    const read = await loadFirst(stale, { store, keyHash, context });
    if (read === null) {
      release(held);
      return null;
    }
    // The batch ends before the first cluster that did not fit into the answer.
    const end = read < stale.length ? held.indexOf(stale[read]!) : held.length;
    release(held.splice(end));
    return held;
  } catch (error) {
    release(held);
    throw error;
  }
}

interface LoadContext {
  store: OrganizationStore;
  keyHash: string;
  context: QueryContext;
}

/** Loads the first of these clusters in one round trip and returns their number; null when the key is not valid. */
async function loadFirst(
  stale: readonly HeldCluster[],
  { store, keyHash, context }: LoadContext,
): Promise<number | null> {
  const known = stale.map(({ id, cluster: { cached } }) => ({ id, known: cached.loaded && { ...cached.loaded.meta } }));
  let answer: Awaited<ReturnType<OrganizationStore["syncClusters"]>>;
  try {
    answer = await store.syncClusters(known);
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    // The rows of one cluster can make the common answer fail: then each cluster is loaded by itself.
    return loadOneByOne(stale, keyHash, context);
  }
  if (answer === null) return null;
  const { updates, read } = answer;
  for (const [i, place] of stale.slice(0, read).entries()) {
    const update = updates.get(place.id);
    if (!update) {
      place.state = "gone";
      continue;
    }
    const clusterStore = context.stores.cluster({ via: "apiKey", clusterId: place.id, keyHash });
    // A full answer replaces the copy: it must not be merged into one that was loaded meanwhile.
    const whole = { ...update, reset: update.reset || !known[i]!.known };
    await orFailure(place, context, () => place.cluster.cached.absorb(clusterStore, whole));
  }
  return read;
}

async function loadOneByOne(stale: readonly HeldCluster[], keyHash: string, context: QueryContext): Promise<number> {
  const first = stale.slice(0, MAX_CONCURRENT_QUERIES);
  for (const place of first) {
    const access: ClusterAccess = { via: "apiKey", clusterId: place.id, keyHash };
    await orFailure(place, context, async () => {
      const { outcome } = await place.cluster.cached.sync(access, context.stores.cluster(access));
      if (outcome === "unauthorized") place.state = "gone";
    });
  }
  return first.length;
}

async function orFailure(place: HeldCluster, { cache }: QueryContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    place.state = { failure };
    // The copy may have taken over half of the answer.
    cache.drop(place.cluster);
  }
}

/** Runs all tasks, a few at a time. The tasks themselves never fail. */
async function inParallel(tasks: readonly (() => Promise<void>)[], width: number): Promise<void> {
  const waiting = [...tasks];
  const work = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task();
  };
  await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, work));
}

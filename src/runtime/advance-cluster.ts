/**
 * Advances of a cluster's time that the platform asks for: several commits, each complete in itself, with pauses in
 * between.
 */
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { type NamedAdvance, namedAdvance, rememberAdvance } from "../control-plane/advances.ts";
import { MAX_ADVANCE_COMMITS, MAX_CATCH_UP_WORK, MAX_WORK_PER_COMMIT } from "../lib/limits.ts";
import type { Parts } from "../lib/work.ts";
import type { ClusterAccess } from "../storage/store.ts";
import { type ClusterVisit, isBehind, type QueryContext, runTask } from "./cluster-visit.ts";
import type { AdvancedTime, Engine } from "./engine.ts";
import { newBudget } from "./queued-request.ts";

/** Commits of one pass that spends the work of a request on overdue instants. */
const COMMITS_OF_CATCHING_UP = Math.ceil(MAX_CATCH_UP_WORK / MAX_WORK_PER_COMMIT);

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
  /** A second request with the same name means the same advance and gets its result. */
  name: string | null;
}

/**
 * Lets a cluster's time run ahead by `deltaMs` more, in several commits if much happens. Each commit is complete in
 * itself. `advancedMs` is less than `deltaMs` when `MAX_ADVANCE_COMMITS` were not enough. Null when the access opens
 * nothing, `another` when the name stands for an advance by another time.
 */
export function advanceCluster(
  access: ClusterAccess,
  { deltaMs, name }: AdvanceRequest,
  context: QueryContext,
): Promise<Advance | "another" | null> {
  const { cache, engine, stores } = context;
  return cache.use(access.clusterId, async (cluster) => {
    const authentication = await cluster.cached.sync(access, stores.cluster(access));
    if (authentication.outcome === "unauthorized") return null;
    let known: NamedAdvance = { name: name ?? "", deltaMs, advancedMs: 0, steps: 0, commits: 0 };
    let isFirst = true;
    for (let commits = 1; ; commits++) {
      const isLast = commits > MAX_ADVANCE_COMMITS;
      const visit: ClusterVisit = { cluster, access, isAuthenticated: isFirst, context };
      isFirst = false;
      const before = known;
      const task = function* (transaction: ClusterTransaction) {
        const begun = (name !== null && namedAdvance(transaction, name)) || before;
        const isRest = !isLast && begun.deltaMs === deltaMs;
        const next = isRest ? yield* nextPart(engine, transaction, begun) : begun;
        if (name !== null && next !== begun) rememberAdvance(transaction, next);
        const { nowMs: timeMs, revision, writeSet } = transaction;
        return { ...next, timeMs, revision, offsetMs: writeSet.offsetMs };
      };
      const done = isLast
        ? await runTask(task, visit, { whenBehind: "answer", budget: newBudget(0) })
        : await runTask(task, visit, { whenBehind: "wait" });
      if (!done) return null;
      // Work that real time made due runs first and counts as commits of this call.
      if (isBehind(done)) {
        commits += COMMITS_OF_CATCHING_UP - 1;
        continue;
      }
      if (done.value.deltaMs !== deltaMs) return "another";
      known = done.value;
      if (known.advancedMs === deltaMs || commits >= MAX_ADVANCE_COMMITS) return done.value;
    }
  });
}

/** Advances by as much of the remaining time as one commit may hold. */
function* nextPart(engine: Engine, transaction: ClusterTransaction, advance: NamedAdvance): Parts<NamedAdvance> {
  const { name, deltaMs, advancedMs, steps, commits } = advance;
  if (advancedMs === deltaMs) return advance;
  const part = yield* engine.advanceTimeInParts(transaction, deltaMs - advancedMs);
  return {
    name,
    deltaMs,
    advancedMs: advancedMs + part.advancedMs,
    steps: steps + part.steps,
    commits: commits + 1,
  };
}

/** One expression over many clusters. */
import { Meter, watched } from "../../cel/metering.ts";
import { fromCel } from "../../cel/values.ts";
import { MAX_QUERY_CLUSTER_COST, MAX_QUERY_VALUE_LENGTH } from "../../lib/limits.ts";
import type { ClusterState } from "../../runtime/engine.ts";
import type { RequestScope, Runtime } from "../../runtime/runtime.ts";
import type { LabelRequirement, OrganizationStore } from "../../storage/store.ts";
import type { Program } from "./cel/program.ts";
import { variablesOf } from "./cel/variables.ts";
import { CheckError, NoValueError } from "./check.ts";
import { gradedCluster } from "./evaluate.ts";
import { HIDDEN } from "./show.ts";

export type QueryRow = {
  clusterId: string;
  labels: Record<string, string>;
  /** Not everything due had happened. */
  catchingUp?: true;
} & Answer;

/** `revision` is the cluster's resourceVersion at which it was evaluated; there is none where it could not be opened. */
type Answer = { value: unknown; revision: string } | { error: string; revision?: string };

export interface Query {
  selector: readonly LabelRequirement[];
  program: Program;
  limit: number;
  /** Cluster after which the page begins. */
  afterId: string | null;
}

export interface QueryContext {
  store: OrganizationStore;
  keyHash: string;
  runtime: Pick<Runtime, "inspectMany">;
  scope: RequestScope;
  /** Told what failed in one cluster, and gives what its row says of it. */
  explainFailure: (failure: unknown, clusterId: string) => string;
}

/** A page of rows, and after which cluster the next one begins; null when the key is not valid. */
export async function runQuery(
  { selector, program, limit, afterId }: Query,
  { store, keyHash, runtime, scope, explainFailure }: QueryContext,
): Promise<{ rows: QueryRow[]; nextAfterId: string | null } | null> {
  const page = await store.listClusters({ selector, limit, ...(afterId !== null && { afterId }) });
  if (!page) return null;
  const look = (state: ClusterState) => answerOf(program, state);
  const seen = await runtime.inspectMany({ store, keyHash, clusters: page.clusters, look }, scope);
  if (!seen) return null;

  const rows: QueryRow[] = [];
  let lastId = afterId;
  for (const { id, labels } of page.clusters) {
    const row = seen.get(id);
    // Where it was too much for one page, the next one begins.
    if (row === undefined) return { rows, nextAfterId: lastId };
    lastId = id;
    if (row === null) continue;
    const answer =
      "value" in row
        ? { ...row.value, ...(row.behindMs > 0 && { catchingUp: true as const }) }
        : { error: explainFailure(row.failure, id) };
    rows.push({ clusterId: id, labels: { ...labels }, ...answer });
  }
  return { rows, nextAfterId: page.more ? lastId : null };
}

function answerOf(program: Program, state: ClusterState): Answer {
  const revision = String(state.revision);
  const meter = new Meter(MAX_QUERY_CLUSTER_COST);
  const { value: answer, isConfidential } = watched(() => evaluated(program, state, meter));
  if ("value" in answer) return { ...answer, revision };
  return { error: isConfidential ? `the expression has no value here ${HIDDEN}` : answer.error, revision };
}

function evaluated(program: Program, state: ClusterState, meter: Meter): { value: unknown } | { error: string } {
  try {
    const value = fromCel(program.run(variablesOf(gradedCluster(state)), meter)) ?? null;
    if (JSON.stringify(value).length <= MAX_QUERY_VALUE_LENGTH) return { value };
    return { error: `the value has more than ${MAX_QUERY_VALUE_LENGTH} characters; ask for less of it` };
  } catch (error) {
    if (error instanceof CheckError || error instanceof NoValueError) return { error: error.message };
    throw error;
  }
}

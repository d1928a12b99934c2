/** One expression over many clusters. */
import { Meter, watched } from "../../cel/metering.ts";
import { fromCel } from "../../cel/values.ts";
import { MAX_QUERY_CLUSTER_COST, MAX_QUERY_VALUE_LENGTH } from "../../lib/limits.ts";
import type { ClusterState } from "../../runtime/engine.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { LabelRequirement, OrganizationStore } from "../../storage/store.ts";
import type { Program } from "./cel/program.ts";
import { variablesOf } from "./cel/variables.ts";
import { CheckError, NoValueError } from "./check.ts";
import { gradedCluster } from "./evaluate.ts";
import { HIDDEN } from "./show.ts";
import { dueInMs, repeatQuery, type Seen, type Wait, type WaitContext } from "./wait.ts";

export type QueryRow = {
  clusterId: string;
  labels: Record<string, string>;
  /** The row was evaluated before all overdue work was done. */
  catchingUp?: true;
} & Answer;

/** `revision` is the cluster's resourceVersion at the evaluation; absent where the cluster could not be opened. */
type Answer = { value: unknown; revision: string } | { error: string; revision?: string };

/** A row, and the real time (ms) until work is due in its cluster. */
interface WaitingRow {
  row: QueryRow;
  dueInMs: number | null;
}

export interface Query {
  selector: readonly LabelRequirement[];
  program: Program;
  limit: number;
  /** The cluster after which the page begins. */
  afterId: string | null;
  /** Rows that are false are waited for until they are true; rows of other types until nothing more is due. */
  wait?: Wait | undefined;
}

export interface QueryContext extends WaitContext {
  store: OrganizationStore;
  keyHash: string;
  runtime: Pick<Runtime, "readMany" | "pause">;
  /** Logs a failure in one cluster and returns the text of its row. */
  explainFailure: (failure: unknown, clusterId: string) => string;
}

interface Page {
  rows: WaitingRow[];
  nextAfterId: string | null;
}

/** A page of rows, and the cluster after which the next page begins; null when the key is not valid. */
export async function runQuery(
  query: Query,
  context: QueryContext,
): Promise<{ rows: QueryRow[]; nextAfterId: string | null } | null> {
  const readOnce = async (previous: Page | null, leftMs: number) => {
    const kept = new Map(
      previous?.rows.filter((row) => !isWaiting(row, leftMs)).map((row) => [row.row.clusterId, row]),
    );
    const result = await readPage(query, kept, context);
    return result && { result, waitsFor: waitsFor(result, leftMs) };
  };
  const page = await repeatQuery(readOnce, query.wait, context);
  return page && { rows: page.rows.map(({ row }) => row), nextAfterId: page.nextAfterId };
}

/** Evaluates a page. Rows in `kept` are not evaluated again. */
async function readPage(
  { selector, program, limit, afterId }: Query,
  kept: ReadonlyMap<string, WaitingRow>,
  { store, keyHash, runtime, scope, explainFailure }: QueryContext,
): Promise<Page | null> {
  const page = await store.listClusters({ selector, limit, ...(afterId !== null && { afterId }) });
  if (!page) return null;
  const readOnce = (state: ClusterState) => ({ answer: answerOf(program, state), dueInMs: dueInMs(state) });
  const clusters = page.clusters.filter(({ id }) => !kept.has(id));
  const seen = await runtime.readMany({ store, keyHash, clusters, query: readOnce }, scope);
  if (!seen) return null;

  const rows: WaitingRow[] = [];
  let lastId = afterId;
  for (const { id, labels } of page.clusters) {
    const known = kept.get(id);
    const found = known ? null : seen.get(id);
    // The query's limit of work was reached: the next page begins here.
    if (found === undefined) return { rows, nextAfterId: lastId };
    lastId = id;
    if (known) rows.push(known);
    if (found === null) continue;
    const ofCluster = { clusterId: id, labels: { ...labels } };
    if (!("value" in found)) {
      rows.push({ row: { ...ofCluster, error: explainFailure(found.failure, id) }, dueInMs: null });
      continue;
    }
    const { value, behindMs } = found;
    const isBehind = behindMs > 0;
    rows.push({
      row: { ...ofCluster, ...value.answer, ...(isBehind && { catchingUp: true as const }) },
      dueInMs: isBehind ? 0 : value.dueInMs,
    });
  }
  return { rows, nextAfterId: page.more ? lastId : null };
}

/** Whether the row may still change in the time that is left. */
function isWaiting({ row, dueInMs }: WaitingRow, leftMs: number): boolean {
  if (row.catchingUp) return true;
  if ("value" in row && row.value === true) return false;
  if ("value" in row && row.value === false) return true;
  return dueInMs !== null && dueInMs <= leftMs;
}

function waitsFor({ rows }: Page, leftMs: number): Seen<Page>["waitsFor"] {
  const waiting = rows.filter((row) => isWaiting(row, leftMs));
  if (waiting.length === 0) return "done";
  const due = waiting.flatMap(({ dueInMs }) => (dueInMs === null ? [] : [dueInMs]));
  return due.length > 0 ? { dueInMs: Math.min(...due) } : "change";
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

/** Work of the platform inside a cluster of the caller's organization. */
import { ApiError, type ApiErrorReason } from "../lib/api-error.ts";
import type { Advance, AdvanceRequest } from "../runtime/advance-cluster.ts";
import type { ClusterChange, ClusterQuery, QueryResult } from "../runtime/cluster-visit.ts";
import type { RequestScope } from "../runtime/runtime.ts";
import { unavailable } from "../runtime/unavailable.ts";
import { type ClusterAccess, StoreUnavailableError } from "../storage/store.ts";
import { found, type OrganizationCaller } from "./creation.ts";
import type { Platform } from "./platform.ts";
import { notFound, Problem } from "./problem.ts";

/**
 * The methods by which a handler reads and changes one cluster. The handler passes a pure function of the cluster's state.
 * All throw a Problem where the key is not valid, the cluster is not the caller's, or the runtime refuses.
 */
export interface OpenedCluster {
  /** See `Runtime.read`. */
  read<R>(query: ClusterQuery<R>): Promise<QueryResult<R>>;
  /** See `Runtime.change`. Throws ApiError where the cluster itself refuses the change: see `orRefusedByCluster`. */
  change<R>(task: ClusterChange<R>): Promise<R>;
  /** See `Runtime.advance`. */
  advance(request: AdvanceRequest): Promise<Advance | "another">;
}

/** Opens a cluster of the caller's organization. No round trip: each method authenticates the key with its work. */
export function openCluster(
  { store, keyHash }: OrganizationCaller,
  clusterId: string,
  { runtime, scope }: { runtime: Platform["runtime"]; scope: RequestScope },
): OpenedCluster {
  const access: ClusterAccess = { via: "apiKey", clusterId, keyHash };
  const opened = async <R>(work: () => Promise<R | null>): Promise<R> => {
    const result = await orProblem(work);
    if (result !== null) return result;
    // One more round trip distinguishes an invalid key from an unknown cluster.
    found(await store.getCluster(clusterId), "cluster");
    throw notFound("cluster");
  };
  return {
    read: (query) => opened(() => runtime.read(access, query, scope)),
    change: async (task) => (await opened(() => runtime.change(access, task, scope))).value,
    advance: (request) => opened(() => runtime.advance(access, request, scope)),
  };
}

/** Turns refusals of the runtime into problems. */
export async function orProblem<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw problemOf(error) ?? error;
  }
}

/** The problem for a refusal of the runtime, or for a database that does not answer; null for a bug. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof StoreUnavailableError) {
    const code = error.reason === "full" ? "storage_full" : "unavailable";
    return new Problem(code, sentence(unavailable(error.reason).message));
  }
  if (!(error instanceof ApiError)) return null;
  switch (error.reason) {
    case "TooManyRequests":
      return new Problem("too_many_requests", "Too many requests write to this cluster at once; please try again.");
    case "Timeout":
    case "ServiceUnavailable":
      return new Problem("unavailable", sentence(error.message));
    default:
      return null;
  }
}

/** Turns refusals of a write by the cluster itself (its limits, its admission rules) into problems. */
export async function orRefusedByCluster<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || !WRITE_REFUSALS.has(error.reason)) throw error;
    throw new Problem("refused_by_cluster", error.message);
  }
}

const WRITE_REFUSALS: ReadonlySet<ApiErrorReason> = new Set(["Forbidden", "Invalid", "InsufficientStorage"]);

function sentence(message: string): string {
  return `${message[0]!.toUpperCase()}${message.slice(1)}.`;
}

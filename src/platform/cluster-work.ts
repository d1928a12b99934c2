/** Work of the platform inside a cluster of the caller's organization. */
import { ApiError, type ApiErrorReason } from "../lib/api-error.ts";
import { unavailable } from "../runtime/unavailable.ts";
import { StoreUnavailableError } from "../storage/store.ts";
import { found, type OrganizationCaller } from "./creation.ts";
import { notFound, Problem } from "./problem.ts";

/** The result of `work`; a problem where it gives none: the key is not valid, or the cluster is not the caller's. */
export async function inCluster<R>(
  { store }: OrganizationCaller,
  clusterId: string,
  work: () => Promise<R | null>,
): Promise<R> {
  const result = await orProblem(work);
  if (result !== null) return result;
  // One more round trip tells the two apart.
  found(await store.getCluster(clusterId), "cluster");
  throw notFound("cluster");
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

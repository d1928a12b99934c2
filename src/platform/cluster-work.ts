/** Work of the platform inside a cluster of the caller's organization. */
import { ApiError } from "../lib/api-error.ts";
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
    if (!(error instanceof ApiError)) throw error;
    switch (error.reason) {
      case "TooManyRequests":
        throw new Problem(429, "Too many requests write to this cluster at once; please try again.");
      case "Timeout":
      case "ServiceUnavailable":
        throw new Problem(503, error.message);
      default:
        throw error;
    }
  }
}

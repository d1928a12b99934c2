/**
 * Creates many pods in batches that double, so that an exhausted quota refuses one batch instead of every pod.
 * Example: 10 pods are created in batches of 1, 2, 4 and 3.
 * Kubernetes: pkg/controller/replicaset/replica_set.go (slowStartBatch)
 */
import { ApiError } from "../../lib/api-error.ts";
import type { Parts } from "../../lib/work.ts";

/** Calls `make` with 0 to `count` - 1. A batch with a refusal is the last one. `refusal`: the last refusal of it. */
export function* inGrowingBatches(
  count: number,
  make: (index: number) => void,
): Parts<{ made: number; refusal: ApiError | undefined }> {
  let made = 0;
  let refusal: ApiError | undefined;
  let end = 0;
  for (let index = 0; index < count; index++) {
    if (index === end) {
      if (refusal) break;
      end = 2 * end + 1;
    }
    yield;
    try {
      make(index);
      made++;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
    }
  }
  return { made, refusal };
}

/** How controllers make many pods at once: in batches that double, so that a full quota is met once and not for every pod. */
import { ApiError } from "../../lib/api-error.ts";

/** Calls `make` with 0 to `count` - 1. After a batch with a refusal no other one begins. `refusal` is the last one. */
export function inGrowingBatches(
  count: number,
  make: (index: number) => void,
): { made: number; refusal: ApiError | undefined } {
  let made = 0;
  let refusal: ApiError | undefined;
  let end = 0;
  for (let index = 0; index < count; index++) {
    if (index === end) {
      if (refusal) break;
      end = 2 * end + 1;
    }
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

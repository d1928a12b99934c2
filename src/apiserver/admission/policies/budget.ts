/** Bounds the cost of admission's expressions in one commit, in which controllers may write many objects. */
import { Meter } from "../../../cel/metering.ts";
import { MAX_COMMIT_POLICY_COST } from "../../../lib/limits.ts";
import type { AdmissionContext } from "../context.ts";

/** Runs `work` with a meter that ends at `limit` or at the rest of the commit's budget. */
export function withinBudget<R>(
  { expressionCost }: Pick<AdmissionContext, "expressionCost">,
  limit: number,
  work: (meter: Meter) => R,
): R {
  const meter = new Meter(Math.max(0, Math.min(limit, MAX_COMMIT_POLICY_COST - expressionCost.spent)));
  try {
    return work(meter);
  } finally {
    expressionCost.spent += meter.spent;
  }
}

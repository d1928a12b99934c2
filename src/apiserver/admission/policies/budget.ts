/** The total cost of admission expressions in one commit, which may hold many writes of controllers. */
import { Meter } from "../../../cel/metering.ts";
import { MAX_COMMIT_POLICY_COST } from "../../../lib/limits.ts";
import type { Random } from "../../../lib/prng.ts";
import type { AdmissionContext } from "../context.ts";

/** A transaction has many faces, one for each field manager, but one source of randomness. */
const spent = new WeakMap<Random, number>();

/** Runs `work` with a meter that ends at `limit` or at what is left for the commit. */
export function withinBudget<R>({ tx }: AdmissionContext, limit: number, work: (meter: Meter) => R): R {
  const before = spent.get(tx.random) ?? 0;
  const meter = new Meter(Math.max(0, Math.min(limit, MAX_COMMIT_POLICY_COST - before)));
  try {
    return work(meter);
  } finally {
    spent.set(tx.random, before + meter.spent);
  }
}

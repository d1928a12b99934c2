/** Match conditions: expressions that limit the writes a policy or webhook applies to (KEP-3716). */
import { type Compiled, evaluate, OutOfBudgetError } from "../../../cel/admission/policy-compiler.ts";
import type { Meter } from "../../../cel/metering.ts";

/**
 * True if all conditions hold. One false condition outweighs errors. Errors without a false condition give `error`, or
 * no match if the failure policy is Ignore.
 */
export function conditionsMatch(
  conditions: () => readonly Compiled[],
  variables: Record<string, unknown>,
  meter: Meter,
  failurePolicy: string | undefined,
): { matches: boolean } | { error: string } {
  const errors: string[] = [];
  try {
    for (const condition of conditions()) {
      const result = evaluate(condition, variables, meter);
      if ("error" in result) errors.push(result.error);
      else if (result.value === false) return { matches: false };
    }
  } catch (error) {
    if (!(error instanceof OutOfBudgetError)) throw error;
    return failurePolicy === "Ignore" ? { matches: false } : { error: error.message };
  }
  if (errors.length === 0) return { matches: true };
  if (failurePolicy === "Ignore") return { matches: false };
  return { error: errors.length === 1 ? errors[0]! : `[${errors.join(", ")}]` };
}

/** The conditions that narrow a policy or webhook down by expressions (KEP-3716). */
import { type Compiled, evaluate, OutOfBudgetError } from "../../../cel/admission/policy-compiler.ts";
import type { Meter } from "../../../cel/metering.ts";

/** Whether all hold; of errors only where none of the others is false, or where the policy is to be left out on failure. */
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

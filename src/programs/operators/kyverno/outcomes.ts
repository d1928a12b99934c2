/** Results of rules. */
import type { Policy } from "./policies.ts";

export type RuleStatus = "pass" | "fail" | "error" | "skip" | "warn";

export interface RuleOutcome {
  rule: string;
  status: RuleStatus;
  message: string;
  /** Of a failed rule. */
  action: "Enforce" | "Audit";
}

/** Whether a result is a violation, or a failed evaluation. */
export function isProblem({ status }: RuleOutcome): boolean {
  return status !== "pass" && status !== "skip";
}

/** The results of the rules of a policy that apply to a resource. */
export interface PolicyOutcome {
  policy: Policy;
  rules: readonly RuleOutcome[];
}

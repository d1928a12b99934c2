import { describe, expect, it } from "vitest";
import { withinBudget } from "../../../src/apiserver/admission/policies/budget.ts";
import { MAX_COMMIT_POLICY_COST } from "../../../src/lib/limits.ts";
import { Server } from "../server.ts";

describe("the budget of admission's expressions", () => {
  it("belongs to the commit: all writes of a transaction share it, and the next transaction begins anew", () => {
    const { expressionCost } = new Server().tx.writeSet;
    withinBudget({ expressionCost }, MAX_COMMIT_POLICY_COST, (meter) => meter.charge(MAX_COMMIT_POLICY_COST - 10));
    withinBudget({ expressionCost }, MAX_COMMIT_POLICY_COST, (meter) => meter.charge(10));
    expect(expressionCost.spent).toBe(MAX_COMMIT_POLICY_COST);
    expect(() => withinBudget({ expressionCost }, 5, (meter) => meter.charge(1))).toThrow();
    expect(new Server().tx.writeSet.expressionCost.spent).toBe(0);
  });
});

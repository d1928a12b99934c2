/** Passes when an expression over the whole cluster is true. */
import { z } from "@hono/zod-openapi";
import { Meter, watched } from "../../../cel/metering.ts";
import { fromCel } from "../../../cel/values.ts";
import { MAX_CEL_COST, MAX_CEL_LENGTH, MAX_CEL_NAME_LENGTH } from "../../../lib/limits.ts";
import { explain } from "../cel/explain.ts";
import { compile } from "../cel/program.ts";
import { shownSource } from "../cel/source.ts";
import { variablesOf } from "../cel/variables.ts";
import {
  type CheckBudget,
  CheckError,
  type CheckKind,
  type GradedCluster,
  NoValueError,
  type Verdict,
} from "../check.ts";
import { HIDDEN, show } from "../show.ts";

export const celCheck: CheckKind = {
  field: "cel",
  description: "Passes when an expression over the whole cluster is true.",
  schema: z.string().min(1).max(MAX_CEL_LENGTH).openapi({ example: "pods.all(p, p.status.phase == 'Running')" }),
  describe: (value) => String(value).slice(0, MAX_CEL_NAME_LENGTH),
  prepare(value) {
    if (typeof value !== "string") throw new CheckError("must be a text");
    if (value.length > MAX_CEL_LENGTH) throw new CheckError(`may have ${MAX_CEL_LENGTH} characters`);
    const program = compile(value);
    if (program.type !== "bool" && program.type !== "dyn") {
      throw new CheckError(`the result is of type ${program.type}; a check needs true or false`);
    }
    return (cluster, budget) => judge(program, cluster, budget);
  },
};

function judge(program: ReturnType<typeof compile>, cluster: GradedCluster, budget: CheckBudget): Verdict {
  if (budget.costLeft <= 0)
    throw new CheckError("the expressions before this one have used up what one request may cost");
  const meter = new Meter(Math.min(MAX_CEL_COST, budget.costLeft));
  try {
    const variables = variablesOf(cluster);
    const { value: outcome, isConfidential } = watched(() => tried(() => fromCel(program.run(variables, meter))));
    if ("value" in outcome) {
      const { value } = outcome;
      const message = `${isConfidential ? shownSource(program.root, true) : program.source} holds`;
      if (value === true) return { passed: true, message, evidence: [] };
      const result = isConfidential ? HIDDEN : show(value);
      if (value !== false) throw new CheckError(`the result is ${result}; a check needs true or false`);
    } else if (!(outcome.error instanceof NoValueError)) {
      throw outcome.error;
    }
    const { message, fields } = explain(program.root, { variables, meter, isConfidential });
    return { passed: false, message, evidence: fields.length > 0 ? [{ fields }] : [] };
  } finally {
    budget.costLeft -= meter.spent;
  }
}

function tried<R>(work: () => R): { value: R } | { error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

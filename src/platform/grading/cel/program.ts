/** An expression over a whole cluster, read and checked once, evaluated over any number of clusters. */
import type { Environment } from "@marcbachmann/cel-js";
import { celEnvironment } from "../../../cel/environment.ts";
import { CelError } from "../../../cel/error.ts";
import * as cel from "../../../cel/program.ts";
import { CheckError, type GradedCluster } from "../check.ts";
import { variablesOf, variableTypes } from "./variables.ts";

/** Its `run` throws CheckError. */
export type Program = cel.Program;

let environment: Environment | undefined;

/** Throws CheckError that says what is wrong, and where. */
export function compile(source: string): Program {
  environment ??= celEnvironment(variableTypes());
  const made = asChecked(() => cel.compile(environment!, source));
  return { ...made, run: (variables, meter) => asChecked(() => made.run(variables, meter)) };
}

/** A cluster as the variables of expressions; each list is made when it is first used. */
export function celVariables(cluster: GradedCluster): Record<string, unknown> {
  return variablesOf(cluster);
}

const VARIABLES_HINT = "; there are objects, now, and a list of each kind by its plural (pods, deployments, …)";

function asChecked<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    const hint = error.message.startsWith("Unknown variable") ? VARIABLES_HINT : "";
    throw new CheckError(error.message + hint);
  }
}

/** An expression over a whole cluster, read and checked once, evaluated over any number of clusters. */
import type { Environment } from "@marcbachmann/cel-js";
import { celEnvironment } from "../../../cel/environment.ts";
import { CelError } from "../../../cel/error.ts";
import * as cel from "../../../cel/program.ts";
import { MAX_CUSTOM_LISTS } from "../../../lib/limits.ts";
import { CheckError, type GradedCluster } from "../check.ts";
import { variablesOf, variableTypes } from "./variables.ts";

/** Its `run` throws CheckError. */
export type Program = cel.Program;

let environment: Environment | undefined;

/**
 * Throws CheckError that says what is wrong, and where. Names that could be plurals of custom resources are looked for in each
 * cluster only.
 */
export function compile(source: string): Program {
  const custom: CustomList[] = [];
  const made = asChecked(() => compileWith(source, custom));
  return {
    ...made,
    run: (variables, meter) => {
      const missing = custom.find(({ name }) => !(name in variables));
      if (missing) throw new CheckError(missing.problem + VARIABLES_HINT);
      return asChecked(() => made.run(variables, meter));
    },
  };
}

interface CustomList {
  name: string;
  /** What is wrong with the expression where there is no such list. */
  problem: string;
}

/** Adds to `custom` the lists that the expression names beyond the built-in ones. */
function compileWith(source: string, custom: CustomList[]): Program {
  for (;;) {
    try {
      return cel.compile(environmentWith(custom), source);
    } catch (error) {
      if (!(error instanceof CelError) || custom.length >= MAX_CUSTOM_LISTS) throw error;
      const name = PLURAL.exec(error.message)?.[1];
      if (name === undefined) throw error;
      custom.push({ name, problem: error.message });
    }
  }
}

function environmentWith(custom: readonly CustomList[]): Environment {
  environment ??= celEnvironment(variableTypes());
  if (custom.length === 0) return environment;
  const lists = Object.fromEntries(custom.map(({ name }) => [name, "list<dyn>"]));
  return celEnvironment({ ...variableTypes(), ...lists });
}

const UNKNOWN = "Unknown variable";
/** A name as definitions may have it that is not known. */
const PLURAL = /^Unknown variable: ([a-z][a-z0-9]*)\b/;

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
    const hint = error.message.startsWith(UNKNOWN) ? VARIABLES_HINT : "";
    throw new CheckError(error.message + hint);
  }
}

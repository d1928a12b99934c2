/** An expression over a whole cluster: parsed and checked once, evaluated over any number of clusters. */
import type { Environment } from "@marcbachmann/cel-js";
import { constantProblem } from "../../../cel/constants.ts";
import { celEnvironment } from "../../../cel/environment.ts";
import { CelCostError, CelError, type CelProblem, UnknownFieldError } from "../../../cel/error.ts";
import { allNodes, type Meter, type SyntaxNode } from "../../../cel/metering.ts";
import * as cel from "../../../cel/program.ts";
import { MAX_CUSTOM_LISTS } from "../../../lib/limits.ts";
import { CheckError, NoValueError } from "../check.ts";
import { registerStatusWrittenBy, type Variables, variableTypes } from "./variables.ts";

/**
 * `run` takes the result of `variablesOf`. It throws CheckError for the author's mistakes and NoValueError where the cluster
 * lacks a field, key or item. Other exceptions pass through.
 */
export interface Program extends Omit<cel.Program, "run"> {
  run(variables: Variables, meter: Meter): unknown;
}

let environment: Environment | undefined;

/**
 * Throws CheckError that names the mistake and its place. Unknown names may be plurals of custom resources, so they are
 * resolved in each cluster.
 */
export function compile(source: string): Program {
  const custom: CustomList[] = [];
  const made = asChecked(() => compileWith(source, custom));
  return {
    ...made,
    run: (variables, meter) => {
      const missing = custom.find(({ name }) => !variables.has(name));
      if (missing) throw new CheckError(missing.problem + VARIABLES_HINT);
      const outcome = outcomeOf(() => made.run(variables, meter), made.root);
      // An unreadable cluster is a failure of the server, not a mistake of the author or the student.
      if (variables.failure) throw variables.failure.error;
      return outcome();
    },
  };
}

interface CustomList {
  name: string;
  /** The message where the cluster has no such list. */
  problem: string;
}

/** Adds to `custom` the lists that the expression names beyond the variables of every cluster. */
function compileWith(source: string, custom: CustomList[]): cel.Program {
  for (;;) {
    try {
      return cel.compile(environmentWith(custom), source);
    } catch (error) {
      if (!isUnknownVariable(error) || custom.length >= MAX_CUSTOM_LISTS) throw error;
      const name = source.slice(error.problem.start, error.problem.end);
      if (!PLURAL.test(name)) throw error;
      custom.push({ name, problem: error.message });
    }
  }
}

function environmentWith(custom: readonly CustomList[]): Environment {
  environment ??= gradingEnvironment({});
  if (custom.length === 0) return environment;
  return gradingEnvironment(Object.fromEntries(custom.map(({ name }) => [name, "list<dyn>"])));
}

function gradingEnvironment(lists: Readonly<Record<string, string>>): Environment {
  const made = celEnvironment({ ...variableTypes(), ...lists });
  registerStatusWrittenBy(made);
  return made;
}

/** Plurals of definitions that are valid identifiers in an expression. */
const PLURAL = /^[a-z][a-z0-9]*$/;

const VARIABLES_HINT =
  "; there are objects, now, resources, and a list of each kind by its plural (pods, deployments, …)";

function isUnknownVariable(error: unknown): error is CelError & { problem: CelProblem } {
  return error instanceof CelError && error.problem?.code === "unknown_variable";
}

/** Runs at once; the result is returned, or the exception thrown, on request. */
function outcomeOf(work: () => unknown, root: SyntaxNode): () => unknown {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw asGradingError(error, root);
    };
  }
}

/**
 * Whether an error at run time is the author's mistake. It is where the error would occur in every cluster: a field that the
 * schema does not have, too high a cost, or a failing part that reads no object. Other errors depend on the cluster.
 */
function asGradingError(error: unknown, root: SyntaxNode): unknown {
  if (!(error instanceof CelError)) return error;
  const isAuthors =
    error instanceof UnknownFieldError ||
    error instanceof CelCostError ||
    constantProblem(root) !== undefined ||
    !looksAtCluster(root, error.problem);
  return isAuthors ? new CheckError(error.message) : new NoValueError(error.problem?.summary ?? error.message);
}

/** Whether the failed part of the expression names a variable. The library marks a field by its name alone. */
function looksAtCluster(root: SyntaxNode, problem: CelProblem | undefined): boolean {
  const nodes = allNodes(root);
  const failed = problem ? smallestAround(nodes, problem) : root;
  return nodes.some(({ op, start, end }) => op === "id" && start >= failed.start && end <= failed.end);
}

function smallestAround(nodes: readonly SyntaxNode[], { start, end }: CelProblem): SyntaxNode {
  const around = nodes.filter((node) => node.start <= start && node.end >= end && end > start);
  return around.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a), nodes[0]!);
}

function asChecked<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    throw new CheckError(error.message + (isUnknownVariable(error) ? VARIABLES_HINT : ""));
  }
}

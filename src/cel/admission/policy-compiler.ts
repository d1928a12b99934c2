/**
 * The expressions of admission policies and webhooks (KEP-3488, KEP-3962, KEP-3716): their variables, their result
 * types, and their evaluation. Messages are those of Kubernetes.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/compile.go
 */
import type { Environment } from "@marcbachmann/cel-js";
import { MAX_POLICY_CHARACTERS } from "../../lib/limits.ts";
import { celEnvironment } from "../environment.ts";
import { CelError } from "../error.ts";
import type { Meter } from "../metering.ts";
import { compile, type Program } from "../program.ts";
import { compilationReport, runtimeFailure, typeName } from "../report.ts";
import { AUTHORIZER_TYPE, registerAuthorizer } from "./authorizer.ts";
import { literalsAsMaps, type Rewritten } from "./object-literals.ts";

/** An expression that can be evaluated, or its compile error. */
export type Compiled =
  | { type: "program"; source: string; program: Program }
  /** `compilation failed: …`, `must evaluate to bool but got int`. */
  | { type: "problem"; source: string; problem: string };

/** The required type of the result. */
export type Result = "bool" | "string" | "string or null" | "Object" | "list(JSONPatch)" | "anything";

/** The place of an expression decides what it may use. */
export interface ExpressionOptions {
  result: Result;
  /** Messages and audit annotations may not use the authorizer. */
  hasAuthorizer?: boolean;
}

/** One of the policy's `variables`. Its compile error is reported when the variable is used. */
export interface PolicyVariable {
  name: string;
  compiled: Compiled;
}

const VARIABLES = "kubernetes.variables";

/** The instance behind `variables`: each variable is evaluated at its first use. */
class Variables {}

let base: Environment | undefined;

/** Compiles the expressions of one policy or configuration. Later expressions may use the variables before them. */
export class PolicyCompiler {
  readonly #hasParams: boolean;
  readonly variables: PolicyVariable[] = [];
  #environments = new Map<boolean, Environment>();
  #types: Record<string, string> = {};
  #characters = 0;

  constructor(options: { hasParams: boolean }) {
    this.#hasParams = options.hasParams;
  }

  /** Declares a variable for all later expressions. */
  addVariable(name: string, source: string): Compiled {
    const compiled = this.compile(source, { result: "anything", hasAuthorizer: true });
    this.variables.push({ name, compiled });
    this.#types = { ...this.#types, [name]: compiled.type === "program" ? compiled.program.type : "dyn" };
    this.#environments = new Map();
    return compiled;
  }

  compile(source: string, { result, hasAuthorizer = false }: ExpressionOptions): Compiled {
    this.#characters += source.length;
    if (this.#characters > MAX_POLICY_CHARACTERS) {
      const problem = `the expressions of one object may have ${MAX_POLICY_CHARACTERS} characters together`;
      return { type: "problem", source, problem };
    }
    const environment = this.#environment(hasAuthorizer);
    const isMutation = result === "Object" || result === "list(JSONPatch)";
    const { source: text, types, positionOf } = isMutation ? literalsAsMaps(source) : asIs(source);
    try {
      const program = compile(environment, text);
      const problem = typeProblem(program.type, result, types[0]);
      return problem ? { type: "problem", source, problem } : { type: "program", source, program };
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      const { problem } = error;
      const located = problem && { ...problem, start: positionOf(problem.start), end: positionOf(problem.end) };
      const report = compilationReport(environment, source, new CelError(error.message, located));
      return { type: "problem", source, problem: report };
    }
  }

  #environment(hasAuthorizer: boolean): Environment {
    let environment = this.#environments.get(hasAuthorizer);
    if (!environment) {
      environment = this.#build(hasAuthorizer);
      this.#environments.set(hasAuthorizer, environment);
    }
    return environment;
  }

  #build(hasAuthorizer: boolean): Environment {
    base ??= buildBase();
    const environment = base.clone();
    if (this.#hasParams) environment.registerVariable("params", "dyn");
    if (hasAuthorizer) environment.registerVariable("authorizer", AUTHORIZER_TYPE);
    if (Object.keys(this.#types).length > 0) {
      environment.registerType(VARIABLES, { ctor: Variables, fields: this.#types });
      environment.registerVariable("variables", VARIABLES);
    }
    return environment;
  }
}

function asIs(source: string): Rewritten {
  return { source, types: [], positionOf: (index) => index };
}

function buildBase(): Environment {
  const environment = celEnvironment({ object: "dyn", oldObject: "dyn", namespaceObject: "dyn" });
  registerAuthorizer(environment);
  const names = { group: "string", version: "string" };
  environment.registerVariable({
    name: "request",
    schema: {
      kind: { ...names, kind: "string" },
      resource: { ...names, resource: "string" },
      subResource: "string",
      requestKind: { ...names, kind: "string" },
      requestResource: { ...names, resource: "string" },
      requestSubResource: "string",
      name: "string",
      namespace: "string",
      operation: "string",
      userInfo: {
        username: "string",
        uid: "string",
        groups: "list<string>",
        extra: "map<string, list<string>>",
      },
      dryRun: "bool",
      options: "dyn",
    },
  });
  return environment;
}

/**
 * The error for a result type other than `result`. Literals are maps in the library, so the first literal's name
 * decides.
 */
function typeProblem(type: string, result: Result, literal: string | undefined): string | null {
  switch (result) {
    case "anything":
      return null;
    case "bool":
    case "string":
      return type === result ? null : `must evaluate to ${result} but got ${typeName(type)}`;
    case "string or null":
      if (type === "string" || type === "null") return null;
      return `must evaluate to one of [string null_type] but got ${typeName(type)}`;
    case "Object":
      if (/^map</.test(type) && literal === "Object") return null;
      return `must evaluate to Object but got ${literal && /^map</.test(type) ? literal : typeName(type)}`;
    case "list(JSONPatch)":
      if (/^list</.test(type) && (literal === "JSONPatch" || !/^list<(string|int|bool)/.test(type))) return null;
      return `must evaluate to list(JSONPatch) but got ${typeName(type)}`;
  }
}

/** The variables of an evaluation. Objects are CEL values already. */
export interface Activation {
  object: unknown;
  oldObject: unknown;
  request: unknown;
  params: unknown;
  namespaceObject: unknown;
  authorizer: unknown;
}

/** Adds `variables` to the other variables. */
export function withVariables(
  activation: Activation,
  variables: readonly PolicyVariable[],
  meter: Meter,
): Record<string, unknown> {
  const all: Record<string, unknown> = { ...activation };
  if (variables.length === 0) return all;
  const instance = new Variables();
  all["variables"] = instance;
  for (const { name, compiled } of variables) {
    let result: { value: unknown } | { error: CelError } | undefined;
    Object.defineProperty(instance, name, {
      enumerable: true,
      get() {
        result ??= evaluateVariable(name, compiled, all, meter);
        if ("error" in result) throw result.error;
        return result.value;
      },
    });
  }
  return all;
}

function evaluateVariable(
  name: string,
  compiled: Compiled,
  all: Record<string, unknown>,
  meter: Meter,
): { value: unknown } | { error: CelError } {
  if (compiled.type === "problem") {
    return { error: new CelError(`composited variable "${name}" fails to compile: ${compiled.problem}`) };
  }
  try {
    return { value: compiled.program.run(all, meter) };
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return { error: new CelError(`composited variable "${name}" fails to evaluate: ${runtimeFailure(error).report}`) };
  }
}

/** The value as a CEL value, or the error in Kubernetes' words. */
export type Evaluation = { value: unknown } | { error: string };

/** Evaluates an expression. @throws OutOfBudgetError at the meter's limit */
export function evaluate(compiled: Compiled, variables: Record<string, unknown>, meter: Meter): Evaluation {
  if (compiled.type === "problem") return { error: `compilation error: ${compiled.problem}` };
  try {
    return { value: compiled.program.run(variables, meter) };
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    if (meter.isExceeded) throw new OutOfBudgetError();
    return { error: `expression '${compiled.source}' resulted in error: ${runtimeFailure(error).report}` };
  }
}

/** No further expression is evaluated for this write. */
export class OutOfBudgetError extends Error {
  override name = "OutOfBudgetError";

  constructor() {
    super("validation failed due to running out of cost budget, no further validation rules will be run");
  }
}

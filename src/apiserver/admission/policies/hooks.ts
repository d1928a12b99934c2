/** Policies with their bindings, and their expressions, which are compiled on first use. */
import type { Compiled, PolicyVariable } from "../../../cel/admission/policy-compiler.ts";
import { OutOfBudgetError, PolicyCompiler } from "../../../cel/admission/policy-compiler.ts";
import type { Meter } from "../../../cel/metering.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import type { MatchCondition, MatchResources, ParamKind, ParamRef, Variable } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import type { AdmissionContext } from "../context.ts";

/** The cost of compiling one expression, in the units of evaluation. */
const COMPILATION_COST = 1_000;

/** The common part of validating and mutating policies. */
export interface AnyPolicy extends KubernetesObject {
  spec: {
    failurePolicy?: string;
    paramKind?: ParamKind;
    matchConstraints?: MatchResources;
    matchConditions?: MatchCondition[];
    variables?: Variable[];
  };
}

/** The common part of both kinds of bindings. */
export interface AnyBinding extends KubernetesObject {
  spec: { policyName?: string; paramRef?: ParamRef; matchResources?: MatchResources };
}

/** A policy with all its bindings. */
export interface Hook<P extends AnyPolicy, B extends AnyBinding> {
  policy: P;
  bindings: readonly B[];
}

/** Bound policies, by name. The list is rebuilt only after a policy or binding was written. */
export function hooksOf<P extends AnyPolicy, B extends AnyBinding>(
  { tx }: AdmissionContext,
  policyKind: KindDefinition<P>,
  bindingKind: KindDefinition<B>,
): readonly Hook<P, B>[] {
  return tx.derived(`policies/${policyKind.plural}`, [policyKind, bindingKind], () => {
    const bindings = tx.list(bindingKind);
    if (bindings.length === 0) return [];
    const byPolicy = Map.groupBy(bindings, ({ spec }) => spec.policyName ?? "");
    return tx.list(policyKind).flatMap((policy) => {
      const own = byPolicy.get(policy.metadata.name ?? "");
      return own ? [{ policy, bindings: own }] : [];
    });
  });
}

/** The number of a policy's expressions that both kinds of policies can have. */
export function commonExpressions({ spec }: AnyPolicy): number {
  return (spec.variables?.length ?? 0) + (spec.matchConditions?.length ?? 0);
}

/** The expressions that policies of both kinds have. */
export interface CompiledPolicy {
  compiler: PolicyCompiler;
  variables: readonly PolicyVariable[];
  conditions: readonly Compiled[];
}

/** Compiles the common expressions. `compiler` compiles the others afterwards. */
export function compileCommon({ spec }: AnyPolicy): CompiledPolicy {
  const compiler = new PolicyCompiler({ hasParams: spec.paramKind !== undefined });
  for (const { name, expression } of spec.variables ?? []) compiler.addVariable(name, expression);
  const conditions = (spec.matchConditions ?? []).map(({ expression }) =>
    compiler.compile(expression, { result: "bool", hasAuthorizer: true }),
  );
  return { compiler, variables: compiler.variables, conditions };
}

/**
 * Caches a value per object; a changed object is a new JavaScript object. Making a value charges the meter for each
 * expression, so a request in a new isolate never compiles thousands. Throws OutOfBudgetError.
 */
export function perObject<O extends object, V>(
  expressionsOf: (object: O) => number,
  make: (object: O) => V,
): (object: O, meter: Meter) => V {
  const known = new WeakMap<O, V>();
  return (object, meter) => {
    let value = known.get(object);
    if (value === undefined) {
      if (meter.spent + expressionsOf(object) * COMPILATION_COST > meter.limit) throw new OutOfBudgetError();
      meter.charge(expressionsOf(object) * COMPILATION_COST);
      value = make(object);
      known.set(object, value);
    }
    return value;
  };
}

/**
 * MutatingAdmissionPolicy (KEP-3962): expressions change the written object, by a merge as in server-side apply or by
 * JSON patches. After a change all admission plugins run once more, and so do policies with `IfNeeded` reinvocation.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/mutating.
 */
import { type Compiled, evaluate, OutOfBudgetError, withVariables } from "../../../cel/admission/policy-compiler.ts";
import type { Meter } from "../../../cel/metering.ts";
import { mutatingAdmissionPolicyKind } from "../../../kinds/admissionregistration/mutating-admission-policy.ts";
import { mutatingAdmissionPolicyBindingKind } from "../../../kinds/admissionregistration/mutating-admission-policy-binding.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import { ApiError } from "../../../lib/api-error.ts";
import { MAX_POLICY_COST } from "../../../lib/limits.ts";
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden } from "../context.ts";
import { activationOf } from "./activation.ts";
import { formOf, kindOfForm, type WriteAttributes, writeAttributesOf } from "./attributes.ts";
import { withinBudget } from "./budget.ts";
import { commonExpressions, compileCommon, hooksOf, perObject } from "./hooks.ts";
import { conditionsMatch } from "./match-conditions.ts";
import { matchedKind } from "./matching.ts";
import { configurationProblem, paramsOf } from "./params.ts";
import { applyConfiguration, applyJsonPatch, type Mutated } from "./patches.ts";
import { takeOver } from "./take-over.ts";

type Policy = MutatingAdmissionPolicy & KubernetesObject;
type Binding = MutatingAdmissionPolicyBinding & KubernetesObject;

interface Problem {
  policy: Policy;
  binding?: Binding;
  message: string;
}

export const mutatingAdmissionPolicy: AdmissionPlugin = {
  name: "MutatingAdmissionPolicy",
  mutate: (context) => mutate(context, () => true),
  mutateAgain: (context) => void mutate(context, ({ spec }) => spec.reinvocationPolicy === "IfNeeded"),
};

/** Returns true if a policy changed the object. */
function mutate(context: AdmissionContext, concerns: (policy: Policy) => boolean): boolean {
  const hooks = hooksOf(context, mutatingAdmissionPolicyKind, mutatingAdmissionPolicyBindingKind);
  if (hooks.length === 0) return false;
  const write = writeAttributesOf(context);
  if (!write) return false;
  const before = JSON.stringify(context.object);
  const problems: Problem[] = [];
  for (const { policy, bindings } of hooks) {
    const constraints = policy.spec.matchConstraints;
    const kind = constraints && concerns(policy) ? matchedKind(constraints, write) : undefined;
    if (!kind) continue;
    const problem = configurationProblem(policy.spec.paramKind, write);
    if (problem !== undefined) {
      if (policy.spec.failurePolicy !== "Ignore") problems.push({ policy, message: problem });
      continue;
    }
    for (const binding of bindings) {
      const { matchResources } = binding.spec;
      if (matchResources && !matchedKind(matchResources, write)) continue;
      problems.push(...problemsOf(policy, binding, write, kind));
    }
  }
  const [first] = problems;
  if (first) throw refusal(context, first, problems);
  return JSON.stringify(context.object) !== before;
}

function problemsOf(policy: Policy, binding: Binding, write: WriteAttributes, kind: KindDefinition): Problem[] {
  const params = paramsOf(policy.spec.paramKind, binding.spec.paramRef, write);
  const messages =
    "error" in params
      ? [`failed to configure binding: ${params.error}`]
      : params.objects.flatMap((object) =>
          withinBudget(write.context, MAX_POLICY_COST, (meter) => runMutations(policy, write, kind, object, meter)),
        );
  if (policy.spec.failurePolicy === "Ignore") return [];
  return messages.map((message) => ({ policy, binding, message }));
}

function expressionsOf(policy: Policy): number {
  return commonExpressions(policy) + (policy.spec.mutations?.length ?? 0);
}

type CompiledMutation = { expression: Compiled; apply: typeof applyConfiguration };

const compiled = perObject(expressionsOf, (policy: Policy) => {
  const common = compileCommon(policy);
  const mutations = (policy.spec.mutations ?? []).map((mutation): CompiledMutation => {
    const isPatch = mutation.patchType === "JSONPatch";
    const source = (isPatch ? mutation.jsonPatch : mutation.applyConfiguration)?.expression ?? "";
    return {
      expression: common.compiler.compile(source, {
        result: isPatch ? "list(JSONPatch)" : "Object",
        hasAuthorizer: true,
      }),
      apply: isPatch ? applyJsonPatch : applyConfiguration,
    };
  });
  return { ...common, mutations };
});

/** Applies the mutations in turn. A failed mutation does not undo the others. */
function runMutations(
  policy: Policy,
  write: WriteAttributes,
  kind: KindDefinition,
  params: KubernetesObject | null,
  meter: Meter,
): string[] {
  const { context, operation } = write;
  const problems: string[] = [];
  try {
    const { conditions, mutations, variables } = compiled(policy, meter);
    const current = () => withVariables(activationOf(write, kind, params), variables, meter);
    const match = conditionsMatch(() => conditions, current(), meter, policy.spec.failurePolicy);
    if ("error" in match) return [match.error];
    if (!match.matches || operation === "DELETE") return [];
    for (const { expression, apply } of mutations) {
      const result = evaluate(expression, current(), meter);
      const mutated: Mutated =
        "error" in result ? result : apply(kindOfForm(write, kind), formOf(write, kind, context.object), result.value);
      if ("error" in mutated) problems.push(mutated.error);
      else takeOver(write, kind, mutated.object);
    }
    return problems;
  } catch (error) {
    if (error instanceof OutOfBudgetError) return [...problems, error.message];
    throw error;
  }
}

function refusal(context: AdmissionContext, first: Problem, problems: readonly Problem[]): ApiError {
  const textOf = ({ policy, binding, message }: Problem) => {
    const { name } = policy.metadata;
    const who = binding ? `'${name}' with binding '${binding.metadata.name}'` : JSON.stringify(name);
    return `policy ${who} denied request: ${message}`;
  };
  const causes = problems.map((problem) => ({ message: textOf(problem) }));
  return new ApiError("Invalid", textOf(first), { ...forbidden(context, "").details, causes });
}

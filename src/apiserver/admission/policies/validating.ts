/**
 * ValidatingAdmissionPolicy (KEP-3488): administrators' expressions that a write must fulfil. Audit annotations are
 * evaluated, because an error in them refuses the write too, but not recorded: there are no audit logs.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating.
 */
import {
  type Activation,
  type Compiled,
  evaluate,
  OutOfBudgetError,
  withVariables,
} from "../../../cel/admission/policy-compiler.ts";
import type { Meter } from "../../../cel/metering.ts";
import { validatingAdmissionPolicyKind } from "../../../kinds/admissionregistration/validating-admission-policy.ts";
import { validatingAdmissionPolicyBindingKind } from "../../../kinds/admissionregistration/validating-admission-policy-binding.ts";
import { ApiError, type ApiErrorReason } from "../../../lib/api-error.ts";
import { MAX_EVALUATED_MESSAGE_LENGTH, MAX_POLICY_COST } from "../../../lib/limits.ts";
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, Validation } from "../../../schema/index.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden } from "../context.ts";
import { activationOf } from "./activation.ts";
import { type WriteAttributes, writeAttributesOf } from "./attributes.ts";
import { withinBudget } from "./budget.ts";
import { commonExpressions, compileCommon, hooksOf, perObject } from "./hooks.ts";
import { conditionsMatch } from "./match-conditions.ts";
import { matchedKind } from "./matching.ts";
import { configurationProblem, paramsOf } from "./params.ts";

type Policy = ValidatingAdmissionPolicy & KubernetesObject;
type Binding = ValidatingAdmissionPolicyBinding & KubernetesObject;

/** A policy's objection to a write. */
interface Failure {
  message: string;
  reason: string;
}

interface Denial extends Failure {
  policy: Policy;
  binding?: Binding;
}

export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: "ValidatingAdmissionPolicy",

  validate(context) {
    const hooks = hooksOf(context, validatingAdmissionPolicyKind, validatingAdmissionPolicyBindingKind);
    if (hooks.length === 0) return;
    const write = writeAttributesOf(context);
    if (!write) return;
    const denials: Denial[] = [];
    for (const { policy, bindings } of hooks) {
      const constraints = policy.spec.matchConstraints;
      const kind = constraints && matchedKind(constraints, write);
      if (!kind) continue;
      const problem = configurationProblem(policy.spec.paramKind, write);
      if (problem !== undefined) {
        if (policy.spec.failurePolicy !== "Ignore") denials.push({ policy, message: problem, reason: "" });
        continue;
      }
      for (const binding of bindings) {
        const { matchResources } = binding.spec;
        if (matchResources && !matchedKind(matchResources, write)) continue;
        denials.push(...denialsOf(policy, binding, write, kind));
      }
    }
    const [first] = denials;
    if (first) throw refusal(context, first);
  },
};

function denialsOf(policy: Policy, binding: Binding, write: WriteAttributes, kind: WriteAttributes["kind"]): Denial[] {
  const { context } = write;
  const params = paramsOf(policy.spec.paramKind, binding.spec.paramRef, write);
  if ("error" in params) {
    if (policy.spec.failurePolicy === "Ignore") return [];
    return [{ policy, binding, message: `failed to configure binding: ${params.error}`, reason: "" }];
  }
  const denials: Denial[] = [];
  for (const object of params.objects) {
    const { failures, annotationErrors } = withinBudget(context, MAX_POLICY_COST, (meter) => {
      return validate(policy, activationOf(write, kind, object), meter);
    });
    for (const failure of failures) {
      for (const action of binding.spec.validationActions ?? []) {
        if (action === "Deny") denials.push({ policy, binding, ...failure });
        if (action === "Warn") context.warn(warningOf(policy, binding, failure));
      }
    }
    denials.push(...annotationErrors.map((message) => ({ policy, binding, message, reason: "" })));
  }
  return denials;
}

function expressionsOf(policy: Policy): number {
  const { validations = [], auditAnnotations = [] } = policy.spec;
  return commonExpressions(policy) + 2 * validations.length + auditAnnotations.length;
}

interface CompiledValidation {
  validation: Validation;
  expression: Compiled;
  message: Compiled | null;
}

const compiled = perObject(expressionsOf, (policy: Policy) => {
  const common = compileCommon(policy);
  const { compiler } = common;
  const { validations = [], auditAnnotations = [] } = policy.spec;
  return {
    ...common,
    validations: validations.map(
      (validation): CompiledValidation => ({
        validation,
        expression: compiler.compile(validation.expression, { result: "bool", hasAuthorizer: true }),
        message: validation.messageExpression
          ? compiler.compile(validation.messageExpression, { result: "string" })
          : null,
      }),
    ),
    annotations: auditAnnotations.map(({ valueExpression }) =>
      compiler.compile(valueExpression.trim(), { result: "string or null", hasAuthorizer: true }),
    ),
  };
});

interface Outcome {
  failures: Failure[];
  annotationErrors: string[];
}

function validate(policy: Policy, activation: Activation, meter: Meter): Outcome {
  const { failurePolicy } = policy.spec;
  const onError = (message: string): Outcome => ({
    failures: failurePolicy === "Ignore" ? [] : [{ message, reason: "" }],
    annotationErrors: [],
  });
  try {
    const { conditions, validations, annotations, variables: declared } = compiled(policy, meter);
    const variables = withVariables(activation, declared, meter);
    const match = conditionsMatch(() => conditions, variables, meter, failurePolicy);
    if ("error" in match) return onError(match.error);
    if (!match.matches) return { failures: [], annotationErrors: [] };
    const results = validations.map((each) => ({ ...each, result: evaluate(each.expression, variables, meter) }));
    const failures = results.flatMap(({ validation, message, result }): Failure[] => {
      if ("error" in result) return onError(result.error).failures;
      if (result.value === true) return [];
      const text = messageOf(validation, message, variables, meter);
      return [{ message: text, reason: validation.reason ?? "Invalid" }];
    });
    const errors = annotations.flatMap((annotation) => {
      const result = evaluate(annotation, variables, meter);
      return "error" in result && failurePolicy !== "Ignore" ? [result.error] : [];
    });
    return { failures, annotationErrors: errors };
  } catch (error) {
    if (error instanceof OutOfBudgetError) return onError(error.message);
    throw error;
  }
}

/** The result of the message expression, else the given message, else the expression. */
function messageOf(
  { message, expression }: Validation,
  messageExpression: Compiled | null,
  variables: Record<string, unknown>,
  meter: Meter,
): string {
  if (messageExpression) {
    const result = evaluate(messageExpression, variables, meter);
    const text = "value" in result && typeof result.value === "string" ? result.value.trim() : "";
    if (text !== "" && text.length <= MAX_EVALUATED_MESSAGE_LENGTH && !text.includes("\n")) return text;
  }
  return message?.trim() || `failed expression: ${expression.trim()}`;
}

function warningOf(policy: Policy, binding: Binding, { message }: Failure): string {
  const where = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  return `Validation failed for ${where}: ${message}`;
}

/** Reasons that a validation may name. */
const REASONS: Readonly<Record<string, ApiErrorReason>> = {
  Forbidden: "Forbidden",
  RequestEntityTooLarge: "RequestEntityTooLarge",
};

function refusal(context: AdmissionContext, { policy, binding, message, reason }: Denial): ApiError {
  const by = binding ? ` with binding '${binding.metadata.name}'` : "";
  const text = `ValidatingAdmissionPolicy '${policy.metadata.name}'${by} denied request: ${message}`;
  const error = forbidden(context, text);
  return new ApiError(REASONS[reason] ?? "Invalid", error.message, { ...error.details, causes: [{ message: text }] });
}

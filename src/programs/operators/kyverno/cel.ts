/**
 * `validate.cel`: the expressions of a ValidatingAdmissionPolicy in a rule.
 * Source: github.com/kyverno/kyverno pkg/engine/handlers/validation/validate_cel.go
 */
import { evaluate, OutOfBudgetError, PolicyCompiler, withVariables } from "../../../cel/admission/policy-compiler.ts";
import { Meter } from "../../../cel/metering.ts";
import { toCel } from "../../../cel/values.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Review } from "./review.ts";
import type { Validation } from "./validate.ts";

export function validateByCel(rule: JsonObject, review: Review): Validation {
  try {
    return judge(rule, review, new Meter());
  } catch (error) {
    if (error instanceof OutOfBudgetError) return { status: "error", message: error.message };
    throw error;
  }
}

function judge(rule: JsonObject, { object, oldObject, request, namespaceObject }: Review, meter: Meter): Validation {
  const cel = objectIn(objectIn(rule["validate"])["cel"]);
  if (cel["paramKind"] !== undefined) {
    return { status: "error", message: "error in parameterized resource: paramKind is not simulated" };
  }
  const compiler = new PolicyCompiler({ hasParams: false });
  for (const { name, expression } of objectsIn(cel["variables"]))
    compiler.addVariable(String(name), String(expression));
  const shown = (value: JsonObject | undefined) => toCel(undefined, value ?? null);
  const activation = {
    ...{ object: shown(object), oldObject: shown(oldObject), namespaceObject: shown(namespaceObject) },
    ...{ request: toCel(undefined, request), params: null, authorizer: null },
  };
  const variables = withVariables(activation, compiler.variables, meter);
  const value = (source: JsonValue | undefined, result: "bool" | "string") =>
    evaluate(compiler.compile(String(source), { result }), variables, meter);

  for (const { expression } of objectsIn(rule["celPreconditions"])) {
    const result = value(expression, "bool");
    if ("error" in result) return { status: "error", message: result.error };
    if (result.value !== true) return { status: "skip", message: "cel preconditions not met" };
  }
  for (const { expression, message, messageExpression } of objectsIn(cel["expressions"])) {
    const result = value(expression, "bool");
    if ("error" in result) return { status: "error", message: result.error };
    if (result.value === true) continue;
    const computed = messageExpression === undefined ? undefined : value(messageExpression, "string");
    if (computed && "value" in computed && typeof computed.value === "string" && computed.value.trim() !== "") {
      return { status: "fail", message: computed.value };
    }
    const text = message ?? objectIn(rule["validate"])["message"] ?? `failed expression: ${String(expression)}`;
    return { status: "fail", message: String(text) };
  }
  return { status: "pass", message: `Validation rule '${String(rule["name"])}' passed.` };
}

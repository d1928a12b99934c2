/**
 * The engine K8sNativeValidation: a template's expressions in CEL, with the parameters of a constraint.
 * Source: github.com/open-policy-agent/gatekeeper pkg/drivers/k8scel
 */
import { evaluate, OutOfBudgetError, PolicyCompiler, withVariables } from "../../../cel/admission/policy-compiler.ts";
import { Meter } from "../../../cel/metering.ts";
import { toCel } from "../../../cel/values.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Subject } from "./match.ts";

/** The messages of the violations. `request` is that of the review, or what an audit knows instead. */
export function violationsOf(
  source: JsonObject,
  constraint: JsonObject,
  subject: Subject,
  request: JsonObject,
): string[] {
  const isStrict = source["failurePolicy"] !== "Ignore";
  try {
    return judge(source, constraint, subject, request, isStrict);
  } catch (error) {
    if (!(error instanceof OutOfBudgetError)) throw error;
    return isStrict ? [error.message] : [];
  }
}

function judge(
  source: JsonObject,
  constraint: JsonObject,
  { object, oldObject, namespaceObject }: Subject,
  request: JsonObject,
  isStrict: boolean,
): string[] {
  const meter = new Meter();
  const compiler = new PolicyCompiler({ hasParams: true });
  compiler.addVariable("anyObject", "object == null ? oldObject : object");
  compiler.addVariable("params", "params");
  for (const { name, expression } of objectsIn(source["variables"])) {
    compiler.addVariable(String(name), String(expression));
  }
  const shown = (value: JsonValue | undefined) => toCel(undefined, value ?? null);
  const activation = {
    ...{ object: shown(object), oldObject: shown(oldObject), namespaceObject: shown(namespaceObject) },
    ...{ request: shown(request), params: shown(objectIn(constraint["spec"])["parameters"]), authorizer: null },
  };
  const variables = withVariables(activation, compiler.variables, meter);
  const value = (expression: JsonValue | undefined, result: "bool" | "string") =>
    evaluate(compiler.compile(String(expression), { result }), variables, meter);

  for (const { expression } of objectsIn(source["matchConditions"])) {
    const result = value(expression, "bool");
    if ("error" in result) return isStrict ? [result.error] : [];
    if (result.value !== true) return [];
  }
  return objectsIn(source["validations"]).flatMap(({ expression, message, messageExpression }) => {
    const result = value(expression, "bool");
    if ("error" in result) return isStrict ? [result.error] : [];
    if (result.value === true) return [];
    const computed = messageExpression === undefined ? undefined : value(messageExpression, "string");
    const text = computed && "value" in computed && typeof computed.value === "string" ? computed.value.trim() : "";
    if (text !== "") return [text];
    return [typeof message === "string" ? message.trim() : `failed expression: ${String(expression).trim()}`];
  });
}

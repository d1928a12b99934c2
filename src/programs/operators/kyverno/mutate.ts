/**
 * Rules that mutate: patches of both forms, also in loops.
 * Source: github.com/kyverno/kyverno pkg/engine/mutate/mutation.go, pkg/engine/handlers/mutation/common.go
 */
import { parse as parseYaml } from "yaml";
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { jsonPatch } from "../../../schema/index.ts";
import { jsonMerge, strategicMerge } from "../../kubectl/core/local-patch.ts";
import { objectsIn } from "../../kubectl/core/parts.ts";
import { nameOf, namespaceOf } from "../objects.ts";
import { evaluateConditions } from "./conditions.ts";
import type { PolicyContext } from "./context.ts";
import { QueryError } from "./jmespath/values.ts";
import { withParents } from "./json-patches.ts";
import type { RuleStatus } from "./outcomes.ts";
import { patchFor } from "./strategic-patch.ts";
import { substitute } from "./substitution.ts";
import { listOf } from "./validate.ts";

export interface Mutation {
  status: RuleStatus;
  message: string;
  /** The changed object; that of before for other results than `pass`. */
  object: JsonObject;
}

/** `part` is the rule's `mutate`. */
export function mutateResource(context: PolicyContext, part: JsonObject, object: JsonObject): Mutation {
  try {
    const changed = Array.isArray(part["foreach"])
      ? mutateInLoops(context, objectsIn(part["foreach"]), object, 0)
      : patched(context, part, object);
    if (equalJson(changed, object)) return { status: "skip", message: "no patches applied", object };
    return { status: "pass", message: successText(changed), object: changed };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { status: "error", message: error.message, object };
  }
}

function successText(object: JsonObject): string {
  const [kind, namespace] = [String(object["kind"] ?? ""), namespaceOf(object)];
  return `mutated ${kind}/${nameOf(object)}${namespace === "" ? "" : ` in namespace ${namespace}`}`;
}

function patched(context: PolicyContext, part: JsonObject, object: JsonObject): JsonObject {
  const { patchStrategicMerge: merge, patchesJson6902: operations } = part;
  if (merge !== undefined) return merged(object, substituted(context, merge));
  if (typeof operations === "string") return withOperations(object, substituted(context, operations));
  throw new QueryError("empty mutate rule");
}

function substituted(context: PolicyContext, value: JsonValue): JsonValue {
  try {
    return substitute(context, value);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(`variable substitution failed: ${error.message}`);
  }
}

function merged(object: JsonObject, pattern: JsonValue): JsonObject {
  const patch = isJsonObject(pattern) ? patchFor(object, pattern) : undefined;
  if (!patch) return object;
  const apiVersion = String(object["apiVersion"] ?? "v1");
  const isCustom = apiVersion.includes(".") && !/\.k8s\.io\//.test(apiVersion);
  return isCustom ? jsonMerge(object, patch) : strategicMerge(object, patch, { prepends: true });
}

/** Operations in YAML or JSON. */
function withOperations(object: JsonObject, text: JsonValue): JsonObject {
  let operations: JsonValue;
  try {
    operations = typeof text === "string" ? (parseYaml(text) as JsonValue) : text;
  } catch (error) {
    throw new QueryError(`failed to patch resource: ${error instanceof Error ? error.message : "invalid YAML"}`);
  }
  let current: JsonValue = object;
  for (const operation of objectsIn(operations)) {
    const prepared = withParents(current, operation);
    if (!prepared) continue;
    const result = jsonPatch(prepared, [operation]);
    if ("error" in result) throw new QueryError(`failed to patch resource: ${result.error}`);
    current = result.value;
  }
  return isJsonObject(current) ? current : object;
}

function mutateInLoops(
  context: PolicyContext,
  loops: readonly JsonObject[],
  object: JsonObject,
  nesting: number,
): JsonObject {
  let current = object;
  for (const loop of loops) current = mutateElements(context.withResource(current), loop, current, nesting);
  return current;
}

/** Strategic merges put entries first, so their elements come in reverse order. */
function mutateElements(outer: PolicyContext, loop: JsonObject, object: JsonObject, nesting: number): JsonObject {
  let elements: { element: JsonValue; index: number }[];
  try {
    elements = listOf(outer, loop).map((element, index) => ({ element, index }));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError(`failed to evaluate list ${String(loop["list"])}: ${error.message}`);
  }
  const isReversed =
    loop["order"] === undefined ? loop["patchStrategicMerge"] !== undefined : loop["order"] === "Descending";
  if (isReversed) elements.reverse();
  let current = object;
  for (const { element, index } of elements) {
    if (element === null) continue;
    const context = outer.withElement(element, index, nesting).withEntries(loop["context"]);
    if (!evaluateConditions(context, loop["preconditions"]).holds) continue;
    current = Array.isArray(loop["foreach"])
      ? mutateInLoops(context, objectsIn(loop["foreach"]), current, nesting + 1)
      : patched(context, loop, current);
  }
  return current;
}

/**
 * Anchors of `patchStrategicMerge`: conditions decide where the patch applies, `+(key)` adds what is missing.
 * Source: github.com/kyverno/kyverno pkg/engine/mutate/patch/strategicPreprocessing.go
 */
import { cloneJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type Anchor, parseAnchor } from "./anchors.ts";
import { matchPattern } from "./patterns.ts";

type Resource = JsonValue | undefined;

/** A condition of the patch does not hold. `global`: for the whole rule. */
class ConditionError extends Error {
  override name = "ConditionError";
  readonly isGlobal: boolean;

  constructor(isGlobal: boolean) {
    super("condition failed");
    this.isGlobal = isGlobal;
  }
}

/** The patch for this resource, without anchors. Undefined: a condition does not hold. */
export function patchFor(resource: JsonObject, pattern: JsonObject): JsonObject | undefined {
  const patch = cloneJson(pattern);
  try {
    resolve(patch, resource);
  } catch (error) {
    if (error instanceof ConditionError) return undefined;
    throw error;
  }
  for (const key of Object.keys(patch)) {
    if (removeAnchors(patch[key] ?? null, isCondition(parseAnchor(key)))) delete patch[key];
  }
  return patch;
}

const isCondition = (anchor: Anchor | undefined) => anchor?.type === "condition" || anchor?.type === "global";
const isAddition = (anchor: Anchor | undefined) => anchor?.type === "addIfNotPresent";
const hasAnchor = (anchor: Anchor | undefined) => isCondition(anchor) || isAddition(anchor);

function resolve(pattern: JsonValue, resource: Resource): void {
  if (Array.isArray(pattern) && isJsonObject(pattern[0])) resolveList(pattern, resource);
  if (!isJsonObject(pattern)) return;
  const object = isJsonObject(resource) ? resource : undefined;
  resolveAdditions(pattern, object);
  checkConditions(pattern, object, "global");
  checkConditions(pattern, object, "condition");
  for (const key of Object.keys(pattern)) {
    if (!hasAnchor(parseAnchor(key))) resolve(pattern[key] ?? null, object?.[key]);
  }
}

/** Returns the number of additions. */
function resolveAdditions(pattern: JsonObject, resource: JsonObject | undefined): number {
  let count = 0;
  for (const [key, value] of Object.entries(pattern)) {
    const anchor = parseAnchor(key);
    if (!anchor || !isAddition(anchor)) continue;
    count++;
    delete pattern[key];
    if (!resource || !Object.hasOwn(resource, anchor.key)) pattern[anchor.key] = value;
  }
  return count;
}

function checkConditions(pattern: JsonObject, resource: JsonObject | undefined, type: "global" | "condition"): void {
  for (const [key, value] of Object.entries(pattern)) {
    const anchor = parseAnchor(key);
    if (anchor?.type !== type) continue;
    if (!resource || !Object.hasOwn(resource, anchor.key)) throw new ConditionError(type === "global");
    const own = resource[anchor.key] ?? null;
    if (isJsonObject(value) && resolveAdditions(value, isJsonObject(own) ? own : undefined) > 0) continue;
    if (matchPattern(own, value ?? null)) throw new ConditionError(type === "global");
  }
}

/** An element with anchors becomes one for each element of the resource that meets its conditions. */
function resolveList(pattern: JsonValue[], resource: Resource): void {
  const elements = Array.isArray(resource) ? resource : [];
  for (const element of [...pattern]) {
    if (!isJsonObject(element) || !contains(element, hasAnchor)) continue;
    const isGlobal = contains(element, (anchor) => anchor?.type === "global");
    const copy = cloneJson(element);
    let hasPassed = false;
    let failure: ConditionError | undefined;
    for (const own of resource === undefined ? [undefined] : elements) {
      try {
        resolve(copy, own);
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error;
        if (error.isGlobal) failure = error;
        continue;
      }
      if (isGlobal) hasPassed = true;
      else if (isJsonObject(own)) addNamed(pattern, copy, own["name"]);
    }
    if (failure && !hasPassed) throw failure;
  }
}

function addNamed(pattern: JsonValue[], element: JsonObject, name: JsonValue | undefined): void {
  const added = cloneJson(element);
  if (name === undefined || name === null || name === "" || removeAnchors(added, true)) return;
  pattern.push({ ...added, name });
}

function contains(pattern: JsonValue, isWanted: (anchor: Anchor | undefined) => boolean): boolean {
  if (Array.isArray(pattern)) return pattern.some((each) => contains(each, isWanted));
  if (!isJsonObject(pattern)) return false;
  return Object.entries(pattern).some(
    ([key, value]) => isWanted(parseAnchor(key)) || contains(value ?? null, isWanted),
  );
}

/** Removes what is only a condition. Returns true if nothing is left, so that the part itself must go. */
function removeAnchors(part: JsonValue, removesScalar: boolean): boolean {
  if (Array.isArray(part)) return removeFromList(part);
  return isJsonObject(part) ? removeFromObject(part) : removesScalar;
}

function removeFromObject(object: JsonObject): boolean {
  for (const [key, value] of Object.entries(object)) {
    const anchor = parseAnchor(key);
    if (!anchor || !isCondition(anchor)) continue;
    delete object[key];
    if (!removeAnchors(value ?? null, true)) object[anchor.key] = value;
  }
  for (const key of Object.keys(object)) if (removeAnchors(object[key] ?? null, false)) delete object[key];
  return Object.keys(object).length === 0;
}

function removeFromList(list: JsonValue[]): boolean {
  const kept = list.filter((element) => !contains(element, hasAnchor) && !removeAnchors(element, false));
  const wasEmpty = list.length === 0;
  list.splice(0, list.length, ...kept);
  return list.length === 0 && !wasEmpty;
}

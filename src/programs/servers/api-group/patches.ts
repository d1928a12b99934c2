/** Patches of objects: RFC 7386 (merge) and RFC 6902 (operations). */
import { cloneJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value ?? null);
  }
  return result;
}

/** The patched value, or what is wrong with the patch. */
export function jsonPatch(target: JsonObject, operations: JsonValue): JsonObject | string {
  if (!Array.isArray(operations)) return "json: cannot unmarshal object into Go value of type jsonpatch.Patch";
  const result = cloneJson(target);
  for (const operation of operations) {
    const problem = isJsonObject(operation) ? applyOperation(result, operation) : "invalid operation";
    if (problem !== undefined) return problem;
  }
  return result;
}

function applyOperation(root: JsonObject, { op, path, value = null }: JsonObject): string | undefined {
  const parts = String(path)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = parts.pop() ?? "";
  const parent = parts.reduce<JsonValue | undefined>(childOf, root);
  const missing = `${String(op)} operation does not apply: doc is missing path: ${String(path)}: missing value`;
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : Number(last);
    if (op === "add") parent.splice(index, 0, value);
    else if (index >= parent.length) return missing;
    else if (op === "remove") parent.splice(index, 1);
    else if (op === "replace") parent[index] = value;
    return undefined;
  }
  if (!isJsonObject(parent)) return missing;
  const isThere = Object.hasOwn(parent, last);
  switch (op) {
    case "add":
      parent[last] = value;
      return undefined;
    case "replace":
    case "remove":
      if (!isThere) return missing;
      if (op === "replace") parent[last] = value;
      else delete parent[last];
      return undefined;
    case "test":
      return JSON.stringify(parent[last]) === JSON.stringify(value)
        ? undefined
        : `testing value ${String(path)} failed: test failed`;
    default:
      return `Unexpected kind: ${String(op)}`;
  }
}

function childOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(name)];
  return isJsonObject(value) ? value[name] : undefined;
}

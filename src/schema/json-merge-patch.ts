/** JSON merge patch (RFC 7386) with the deviations of the API server's library (github.com/evanphx/json-patch). */
import { cloneJson, defineField, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { PatchError } from "./patch-error.ts";

/** The patched object; it shares nothing with its sources. */
export function jsonMergePatch(current: JsonValue, patch: JsonValue): { value: JsonValue } | PatchError {
  if (isJsonObject(patch)) return { value: merge(current, patch) };
  if (Array.isArray(patch)) return { value: withoutNulls(patch) };
  return { error: "Invalid JSON Patch", code: 400 };
}

function merge(current: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(current)) return withoutNulls(patch);
  if (!isJsonObject(patch)) return cloneJson(patch);
  const result = cloneJson(current);
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || value === undefined) delete result[key];
    else defineField(result, key, merge(Object.hasOwn(result, key) ? (result[key] ?? null) : null, value));
  }
  return result;
}

/** New values keep no nulls, not even in lists. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item !== null && item !== undefined) defineField(result, key, withoutNulls(item));
  }
  return result;
}

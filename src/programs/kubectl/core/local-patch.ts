/**
 * A strategic merge patch, applied without the server: for `--local` and dry runs of the client.
 * Source: k8s.io/apimachinery pkg/util/strategicpatch
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { mergeKeyOf } from "./merge-keys.ts";

export interface MergeOptions {
  /** The entries of the patch come first in a list, as kustomize orders them; else new entries come last. */
  prepends?: boolean;
}

/** The patched object. Lists of objects with a merge key are merged, all other lists are replaced. */
export function strategicMerge(object: JsonObject, patch: JsonObject, options: MergeOptions = {}): JsonObject {
  if (patch["$patch"] === "replace") return withoutDirectives(patch);
  const result: JsonObject = { ...object };
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith("$")) continue;
    const present = result[field];
    if (value === null) delete result[field];
    else if (isJsonObject(value)) result[field] = strategicMerge(isJsonObject(present) ? present : {}, value, options);
    else if (Array.isArray(value) && Array.isArray(present))
      result[field] = mergedList(field, [present, value], options);
    else result[field] = value;
  }
  return result;
}

/** A JSON merge patch (RFC 7386). */
export function jsonMerge(object: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...object };
  for (const [field, value] of Object.entries(patch)) {
    const present = result[field];
    if (value === null) delete result[field];
    else if (isJsonObject(value)) result[field] = jsonMerge(isJsonObject(present) ? present : {}, value);
    else result[field] = value;
  }
  return result;
}

function mergedList(
  field: string,
  [present, patch]: readonly [readonly JsonValue[], readonly JsonValue[]],
  options: MergeOptions,
): JsonValue[] {
  const key = mergeKeyOf(field, [...present, ...patch]);
  if (key === undefined) return [...patch];
  const merged = [...present] as JsonObject[];
  for (const entry of patch as readonly JsonObject[]) {
    const i = merged.findIndex((one) => one[key] === entry[key]);
    if (entry["$patch"] === "delete") {
      if (i >= 0) merged.splice(i, 1);
    } else if (i < 0) merged.push(withoutDirectives(entry));
    else merged[i] = strategicMerge(merged[i]!, entry, options);
  }
  if (!options.prepends) return merged;
  const places = (patch as readonly JsonObject[]).map((entry) => entry[key]);
  const placeOf = (one: JsonObject) => (places.includes(one[key]) ? places.indexOf(one[key]) : places.length);
  return merged.sort((a, b) => placeOf(a) - placeOf(b));
}

function withoutDirectives(entry: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => !field.startsWith("$")));
}

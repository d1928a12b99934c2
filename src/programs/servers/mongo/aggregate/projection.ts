/** `$project`, and the projection of `find`. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { MongoError } from "../errors.ts";
import { removeAt, setAt } from "../values.ts";
import { evaluate } from "./expressions.ts";
import type { Scope } from "./scope.ts";

const isFlag = (value: JsonValue | undefined): boolean => typeof value === "number" || typeof value === "boolean";
const isOff = (value: JsonValue | undefined): boolean => value === 0 || value === false;

/** The document with the fields of a projection. An empty projection keeps all. */
export function projected(
  document: JsonObject,
  projection: JsonObject,
  variables: Scope["variables"] = {},
): JsonObject {
  const fields = Object.entries(flattened(projection));
  if (fields.length === 0) return document;
  const others = fields.filter(([name]) => name !== "_id");
  const isExclusion = others.length > 0 ? others.every(([, value]) => isOff(value)) : isOff(projection["_id"]);
  if (!isExclusion && others.some(([, value]) => isOff(value))) {
    const [name] = others.find(([, value]) => isOff(value)) ?? [""];
    throw new MongoError(`Cannot do exclusion on field ${name} in inclusion projection`, "Location51003");
  }
  if (isExclusion) {
    const copy = structuredClone(document);
    for (const [name, value] of fields) if (isOff(value)) removeAt(copy, name);
    return copy;
  }
  return included(document, fields, variables);
}

function included(
  document: JsonObject,
  fields: readonly (readonly [string, JsonValue])[],
  variables: Scope["variables"],
): JsonObject {
  const kept = new Set(fields.filter(([, value]) => isFlag(value) && !isOff(value)).map(([name]) => name));
  if (!fields.some(([name, value]) => name === "_id" && isOff(value))) kept.add("_id");
  const result = pick(document, kept, "");
  for (const [name, value] of fields) {
    if (isFlag(value)) continue;
    const made = evaluate(value, { root: document, variables });
    if (made !== undefined) setAt(result, name, made);
  }
  return result;
}

/** Fields of the chosen paths, in the order of the document. */
function pick(document: JsonObject, paths: ReadonlySet<string>, prefix: string): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(document)) {
    const path = prefix + name;
    if (paths.has(path)) result[name] = value ?? null;
    else if ([...paths].some((each) => each.startsWith(`${path}.`))) {
      if (isJsonObject(value)) result[name] = pick(value, paths, `${path}.`);
      else if (Array.isArray(value)) {
        result[name] = value.filter(isJsonObject).map((each) => pick(each, paths, `${path}.`));
      }
    }
  }
  return result;
}

/** Nested flags as paths: `{ a: { b: 1 } }` is `{ "a.b": 1 }`. */
function flattened(projection: JsonObject, prefix = ""): Record<string, JsonValue> {
  const result: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(projection)) {
    const isNested = isJsonObject(value) && !Object.keys(value).some((key) => key.startsWith("$"));
    if (isNested && Object.keys(value).length > 0) Object.assign(result, flattened(value, `${prefix}${name}.`));
    else result[prefix + name] = value ?? null;
  }
  return result;
}

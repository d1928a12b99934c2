/** Parts of JSON that may be missing or of another type. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

/** The object; an empty one for all other values. */
export function objectIn(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The objects of a list; none for all other values. */
export function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** An object of a kustomization while it is built. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { objectIn } from "../core/parts.ts";

export interface BuiltResource {
  object: JsonObject;
  /** A suffix of the contents' hash is appended to its name at the end. */
  needsHash: boolean;
  /** The name that it had in its file; patches and replacements may name it so. */
  originalName: string;
}

export function kindOf({ object }: BuiltResource): string {
  return String(object["kind"]);
}

export function builtName({ object }: BuiltResource): string {
  return String(objectIn(object["metadata"])["name"] ?? "");
}

export function withMetadata(object: JsonObject, change: (metadata: JsonObject) => JsonObject): JsonObject {
  return { ...object, metadata: change(objectIn(object["metadata"])) };
}

/** The object with a changed value at a path; nothing changes where the path does not lead. */
export function changedAt(
  object: JsonObject,
  path: readonly string[],
  change: (value: JsonValue | undefined) => JsonValue | undefined,
  { creates = false } = {},
): JsonObject {
  const [field = "", ...rest] = path;
  const inner = object[field];
  if (rest.length === 0) {
    const value = inner === undefined && !creates ? undefined : change(inner);
    return value === undefined ? object : { ...object, [field]: value };
  }
  if (isJsonObject(inner)) return { ...object, [field]: changedAt(inner, rest, change, { creates }) };
  return inner === undefined && creates ? { ...object, [field]: changedAt({}, rest, change, { creates }) } : object;
}

/** Every object within a value, itself first, with the field that leads to it. The result replaces it. */
export function mapObjects(
  value: JsonValue,
  change: (object: JsonObject, field: string) => JsonObject,
  field = "",
): JsonValue {
  if (Array.isArray(value)) return value.map((one) => mapObjects(one, change, field));
  if (!isJsonObject(value)) return value;
  const changed = change(value, field);
  return Object.fromEntries(
    Object.entries(changed).map(([key, inner]) => [key, mapObjects(inner ?? null, change, key)]),
  );
}

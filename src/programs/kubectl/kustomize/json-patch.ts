/** Operations of a JSON patch (RFC 6902) on an object in memory. */
import { cloneJson, equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { Failure } from "../core/session.ts";

/** The changed document; the given one stays. Throws Failure. */
export function applyOperations(document: JsonValue, operations: readonly JsonObject[]): JsonValue {
  return operations.reduce<JsonValue>(apply, cloneJson(document));
}

function apply(document: JsonValue, { op, path = "", from = "", value = null }: JsonObject): JsonValue {
  const to = pointerOf(path);
  switch (op) {
    case "add":
      return changed(document, to, { value, inserts: true });
    case "replace":
      found(document, to);
      return changed(document, to, { value, inserts: false });
    case "remove":
      found(document, to);
      return changed(document, to, {});
    case "move": {
      const moved = found(document, pointerOf(from));
      return changed(changed(document, pointerOf(from), {}), to, { value: moved, inserts: true });
    }
    case "copy":
      return changed(document, to, { value: cloneJson(found(document, pointerOf(from))), inserts: true });
    case "test":
      if (!equalJson(found(document, to), value)) throw new Failure(`error: testing value ${String(path)} failed`);
      return document;
    default:
      throw new Failure(`error: unexpected kind of JSON patch: ${String(op)}`);
  }
}

function pointerOf(pointer: JsonValue): string[] {
  return String(pointer)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function found(document: JsonValue, path: readonly string[]): JsonValue {
  let value: JsonValue | undefined = document;
  for (const part of path) {
    value = Array.isArray(value) ? value[Number(part)] : isJsonObject(value) ? value[part] : undefined;
    if (value === undefined) {
      const key = path.at(-1) ?? "";
      throw new Failure(
        `error: remove operation does not apply: doc is missing path: "/${path.join("/")}": missing value (${key})`,
      );
    }
  }
  return value;
}

interface Change {
  /** Absent: the place is removed. */
  value?: JsonValue;
  /** Entries of a list move up. */
  inserts?: boolean;
}

function changed(document: JsonValue, path: readonly string[], change: Change): JsonValue {
  const [part = "", ...rest] = path;
  const { value, inserts = false } = change;
  if (path.length === 0) return value ?? null;
  if (Array.isArray(document)) {
    const list = [...document];
    const at = part === "-" ? list.length : Number(part);
    if (rest.length > 0) list[at] = changed(list[at] ?? null, rest, change);
    else if (value === undefined) list.splice(at, 1);
    else list.splice(at, inserts ? 0 : 1, value);
    return list;
  }
  if (!isJsonObject(document)) throw new Failure(`error: doc is missing path: ${JSON.stringify(path.join("/"))}`);
  const { [part]: before, ...others } = document;
  if (rest.length > 0) return { ...document, [part]: changed(before ?? null, rest, change) };
  return value === undefined ? others : { ...document, [part]: value };
}

/** JSON patches: those of policies, which may add below missing parents, and the difference of two objects. */
import { cloneJson, equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

/**
 * The document with the parent objects that an `add` operation needs. Undefined: a `remove` operation names a missing
 * field, so it is skipped.
 * Source: github.com/kyverno/kyverno pkg/engine/mutate/patch/patchJSON6902.go
 */
export function withParents(document: JsonValue, { op, path }: JsonObject): JsonValue | undefined {
  const parts = String(path)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (op === "remove") return isThere(document, parts) ? document : undefined;
  if (op !== "add") return document;
  const changed = cloneJson(document);
  let current: JsonValue = changed;
  for (const [i, part] of parts.slice(0, -1).entries()) {
    const next: JsonValue | undefined = memberOf(current, part);
    if (next !== undefined && next !== null) {
      current = next;
      continue;
    }
    const made: JsonValue = /^(\d+|-)$/.test(parts[i + 1] ?? "") ? [] : {};
    if (Array.isArray(current)) current.push(made);
    else if (isJsonObject(current)) current[part] = made;
    current = made;
  }
  return changed;
}

function isThere(document: JsonValue, parts: readonly string[]): boolean {
  let current: JsonValue | undefined = document;
  for (const part of parts) current = current === undefined ? undefined : memberOf(current, part);
  return current !== undefined;
}

function memberOf(value: JsonValue, part: string): JsonValue | undefined {
  if (Array.isArray(value)) return value.at(Number(part));
  return isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

/** Operations that turn one value into the other. */
export function difference(from: JsonValue, to: JsonValue, path = ""): JsonObject[] {
  if (equalJson(from, to)) return [];
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return from.flatMap((each, i) => difference(each, to[i] ?? null, `${path}/${i}`));
  }
  if (!isJsonObject(from) || !isJsonObject(to)) return [{ op: "replace", path, value: to }];
  const below = (key: string) => `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const removed = Object.keys(from).filter((key) => !Object.hasOwn(to, key));
  return [
    ...removed.map((key) => ({ op: "remove", path: below(key) })),
    ...Object.entries(to).flatMap(([key, value]) =>
      Object.hasOwn(from, key)
        ? difference(from[key] ?? null, value ?? null, below(key))
        : [{ op: "add", path: below(key), value: value ?? null }],
    ),
  ];
}

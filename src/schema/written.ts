/**
 * Custom objects stay as written: values are not replaced by zero values, nulls and empty parts stay, and keys are
 * sorted. Only undeclared fields are dropped.
 */
import { defineField, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { SchemaType, StructType } from "./types.ts";

/** Callbacks for dropped fields. */
export interface PruneHooks {
  /** Called for every dropped field, with its path from the root. */
  unknown?(path: string): void;
  /** Handles structs of built-in types, such as an object's metadata. Without it they stay as they are. */
  builtIn?(type: StructType, value: JsonValue, path: readonly (string | number)[]): JsonValue;
}

/** A copy without undeclared fields. Values of wrong types stay, but all fields inside them are undeclared. */
export function pruneAsWritten(type: SchemaType, value: JsonValue, hooks: PruneHooks): JsonValue {
  return new Pruner(hooks).prune(type, value);
}

class Pruner {
  readonly #hooks: PruneHooks;
  readonly #path: (string | number)[] = [];

  constructor(hooks: PruneHooks) {
    this.#hooks = hooks;
  }

  /** Without a type no field is declared. */
  prune(type: SchemaType | undefined, value: JsonValue): JsonValue {
    if (type?.kind === "struct" && !type.keepsEmpty) return this.#hooks.builtIn?.(type, value, this.#path) ?? value;
    if (typeof value !== "object" || value === null) return value;
    if (type?.kind === "scalar" && (type.scalar === "json" || type.scalar === "object")) return value;
    if (Array.isArray(value)) return this.#list(type, value);
    return isJsonObject(value) ? this.#object(type, value) : value;
  }

  #list(type: SchemaType | undefined, items: JsonValue[]): JsonValue[] {
    const itemType = type?.kind === "list" ? type.items : undefined;
    return items.map((item, i) => this.#below(i, itemType, item));
  }

  #object(type: SchemaType | undefined, object: JsonObject): JsonObject {
    const result: JsonObject = {};
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (value === undefined) continue;
      const fieldType = memberType(type, key);
      if (fieldType) defineField(result, key, this.#below(key, fieldType, value));
      else if (type?.kind === "struct" && type.keepsUnknown) defineField(result, key, value);
      else this.#hooks.unknown?.(pathText([...this.#path, key]));
    }
    return result;
  }

  #below(step: string | number, type: SchemaType | undefined, value: JsonValue): JsonValue {
    this.#path.push(step);
    const result = this.prune(type, value);
    this.#path.pop();
    return result;
  }
}

function memberType(type: SchemaType | undefined, name: string): SchemaType | undefined {
  if (type?.kind === "map") return type.values;
  return type?.kind === "struct" ? (type.fields.get(name)?.type ?? type.otherFields) : undefined;
}

/** `spec.list[0].name` */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** The value with all keys sorted, as Go writes maps. */
export function inKeyOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    if (value[key] !== undefined) defineField(result, key, inKeyOrder(value[key]!));
  }
  return result;
}

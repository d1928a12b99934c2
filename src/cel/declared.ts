/**
 * Types of variables from a schema, so that expressions are checked before they run. Undeclared fields are errors,
 * integers are ints and other numbers are doubles. A value without a declared type cannot be named.
 * Operators of registered types are pinned in test/cel/library-contract.test.ts.
 */
import { type Environment, Optional } from "@marcbachmann/cel-js";
import { defineField, isBigInteger } from "../lib/json.ts";
import { equalValues, joinedLists, markUnordered } from "./equality.ts";
import { durationOf } from "./functions/overrides.ts";
import { CONSTRUCTOR, mapOf } from "./maps.ts";

/** `dyn` is any value, unchecked. */
export type DeclaredScalar = "string" | "int" | "double" | "bool" | "bytes" | "timestamp" | "duration" | "dyn";

/** The largest and smallest size of the type's values, for estimates of an expression's cost. */
interface Sizes {
  /** Characters, items or entries. */
  maxElements: number;
  minBytes: number;
  /** Null is a value in lists and maps. A field that is null counts as absent. */
  isNullable?: boolean;
}

/** Named fields only. */
export interface DeclaredObject extends Sizes {
  kind: "object";
  /** Keys are names in expressions, which may differ from the names in the object. */
  fields: ReadonlyMap<string, DeclaredField>;
}

/** A field of an object, which may be missing. */
export interface DeclaredField {
  /** The name in the object. */
  name: string;
  type: DeclaredType;
}

/** The type of a variable, a field or an item. */
export type DeclaredType =
  | (Sizes & { kind: "scalar"; scalar: DeclaredScalar })
  /** Unordered: sets, and maps by keys, which are named as expressions write them. */
  | (Sizes & { kind: "list"; items: DeclaredType; unordered?: { keys: readonly string[] } })
  | (Sizes & { kind: "map"; values: DeclaredType })
  | DeclaredObject;

const SCALAR_NAMES: Readonly<Record<DeclaredScalar, string>> = {
  string: "string",
  int: "int",
  double: "double",
  bool: "bool",
  bytes: "bytes",
  timestamp: "google.protobuf.Timestamp",
  duration: "google.protobuf.Duration",
  dyn: "dyn",
};

/** Base class of the values of all object types. */
class CelObject {}

/** Registers types in one environment, and converts values to them. */
export class DeclaredTypes {
  readonly #environment: Environment;
  readonly #unordered = new Set<string>();
  readonly #classes = new Map<DeclaredObject, { name: string; Class: typeof CelObject }>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The type's name in the environment. Object types are registered when they are named first. */
  nameOf(type: DeclaredType): string {
    switch (type.kind) {
      case "scalar":
        return SCALAR_NAMES[type.scalar];
      case "list":
        return this.#listName(type);
      case "map":
        return `map<string, ${this.#partName(type.values)}>`;
      case "object":
        return type.fields.has(CONSTRUCTOR) ? "map<string, dyn>" : this.#register(type).name;
    }
  }

  /** The type of items and values, which may be null. The library has no nullable types. */
  #partName(type: DeclaredType): string {
    const name = this.nameOf(type);
    return type.isNullable ? "dyn" : name;
  }

  /** The library compares lists, except types whose lists may be sets. */
  #listName({ items, unordered }: Extract<DeclaredType, { kind: "list" }>): string {
    const name = `list<${this.#partName(items)}>`;
    if (unordered && !this.#unordered.has(name)) {
      this.#unordered.add(name);
      this.#environment
        .registerOperator(`${name} == ${name}`, equalValues)
        .registerOperator(`${name} + ${name}`, joinedLists);
    }
    return name;
  }

  #register(type: DeclaredObject): { name: string; Class: typeof CelObject } {
    let known = this.#classes.get(type);
    if (!known) {
      const fields = Object.fromEntries([...type.fields].map(([name, field]) => [name, this.nameOf(field.type)]));
      // Numbered: the library never forgets a name, so names must not come from users.
      const name = `selfType${this.#classes.size + 1}`;
      known = { name, Class: class extends CelObject {} };
      this.#classes.set(type, known);
      this.#environment
        .registerType(name, { ctor: known.Class, fields })
        .registerOperator(`${name} == ${name}`, equalValues)
        .registerOperator(`${name} == null`, (value) => value === null);
    }
    return known;
  }

  /** Converts values to their types. A value of another type stays as it is and fails at its use. */
  converter(): (type: DeclaredType, value: unknown) => unknown {
    const made = new WeakMap<object, Map<DeclaredType, unknown>>();
    const convert = (type: DeclaredType, value: unknown): unknown => {
      if (typeof value !== "object" || value === null || isBigInteger(value)) return scalarToCel(type, value);
      const byType = made.get(value) ?? new Map<DeclaredType, unknown>();
      made.set(value, byType);
      if (!byType.has(type)) byType.set(type, this.#structure(type, value, convert));
      return byType.get(type);
    };
    return convert;
  }

  #structure(type: DeclaredType, value: object, convert: (type: DeclaredType, value: unknown) => unknown): unknown {
    if (type.kind === "list" && Array.isArray(value)) {
      const items = value.map((item) => convert(type.items, item));
      return type.unordered ? markUnordered(items, type.unordered.keys) : items;
    }
    if (Array.isArray(value)) return value.map(plainToCel);
    if (type.kind === "object") return this.#objectOf(type, value, convert);
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return mapOf(
      entries.map(([name, item]) => [name, type.kind === "map" ? convert(type.values, item) : plainToCel(item)]),
    );
  }

  #objectOf(type: DeclaredObject, value: object, convert: (type: DeclaredType, value: unknown) => unknown): unknown {
    // A field that is null counts as absent, also if null is allowed.
    const fields = [...type.fields].flatMap(([name, field]): [string, unknown][] => {
      const item = ownField(value, field.name);
      return item === undefined || item === null ? [] : [[name, convert(field.type, item)]];
    });
    if (type.fields.has(CONSTRUCTOR)) return new Map(fields);
    const made = new (this.#register(type).Class)();
    for (const [name, item] of fields) defineField(made, name, item);
    return made;
  }
}

function ownField(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function scalarToCel(type: DeclaredType, value: unknown): unknown {
  const scalar = type.kind === "scalar" ? type.scalar : "dyn";
  if (typeof value === "number") return scalar === "double" || !Number.isInteger(value) ? value : BigInt(value);
  if (isBigInteger(value)) return BigInt(value.rawJSON);
  if (typeof value !== "string") return value;
  switch (scalar) {
    case "bytes":
      return bytesOf(value);
    case "timestamp":
      return new Date(value);
    case "duration":
      return durationOf(value);
    default:
      return value;
  }
}

function plainToCel(value: unknown): unknown {
  if (isBigInteger(value)) return BigInt(value.rawJSON);
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(plainToCel);
  if (typeof value !== "object" || value === null) return value;
  return mapOf(Object.entries(value).map(([name, item]) => [name, plainToCel(item)]));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A CEL optional: empty for undefined. */
export function optionalOf(value: unknown): unknown {
  return value === undefined ? Optional.none() : Optional.of(value);
}

const RESERVED = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);
const ESCAPES: Readonly<Record<string, string>> = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};

/** The name of a field in expressions; undefined for a name that expressions cannot write. */
export function escapeFieldName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[a-zA-Z_./-][a-zA-Z0-9_./-]*$/.test(name) || /^[0-9]/.test(name)) return undefined;
  return name.replace(/__|[./-]/g, (part) => ESCAPES[part]!);
}

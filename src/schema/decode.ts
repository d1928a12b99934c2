/**
 * Turns a parsed body into an object of a type as the API server does. Unknown fields are dropped, wrong types are
 * rejected in the words of Go's decoder, quantities and times get their canonical form. Null means unset.
 */
import { defineField, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { MAX_STRICT_ERRORS } from "../lib/limits.ts";
import { cannotRestore, convertScalar } from "./from-map.ts";
import { decodeScalar, describeJson, ScalarError, zeroScalar } from "./scalars.ts";
import { goTypeName, resolveType } from "./table.ts";
import type { ApiTypes, ListType, MapType, ScalarType, SchemaType, StructType, TypeReference } from "./types.ts";
import { pathText, pruneAsWritten } from "./written.ts";

/** Reaction to unknown and duplicate fields: ignore, warn, reject. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

export interface DecodeOptions {
  fieldValidation: FieldValidation;
  /** Duplicate fields of the text, as `parseJsonStrictly` reports them. */
  duplicates?: readonly string[];
  /** Literals of numbers that JavaScript would print differently, by path; see `oddNumbers`. */
  oddNumbers?: ReadonlyMap<string, string>;
  /** Go has one reader from JSON to structs, and another from maps to structs with other messages and looser rules. */
  from?: "json" | "map";
}

export interface Decoded<T> {
  value: T;
  /** For `Warn`: `unknown field "spec.foo"`, one per field. */
  warnings: string[];
  /** For `Strict`: the same. The server joins them after `strict decoding error: `. */
  strictErrors: string[];
}

/** The body does not match the type. The text follows `Pod in version "v1" cannot be handled as a Pod: `. */
export interface DecodeError {
  error: string;
}

/** Decodes a value. The result shares only free-form parts with it (`RawExtension` and similar types). */
export function decode<N extends keyof ApiTypes>(
  type: N,
  value: JsonValue,
  options: DecodeOptions,
): Decoded<ApiTypes[N]> | DecodeError;
export function decode<T = JsonObject>(
  type: TypeReference,
  value: JsonValue,
  options: DecodeOptions,
): Decoded<T> | DecodeError;
export function decode(type: TypeReference, value: JsonValue, options: DecodeOptions): Decoded<unknown> | DecodeError {
  const decoder = new Decoder(options);
  const decoded = decoder.decode(resolveType(type), value);
  if (decoder.error !== undefined) return { error: decoder.error };
  if (options.from === "map") decoder.unknown.sort();
  const duplicates = (options.duplicates ?? []).map((path) => `duplicate field "${path}"`);
  const problems = options.fieldValidation === "Ignore" ? [] : [...duplicates, ...decoder.unknown];
  return {
    value: decoded,
    warnings: options.fieldValidation === "Warn" ? problems : [],
    strictErrors: options.fieldValidation === "Strict" ? problems : [],
  };
}

/** The value without undeclared fields. Values of wrong types stay. */
export function prune<T>(type: TypeReference, value: T): T {
  return pruneValue(resolveType(type), value as JsonValue) as T;
}

function pruneValue(type: SchemaType, value: JsonValue): JsonValue {
  if (type.kind === "struct" && type.keepsEmpty) return pruneAsWritten(type, value, { builtIn: pruneValue });
  if (type.kind === "list" && Array.isArray(value)) return value.map((item) => pruneValue(type.items, item));
  if (type.kind === "scalar" || type.kind === "list" || !isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    const fieldType = type.kind === "map" ? type.values : (type.fields.get(key)?.type ?? type.otherFields);
    const item = value[key];
    if (item === undefined) continue;
    if (fieldType) defineField(result, key, pruneValue(fieldType, item));
    else if (type.kind === "struct" && type.keepsUnknown) defineField(result, key, item);
  }
  return result;
}

/** One run over a value. Like Go's decoder, it continues after an error and keeps the first one. */
class Decoder {
  error: string | undefined;
  readonly unknown: string[] = [];
  /** The present place: field names, map keys, and positions in lists. */
  readonly #path: (string | number)[] = [];
  /** Names of struct fields only, as in Go's errors. */
  readonly #fields: string[] = [];
  readonly #oddNumbers: ReadonlyMap<string, string> | undefined;
  readonly #isFromMap: boolean;
  #struct = "";

  constructor({ oddNumbers, from }: Pick<DecodeOptions, "oddNumbers" | "from">) {
    this.#oddNumbers = oddNumbers;
    this.#isFromMap = from === "map";
  }

  decode(type: SchemaType, value: JsonValue): unknown {
    switch (type.kind) {
      case "scalar":
        return this.#scalar(type, value);
      case "list":
        return this.#list(type, value);
      case "map":
        return this.#map(type, value);
      case "struct":
        return this.#object(type, value);
    }
  }

  #scalar(type: ScalarType, value: JsonValue): unknown {
    if (type.scalar === "string" && typeof value === "string") return value;
    try {
      const literal = typeof value === "number" ? this.#oddNumbers?.get(pathText(this.#path)) : undefined;
      return decodeScalar(type, value, literal);
    } catch (error) {
      if (!(error instanceof ScalarError)) throw error;
      if (this.#isFromMap) return this.#fromMap(type, value, error);
      if (error.isWrongType) this.#wrongType(error.message, type);
      else this.error ??= error.message;
      return undefined;
    }
  }

  #list(type: ListType, value: JsonValue): unknown {
    if (!Array.isArray(value)) return this.#wrongType(describeJson(value), type, value);
    const result = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i++) {
      this.#path.push(i);
      const item = value[i]!;
      result[i] = item === null ? zeroOf(type.items) : this.decode(type.items, item);
      this.#path.pop();
    }
    return result;
  }

  #map(type: MapType, value: JsonValue): unknown {
    if (!isJsonObject(value)) return this.#wrongType(describeJson(value), type, value);
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      this.#path.push(key);
      defineField(result, key, item === null ? zeroOf(type.values) : this.decode(type.values, item));
      this.#path.pop();
    }
    return result;
  }

  #object(type: StructType, value: JsonValue): unknown {
    if (value === null) return {};
    if (!isJsonObject(value)) return this.#wrongType(describeJson(value), type, value);
    if (type.keepsEmpty) return this.#custom(type, value);
    const outerStruct = this.#struct;
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      this.#path.push(key);
      const field = type.fields.get(key);
      const fieldType = field?.type ?? type.otherFields;
      if (fieldType === undefined) {
        if (type.keepsUnknown) defineField(result, key, item);
        else this.#isUnknown(pathText(this.#path));
      } else if (item !== null) {
        this.#struct = type.goName;
        this.#fields.push(key);
        defineField(result, key, this.decode(fieldType, item));
        this.#fields.pop();
      }
      this.#path.pop();
    }
    this.#struct = outerStruct;
    return result;
  }

  #fromMap(type: ScalarType, value: JsonValue, error: ScalarError): unknown {
    const converted = convertScalar(type, value, error);
    if ("error" in converted) this.error ??= converted.error;
    else return converted.value;
    return undefined;
  }

  #wrongType(found: string, type: SchemaType, value?: JsonValue): undefined {
    if (this.#isFromMap && value !== undefined) {
      this.error ??= cannotRestore(type, value);
      return undefined;
    }
    const where = this.#fields.length === 0 ? "Go value" : `Go struct field ${this.#struct}.${this.#fields.join(".")}`;
    this.error ??= `json: cannot unmarshal ${found} into ${where} of type ${goTypeName(type)}`;
    return undefined;
  }

  /** A custom object is a map to the server; only its metadata is decoded. */
  #custom(type: StructType, value: JsonObject): JsonValue {
    return pruneAsWritten(type, value, {
      unknown: (path) => this.#isUnknown(path),
      builtIn: (part, content, path) => {
        const [outerPath, outerFields] = [this.#path.splice(0), this.#fields.splice(0)];
        this.#path.push(...path);
        const decoded = this.decode(part, content) as JsonValue | undefined;
        this.#path.splice(0, this.#path.length, ...outerPath);
        this.#fields.splice(0, this.#fields.length, ...outerFields);
        return decoded ?? null;
      },
    });
  }

  #isUnknown(path: string): void {
    const message = `unknown field "${path}"`;
    if (this.unknown.length < MAX_STRICT_ERRORS && !this.unknown.includes(message)) this.unknown.push(message);
  }
}

/** Go's value for null in a list or map. */
function zeroOf(type: SchemaType): unknown {
  switch (type.kind) {
    case "scalar":
      return zeroScalar(type.scalar);
    case "struct":
      return {};
    case "list":
    case "map":
      return null;
  }
}

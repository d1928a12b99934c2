/** Conversions between JSON values and CEL values. */
import { type Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { formatQuantity, type Quantity } from "../lib/quantity.ts";
import { parseTime } from "../lib/time.ts";
import { fieldType } from "../schema/index.ts";
import type { ScalarKind, SchemaType, StructType } from "../schema/types.ts";
import { UnknownFieldError } from "./error.ts";
import { CONSTRUCTOR } from "./maps.ts";
import { noteConfidential } from "./metering.ts";

/** Kubernetes' quantity as a CEL value. */
export class CelQuantity {
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    this.quantity = quantity;
  }
}

/** Options of an object's view. */
export interface ViewOptions {
  /** An undeclared field is an UnknownFieldError; otherwise it counts as absent. */
  isStrict?: boolean;
  /** Fields of the object whose values must not appear in messages: a read is recorded (`watched`). */
  confidential?: readonly string[] | undefined;
}

/**
 * An object's JSON as CEL values. By the schema, whole numbers are ints, times are timestamps and bytes are bytes.
 * Quantities stay texts, as in Kubernetes' policies. A field that is null counts as absent. Lists and maps are lazy
 * views: a cluster may have thousands of objects, of which an expression reads one field each.
 */
export function toCel(type: SchemaType | undefined, value: unknown, options: ViewOptions = {}): unknown {
  switch (typeof value) {
    case "object":
      return value === null ? null : viewOf(type, value, options);
    case "number":
      return Number.isInteger(value) && scalarOf(type) !== "double" ? BigInt(value) : value;
    case "string":
      return textToCel(scalarOf(type), value);
    default:
      return value;
  }
}

function scalarOf(type: SchemaType | undefined): ScalarKind | undefined {
  return type?.kind === "scalar" ? type.scalar : undefined;
}

function textToCel(scalar: ScalarKind | undefined, text: string): unknown {
  switch (scalar) {
    case "time":
    case "microTime": {
      const atMs = parseTime(text);
      return Number.isNaN(atMs) ? text : new Date(atMs);
    }
    case "bytes":
      return fromBase64(text) ?? text;
    default:
      return text;
  }
}

function viewOf(type: SchemaType | undefined, value: object, options: ViewOptions): unknown {
  if (Array.isArray(value)) return new Proxy(value, handlerOf(type, options));
  const set = withoutUnset(value);
  if (!Object.hasOwn(set, CONSTRUCTOR)) return new Proxy(set, handlerOf(type, options));
  const { isStrict = false } = options;
  const entries = Object.entries(set);
  return new Map(entries.map(([name, item]) => [name, toCel(type && fieldType(type, name), item, { isStrict })]));
}

/** The object itself, or a copy without its null fields. */
function withoutUnset(value: object): object {
  if (!Object.values(value).some((item) => item === null || item === undefined)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined));
}

const untyped: SchemaType = { kind: "scalar", scalar: "json", goName: "" };
const strictHandlers = new WeakMap<SchemaType, ProxyHandler<object>>();
const lenientHandlers = new WeakMap<SchemaType, ProxyHandler<object>>();

function handlerOf(type: SchemaType = untyped, { isStrict = false, confidential }: ViewOptions): ProxyHandler<object> {
  if (confidential) return createHandler(type, isStrict, new Set(confidential));
  const known = isStrict ? strictHandlers : lenientHandlers;
  let handler = known.get(type);
  if (!handler) {
    handler = createHandler(type, isStrict);
    known.set(type, handler);
  }
  return handler;
}

function createHandler(type: SchemaType, isStrict: boolean, confidential?: ReadonlySet<string>): ProxyHandler<object> {
  const items = type.kind === "list" ? type.items : undefined;
  const options = { isStrict };
  return {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof name === "symbol" || !Object.hasOwn(target, name)) return value;
      if (confidential?.has(name)) noteConfidential();
      if (!Array.isArray(target)) return toCel(fieldType(type, name), value, options);
      return name === "length" ? value : toCel(items, value, options);
    },
    ...(isStrict &&
      type.kind === "struct" && {
        getOwnPropertyDescriptor(target: object, name: string | symbol) {
          const found = Reflect.getOwnPropertyDescriptor(target, name);
          if (!found && typeof name === "string" && !mayHave(type, name)) {
            throw new UnknownFieldError(`there is no field ${name} in ${type.name}`);
          }
          return found;
        },
      }),
  };
}

function mayHave(type: StructType, name: string): boolean {
  return type.keepsUnknown === true || fieldType(type, name) !== undefined;
}

/** A result as JSON. Ints beyond 2^53 become texts; undefined for values without JSON (functions). */
export function fromCel(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      return value === null ? null : fromObject(value);
    default:
      return value;
  }
}

function fromObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (value instanceof CelQuantity) return formatQuantity(value.quantity);
  if (value instanceof UnsignedInt) return fromCel(value.valueOf());
  if (value instanceof Uint8Array) return btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(""));
  if (isOptional(value)) return value.hasValue() ? fromCel(value.value()) : null;
  if (isDuration(value)) return durationText(value);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  if (entries.length === 0 && Object.getPrototypeOf(value) !== Object.prototype && !(value instanceof Map)) {
    return String(value);
  }
  return Object.fromEntries(entries.map(([name, item]) => [String(name), fromCel(item)]));
}

interface OptionalLike {
  hasValue(): boolean;
  value(): unknown;
}

function isOptional(value: object): value is OptionalLike {
  return "hasValue" in value && typeof value.hasValue === "function";
}

function isDuration(value: object): value is Duration {
  return "seconds" in value && "nanos" in value && typeof value.seconds === "bigint";
}

/** Protobuf's text form of a duration: `90s`, `1.5s`. */
function durationText({ seconds, nanos }: Duration): string {
  const total = seconds * 1_000_000_000n + BigInt(nanos);
  const magnitude = total < 0n ? -total : total;
  const fraction = String(magnitude % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${total < 0n ? "-" : ""}${magnitude / 1_000_000_000n}${fraction && `.${fraction}`}s`;
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Values on their way into CEL and out of it. */
import { type Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { formatQuantity, type Quantity } from "../lib/quantity.ts";
import { parseTime } from "../lib/time.ts";
import { fieldType } from "../schema/index.ts";
import type { ScalarKind, SchemaType } from "../schema/types.ts";

/** Kubernetes' quantity as CEL has it. */
export class CelQuantity {
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    this.quantity = quantity;
  }
}

/**
 * An object's JSON as CEL values: whole numbers are ints, times timestamps and bytes bytes, as the schema says; quantities
 * stay texts, as in Kubernetes' policies. Lists and maps are views: a cluster may have thousands of objects, of which an
 * expression looks at one field each.
 */
export function toCel(type: SchemaType | undefined, value: unknown): unknown {
  switch (typeof value) {
    case "object":
      return value === null ? null : new Proxy(value, viewOf(type));
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

const viewsByType = new WeakMap<SchemaType, ProxyHandler<object>>();
const untypedView = createView(undefined);

function viewOf(type: SchemaType | undefined): ProxyHandler<object> {
  if (!type) return untypedView;
  let view = viewsByType.get(type);
  if (!view) {
    view = createView(type);
    viewsByType.set(type, view);
  }
  return view;
}

function createView(type: SchemaType | undefined): ProxyHandler<object> {
  const items = type?.kind === "list" ? type.items : undefined;
  return {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof name === "symbol" || !Object.hasOwn(target, name)) return value;
      if (!Array.isArray(target)) return toCel(type && fieldType(type, name), value);
      return name === "length" ? value : toCel(items, value);
    },
  };
}

/** A result as JSON. Ints beyond 2^53 become texts; undefined for what has no JSON (functions). */
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

/** `90s`, `1.5s`, as protobuf writes durations. */
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

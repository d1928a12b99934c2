/**
 * The only place that converts between cluster time and the caller's time. Stored times are cluster time. After an
 * advance of the clock, callers still read and write times in their own time. Only typed time fields are converted,
 * never text that looks like a time.
 */
import { formatMicroTime, formatTime, parseTime } from "../lib/time.ts";
import { resolveType } from "../schema/index.ts";
import type { SchemaType, TypeReference } from "../schema/types.ts";

/** The object with all its times moved by `deltaMs`; the same object when that is 0. */
export function shiftTimes<T>(schema: TypeReference, object: T, deltaMs: number): T {
  return deltaMs === 0 ? object : (shift(resolveType(schema), object, deltaMs) as T);
}

function shift(type: SchemaType, value: unknown, deltaMs: number): unknown {
  if (value === null || value === undefined) return value;
  switch (type.kind) {
    case "scalar":
      return shiftScalar(type.scalar, value, deltaMs);
    case "list":
      return Array.isArray(value) ? value.map((item) => shift(type.items, item, deltaMs)) : value;
    case "map":
    case "struct": {
      if (typeof value !== "object") return value;
      const moved: Record<string, unknown> = {};
      for (const [field, item] of Object.entries(value)) {
        const fieldType = type.kind === "map" ? type.values : type.fields.get(field)?.type;
        moved[field] = fieldType ? shift(fieldType, item, deltaMs) : item;
      }
      return moved;
    }
  }
}

function shiftScalar(scalar: string, value: unknown, deltaMs: number): unknown {
  if (typeof value !== "string" || (scalar !== "time" && scalar !== "microTime")) return value;
  const atMs = parseTime(value);
  // The epoch means "no time", such as the start of a container that never ran.
  if (Number.isNaN(atMs) || atMs === 0) return value;
  return scalar === "time" ? formatTime(atMs + deltaMs) : formatMicroTime(atMs + deltaMs);
}

/**
 * Go's conversion of map values, such as the result of a strategic merge patch, to struct fields. It is looser than
 * Go's JSON decoder, and has messages of its own.
 */
import { isBigInteger, isJsonObject, type JsonValue } from "../lib/json.ts";
import type { ScalarError } from "./scalars.ts";
import { goTypeName } from "./table.ts";
import type { ScalarType, SchemaType } from "./types.ts";

/** The converter's result for a value that the decoder rejected. */
export function convertScalar(
  type: ScalarType,
  value: JsonValue,
  refused: ScalarError,
): { value: unknown } | { error: string } {
  const found = goKind(value);
  switch (type.scalar) {
    case "int32":
    case "int64":
      // Digits beyond the type's range are lost without an error.
      if (found === "int64") return { value: Number(BigInt.asIntN(32, wholeOf(value))) };
      if (found !== "float64") return { error: `unrecognized type: ${type.scalar}` };
      if (Number.isInteger(value)) return { value };
      return { error: `cannot convert float64 to ${goTypeName(type)}` };
    case "boolean":
      return { error: "unrecognized type: bool" };
    case "double":
      return { error: "unrecognized type: float64" };
    case "string":
      // In Go an integer converts to a string, but not to its digits.
      if (found === "int64") return { error: `cannot convert int64 to ${goTypeName(type)}` };
      return { error: "unrecognized type: string" };
    case "bytes":
      if (found === "string") return { error: `error decoding from json: ${refused.message}` };
      return { error: `cannot restore slice from ${found}` };
    default:
      // These types read JSON themselves, in both readers.
      return { error: refused.message };
  }
}

/** The error for a value that is not a list, map or struct. */
export function cannotRestore(type: SchemaType, value: JsonValue): string {
  const found = goKind(value);
  if (type.kind === "struct") return `cannot restore struct from: ${found}`;
  return `cannot restore ${type.kind === "list" ? "slice" : "map"} from ${found}`;
}

/** The kind of Go value that represents a JSON value in a map. */
function goKind(value: JsonValue): string {
  if (Array.isArray(value)) return "slice";
  if (isBigInteger(value)) return "int64";
  if (isJsonObject(value)) return "map";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  return Number.isInteger(value) ? "int64" : "float64";
}

function wholeOf(value: JsonValue): bigint {
  return isBigInteger(value) ? BigInt(value.rawJSON) : BigInt(value as number);
}

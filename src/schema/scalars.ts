/**
 * Scalars: the accepted JSON values, their canonical form, their zero value. Errors as Go's unmarshalers write them.
 */
import { isBigInteger, type JsonValue } from "../lib/json.ts";
import { canonicalQuantity } from "../lib/quantity.ts";
import { base64Error } from "./base64.ts";
import type { ScalarKind, ScalarType } from "./types.ts";

/** The value does not match the type. For a wrong JSON type the message is only the found type, such as `string`. */
export class ScalarError extends Error {
  readonly isWrongType: boolean;

  constructor(message: string, options: { isWrongType: boolean }) {
    super(message);
    this.isWrongType = options.isWrongType;
  }
}

/**
 * The canonical form of a non-null value. `literal`: the number as written, if JavaScript would print it differently.
 * @throws ScalarError
 */
export function decodeScalar(type: ScalarType, value: JsonValue, literal?: string): unknown {
  switch (type.scalar) {
    case "string":
      return typeof value === "string" ? value : wrongType(value);
    case "boolean":
      return typeof value === "boolean" ? value : wrongType(value);
    case "int32":
      return isInteger(value, 32) && isWhole(literal) ? value : wrongType(value, { showNumber: true, literal });
    case "int64":
      if (isBigInteger(value)) return value;
      if (isInteger(value, 64) && isWhole(literal)) return value;
      return wrongType(value, { showNumber: true, literal });
    case "double":
      if (Number.isFinite(value) || isBigInteger(value)) return value;
      return wrongType(value, { showNumber: true, literal });
    case "bytes":
      return decodeBytes(value);
    case "quantity":
      return decodeQuantity(value, literal);
    case "intOrString":
      return decodeIntOrString(value, literal);
    case "time":
      return decodeTime(value, { fractionDigits: 0, layout: "2006-01-02T15:04:05Z07:00" });
    case "microTime":
      return decodeTime(value, { fractionDigits: 6, layout: "2006-01-02T15:04:05.000000Z07:00" });
    case "json":
    case "object":
      return value;
  }
}

/** Go's zero value of the type in JSON. */
export function zeroScalar(scalar: ScalarKind): JsonValue {
  switch (scalar) {
    case "string":
    case "bytes":
      return "";
    case "int32":
    case "int64":
    case "double":
    case "intOrString":
      return 0;
    case "boolean":
      return false;
    case "quantity":
      return "0";
    case "time":
    case "microTime":
    case "json":
    case "object":
      return null;
  }
}

/** The name of a JSON value in Go's decoder: `string`, `number`, `bool`, `array`, `object`. */
export function describeJson(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isBigInteger(value)) return "number";
  return typeof value === "boolean" ? "bool" : typeof value;
}

interface WrongNumber {
  showNumber?: boolean;
  literal?: string;
}

function wrongType(value: JsonValue, { showNumber = false, literal }: WrongNumber = {}): never {
  const found = describeJson(value);
  // Go quotes a number where another number is expected. Other values are not converted to text: they may have a
  // `toString`.
  if (!showNumber || found !== "number") throw new ScalarError(found, { isWrongType: true });
  const text = literal ?? (isBigInteger(value) ? value.rawJSON : String(value));
  throw new ScalarError(`number ${text}`, { isWrongType: true });
}

function invalid(message: string): never {
  throw new ScalarError(message, { isWrongType: false });
}

function isWhole(literal: string | undefined): boolean {
  return literal === undefined || /^-?\d+$/.test(literal);
}

function isInteger(value: JsonValue, bits: 32 | 64): value is number {
  const limit = 2 ** (bits - 1);
  return typeof value === "number" && Number.isInteger(value) && value < limit && value >= -limit;
}

/** The unmarshaler reads the value by itself, so its errors name no field. */
function wrongValueType(value: JsonValue, wanted: string): never {
  return invalid(`json: cannot unmarshal ${describeJson(value)} into Go value of type ${wanted}`);
}

function decodeBytes(value: JsonValue): string {
  if (typeof value !== "string") return wrongType(value);
  const problem = base64Error(value);
  if (problem !== undefined) return invalid(problem);
  return value.replace(/[\r\n]/g, "");
}

const PLAIN_QUANTITY = /^(0|[1-9]\d{0,2})([kMGTPE]i?|m)?$/;

function decodeQuantity(value: JsonValue, literal: string | undefined): string {
  const number = literal ?? (isBigInteger(value) ? value.rawJSON : JSON.stringify(value));
  const text = typeof value === "string" ? value.trim() : number;
  // Most quantities are canonical already.
  if (PLAIN_QUANTITY.test(text) && !text.startsWith("0")) return text;
  try {
    return canonicalQuantity(text);
  } catch (error) {
    return invalid((error as Error).message);
  }
}

function decodeIntOrString(value: JsonValue, literal: string | undefined): string | number {
  if (typeof value === "string") return value;
  if (isInteger(value, 32) && isWhole(literal)) return value;
  if (typeof value === "number") {
    return invalid(`json: cannot unmarshal number ${literal ?? value} into Go value of type int32`);
  }
  return wrongValueType(value, "int32");
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

interface TimeForm {
  fractionDigits: number;
  /** The layout in Go's errors. */
  layout: string;
}

function decodeTime(value: JsonValue, form: TimeForm): string {
  if (typeof value !== "string") return wrongValueType(value, "string");
  const match = RFC3339.exec(value);
  if (!match) return invalid(`parsing time ${JSON.stringify(value)} as "${form.layout}": ${firstMismatch(value)}`);
  const [, year, month, day, hour, minute, second, fraction = "", zone] = match as unknown as string[];
  const inZone = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const offsetMinutes = zone === "Z" ? 0 : zoneMinutes(zone!);
  const asWritten = new Date(inZone).toISOString().slice(0, 19);
  if (asWritten !== value.slice(0, 19)) return invalid(`parsing time ${JSON.stringify(value)}: ${rangeError(match)}`);
  const seconds = new Date(inZone - offsetMinutes * 60_000).toISOString().slice(0, 19);
  const digits = fraction.slice(0, form.fractionDigits).padEnd(form.fractionDigits, "0");
  return digits === "" ? `${seconds}Z` : `${seconds}.${digits}Z`;
}

function zoneMinutes(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith("-") ? -minutes : minutes;
}

const LAYOUT_PARTS: [RegExp, string][] = [
  [/^\d{4}/, "2006"],
  [/^-/, "-"],
  [/^\d\d/, "01"],
  [/^-/, "-"],
  [/^\d\d/, "02"],
  [/^T/, "T"],
  [/^\d\d/, "15"],
  [/^:/, ":"],
  [/^\d\d/, "04"],
  [/^:/, ":"],
  [/^\d\d(?:[.,]\d+)?/, "05"],
  [/^(?:Z|[+-]\d\d:\d\d)$/, "Z07:00"],
];

/** The first part of the layout that does not match, as Go reports it. */
function firstMismatch(text: string): string {
  let rest = text;
  for (const [pattern, part] of LAYOUT_PARTS) {
    const match = pattern.exec(rest);
    if (!match) return `cannot parse ${JSON.stringify(rest)} as "${part}"`;
    rest = rest.slice(match[0].length);
  }
  return `extra text: ${JSON.stringify(rest)}`;
}

function rangeError(match: RegExpExecArray): string {
  const [, , month, , hour, minute, second] = match as unknown as string[];
  if (Number(month) < 1 || Number(month) > 12) return "month out of range";
  if (Number(hour) > 23) return "hour out of range";
  if (Number(minute) > 59) return "minute out of range";
  if (Number(second) > 59) return "second out of range";
  return "day out of range";
}

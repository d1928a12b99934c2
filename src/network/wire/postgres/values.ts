/** Types and values of PostgreSQL's protocol: texts, and the binary forms that drivers ask for. */
import type { Bytes } from "../../../files/entry.ts";
import { int16, int32, MessageReader } from "./messages.ts";

/** Object ids of types, by the names that the server's program gives to columns. */
const TYPES: Readonly<Record<string, number>> = {
  boolean: 16,
  bytea: 17,
  name: 19,
  bigint: 20,
  smallint: 21,
  integer: 23,
  text: 25,
  oid: 26,
  json: 114,
  real: 700,
  "double precision": 701,
  "integer[]": 1007,
  "text[]": 1009,
  character: 1042,
  "character varying": 1043,
  date: 1082,
  "time without time zone": 1083,
  "timestamp without time zone": 1114,
  "timestamp with time zone": 1184,
  interval: 1186,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
};
const TEXT = 25;
const SIZES: Readonly<Record<number, number>> = { 16: 1, 20: 8, 21: 2, 23: 4, 26: 4, 700: 4, 701: 8 };

export function typeId(name: string): number {
  return TYPES[name.replace(/\(.*\)/, "")] ?? TYPES[name] ?? TEXT;
}

export function typeSize(id: number): number {
  return SIZES[id] ?? -1;
}

/** A column's value in the asked format. Undefined: this type has no binary form here. */
export function writtenValue(value: string, type: number, isBinary: boolean): Bytes | undefined {
  if (!isBinary) return value;
  switch (type) {
    case 16:
      return value === "t" || value === "true" ? "\x01" : "\0";
    case 21:
      return int16(Number(value));
    case 23:
    case 26:
      return int32(Number(value));
    case 20: {
      const bits = BigInt.asUintN(64, BigInt(value));
      return int32(Number(bits >> 32n)) + int32(Number(bits & 0xffff_ffffn));
    }
    case 700:
    case 701:
      return written(type === 700 ? 4 : 8, Number(value));
    case 19:
    case TEXT:
    case 114:
    case 1042:
    case 1043:
      return value;
    case 3802:
      return `\x01${value}`;
    default:
      return undefined;
  }
}

function written(size: 4 | 8, value: number): Bytes {
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return Array.from({ length: size }, (_, i) => String.fromCharCode(view.getUint8(i))).join("");
}

/** A parameter as a literal of SQL. Undefined: this type has no binary form here. */
export function literalOf(value: Bytes | null, type: number, isBinary: boolean): string | undefined {
  if (value === null) return "NULL";
  const text = isBinary ? readBinary(value, type) : value;
  if (text === undefined) return undefined;
  const isNumber = [20, 21, 23, 700, 701, 1700].includes(type) && /^-?\d+(\.\d+)?$/.test(text);
  if (isNumber) return text.startsWith("-") ? `(${text})` : text;
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

function readBinary(value: Bytes, type: number): string | undefined {
  const reader = new MessageReader(value);
  switch (type) {
    case 16:
      return value === "\0" ? "false" : "true";
    case 20: {
      const [high, low] = [reader.int32(), reader.int32() >>> 0];
      return String((BigInt(high) << 32n) | BigInt(low));
    }
    case 21:
      return String((reader.int16() << 16) >> 16);
    case 23:
      return String(reader.int32());
    case 701: {
      const view = new DataView(new ArrayBuffer(8));
      for (let i = 0; i < 8; i++) view.setUint8(i, value.charCodeAt(i));
      return String(view.getFloat64(0));
    }
    case 0:
    case 19:
    case TEXT:
    case 114:
    case 1043:
      return value;
    case 3802:
      return value.slice(1);
    default:
      return undefined;
  }
}

/** Quoted texts, comments, and parameters: `$1`. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g;

/** Parameters of a statement in their places. */
export function withParameters(sql: string, literals: readonly string[]): string {
  return sql.replace(PIECES, (all, index?: string) => {
    return index === undefined ? all : (literals[Number(index) - 1] ?? all);
  });
}

/** The number of parameters of a statement. */
export function parameterCount(sql: string): number {
  const numbers = [...sql.matchAll(PIECES)].map(([, index]) => Number(index ?? 0));
  return Math.max(0, ...numbers);
}

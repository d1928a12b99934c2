/** Types of columns: their names in listings, and how values are stored and shown. */
import { type Dialect, SqlError, type SqlValue } from "./ast.ts";

const POSTGRES: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  serial: "integer",
  int8: "bigint",
  bigserial: "bigint",
  int2: "smallint",
  smallserial: "smallint",
  float4: "real",
  float8: "double precision",
  float: "double precision",
  bool: "boolean",
  varchar: "character varying",
  char: "character",
  bpchar: "character",
  decimal: "numeric",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  "timestamp with time zone": "timestamp with time zone",
  time: "time without time zone",
};
const MYSQL: Readonly<Record<string, string>> = {
  integer: "int",
  bool: "tinyint(1)",
  boolean: "tinyint(1)",
  numeric: "decimal",
  decimal: "decimal",
  varchar: "varchar",
  serial: "bigint unsigned",
};

/** The name of a type as the server lists it. */
export function typeNameOf(written: string, dialect: Dialect): string {
  const [, base = written, args = ""] = /^([^(]+)(\(.*\))?/.exec(written) ?? [];
  const array = written.endsWith("[]") ? "[]" : "";
  const name = base.replace("[]", "").trim();
  const listed = (dialect === "postgres" ? POSTGRES : MYSQL)[name] ?? name;
  // A decimal of MySQL without arguments has no fraction.
  const shown = dialect === "mysql" && listed === "decimal" && args === "" ? "(10,0)" : args;
  return `${listed}${shown}${array}`;
}

export type Family = "integer" | "number" | "boolean" | "time" | "text";

export function familyOf(typeName: string): Family {
  if (/^(integer|bigint|smallint|int|mediumint|tinyint(?!\(1\))|oid)/.test(typeName) && !/^interval/.test(typeName))
    return "integer";
  if (/^(numeric|decimal|real|double|float)/.test(typeName)) return "number";
  if (/^boolean/.test(typeName)) return "boolean";
  if (/^tinyint\(1\)/.test(typeName)) return "integer";
  return /^(timestamp|datetime|date|time)/.test(typeName) ? "time" : "text";
}

/** The value as a column of that type stores it. @throws SqlError */
export function coerce(value: SqlValue, typeName: string, column: string, dialect: Dialect): SqlValue {
  if (value === null) return null;
  switch (familyOf(typeName)) {
    case "integer": {
      const number = typeof value === "boolean" ? Number(value) : Number(value);
      const isInteger = (typeof value !== "string" || /^\s*[-+]?\d+\s*$/.test(value)) && Number.isFinite(number);
      if (!isInteger) throw wrongValue(value, typeName, column, dialect);
      const limit = typeName.startsWith("bigint") ? 9.3e18 : typeName.startsWith("smallint") ? 32_767 : 2_147_483_647;
      if (Math.abs(number) > limit)
        throw dialect === "postgres"
          ? new SqlError("22003", `${typeName} out of range`)
          : new SqlError("22003", `Out of range value for column '${column}' at row 1`, { number: 1264 });
      return Math.round(number);
    }
    case "number": {
      const number = Number(value);
      if (Number.isNaN(number) || value === "") throw wrongValue(value, typeName, column, dialect);
      const [, scale] = /\(\d+,\s*(\d+)\)/.exec(typeName) ?? [];
      return scale === undefined ? number : number.toFixed(Number(scale));
    }
    case "boolean":
      return toBoolean(value, typeName, column, dialect);
    case "time":
      return toTime(String(value), typeName, column, dialect);
    case "text": {
      const text = textOf(value, dialect);
      const [, length] = /^(?:character varying|varchar|character|char)\((\d+)\)/.exec(typeName) ?? [];
      if (length === undefined || text.length <= Number(length)) return text;
      throw dialect === "postgres"
        ? new SqlError("22001", `value too long for type ${typeName}`)
        : new SqlError("22001", `Data too long for column '${column}' at row 1`, { number: 1406 });
    }
  }
}

function wrongValue(value: SqlValue, typeName: string, column: string, dialect: Dialect): SqlError {
  if (dialect === "postgres")
    return new SqlError("22P02", `invalid input syntax for type ${typeName.replace(/\(.*/, "")}: "${String(value)}"`);
  return new SqlError(
    "HY000",
    `Incorrect ${familyOf(typeName) === "integer" ? "integer" : familyOf(typeName) === "time" ? "datetime" : "decimal"} value: '${String(value)}' for column '${column}' at row 1`,
    { number: 1366 },
  );
}

function toBoolean(value: SqlValue, typeName: string, column: string, dialect: Dialect): boolean {
  if (typeof value === "boolean") return value;
  const text = String(value).toLowerCase();
  if (/^(t|true|y|yes|on|1)$/.test(text)) return true;
  if (/^(f|false|n|no|off|0)$/.test(text)) return false;
  throw wrongValue(value, typeName, column, dialect);
}

function toTime(value: string, typeName: string, column: string, dialect: Dialect): string {
  const text = value.trim().replace("T", " ").replace(/Z$/, "+00");
  const isDate = typeName === "date";
  const isValid =
    isDate || /^(timestamp|datetime)/.test(typeName)
      ? /^\d{4}-\d{1,2}-\d{1,2}/.test(text)
      : /^\d{1,2}:\d{2}/.test(text);
  if (!isValid) {
    if (dialect === "postgres")
      throw new SqlError("22007", `invalid input syntax for type ${typeName.replace(/ with.*/, "")}: "${value}"`);
    throw wrongValue(value, typeName, column, dialect);
  }
  if (isDate) return text.slice(0, 10);
  const full = /^\d{4}-\d{1,2}-\d{1,2}$/.test(text) ? `${text} 00:00:00` : text;
  if (dialect === "mysql") return full.slice(0, 19);
  if (typeName.includes("with time zone")) return /[+-]\d{2}(:?\d{2})?$/.test(full) ? full : `${full}+00`;
  return full.replace(/[+-]\d{2}(:?\d{2})?$/, "");
}

/** A value as text in a result. */
export function textOf(value: SqlValue, dialect: Dialect): string {
  if (value === null) return "";
  if (typeof value === "boolean") return dialect === "postgres" ? (value ? "t" : "f") : value ? "1" : "0";
  return typeof value === "number" ? numberText(value) : value;
}

function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  return String(value);
}

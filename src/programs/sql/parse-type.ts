/** Names of types with their sizes: `varchar(20)`, `double precision`, `integer[]`, `int unsigned`. */
import type { Cursor } from "./cursor.ts";
import { SqlError } from "./errors.ts";
import type { SqlType } from "./sql-type.ts";
import { isSerial, typeName } from "./type-names.ts";

export interface ParsedType {
  type: SqlType;
  /** `serial` and its sizes: an integer with a sequence. */
  isSerial: boolean;
}

export function parseType(cursor: Cursor): ParsedType {
  const { at } = cursor;
  const alias = cursor.anyText().toLowerCase();
  const { isMySql } = cursor.rules;
  let full = alias;
  if (alias === "double" && cursor.take("precision")) full = "double precision";
  if ((alias === "character" || alias === "char") && cursor.take("varying")) full = "character varying";
  const { sizes, values } = parseSizes(cursor, alias);
  if (alias === "timestamp" || alias === "time") {
    if (cursor.take("with", "time", "zone")) full = alias === "time" ? "time" : "timestamptz";
    else cursor.take("without", "time", "zone");
  }
  const name = (alias === "signed" || alias === "unsigned") && isMySql ? "bigint" : typeName(full);
  if (name === undefined && isMySql) throw new SqlError({ kind: "noType", name: alias }, at);
  if (name === undefined) {
    const custom = cursor.takeOperator(".") ? `${alias}.${cursor.name()}` : alias;
    return { type: { name: custom.replace(/^public\./, ""), isCustom: true, at }, isSerial: false };
  }
  const type: SqlType = { name };
  if (isMySql && (alias === "unsigned" || alias === "signed")) cursor.takeOneOf("integer", "int");
  const isCharacter = name === "character" || name === "character varying";
  if (isCharacter && sizes[0] !== undefined) type.length = sizes[0];
  else if (name === "character") type.length = 1;
  if (name === "numeric" && sizes[0] !== undefined) Object.assign(type, { precision: sizes[0], scale: sizes[1] ?? 0 });
  else if (name === "numeric" && isMySql) Object.assign(type, { precision: 10, scale: 0 });
  if (values) type.values = values;
  if (isMySql) type.shown = shownInMySql(cursor, alias, sizes, values);
  else if (cursor.takeOperator("[")) {
    if (cursor.token.type === "number") cursor.next();
    cursor.expectOperator("]");
    type.isArray = true;
  }
  return { type, isSerial: isSerial(alias) };
}

function parseSizes(cursor: Cursor, alias: string): { sizes: number[]; values?: string[] } {
  if (!cursor.takeOperator("(")) return { sizes: [] };
  if (alias === "enum" || alias === "set") {
    const values = cursor.list(() => cursor.string());
    cursor.expectOperator(")");
    return { sizes: [], values };
  }
  const sizes = cursor.list(() => cursor.integer());
  cursor.expectOperator(")");
  return { sizes };
}

const MYSQL_NAMES: Readonly<Record<string, string>> = {
  integer: "int",
  dec: "decimal",
  numeric: "decimal",
  bool: "tinyint(1)",
  boolean: "tinyint(1)",
  real: "double",
  character: "char",
};

/** The type as SHOW CREATE TABLE and DESCRIBE write it. */
function shownInMySql(cursor: Cursor, alias: string, sizes: readonly number[], values?: readonly string[]): string {
  const name = MYSQL_NAMES[alias] ?? alias;
  // Display widths of integers are not shown, except that of tinyint(1).
  const isInteger = /^(tiny|small|medium|big)?int$/.test(name);
  const given = name === "decimal" ? [sizes[0] ?? 10, sizes[1] ?? 0] : name === "char" ? [sizes[0] ?? 1] : sizes;
  const shownSizes = isInteger && !(name === "tinyint" && sizes[0] === 1) ? [] : given;
  const size = values
    ? `(${values.map((value) => `'${value}'`).join(",")})`
    : shownSizes.length > 0
      ? `(${shownSizes.join(",")})`
      : "";
  const isUnsigned = cursor.take("unsigned");
  cursor.take("zerofill");
  if (cursor.take("character", "set") || cursor.take("charset")) cursor.anyText();
  if (cursor.take("collate")) cursor.anyText();
  return `${name}${size}${isUnsigned ? " unsigned" : ""}`;
}

/** Names of types, with the aliases of both dialects. */

const ALIASES: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  integer: "integer",
  mediumint: "integer",
  int2: "smallint",
  smallint: "smallint",
  tinyint: "smallint",
  year: "smallint",
  int8: "bigint",
  bigint: "bigint",
  oid: "bigint",
  serial: "integer",
  serial4: "integer",
  bigserial: "bigint",
  serial8: "bigint",
  smallserial: "smallint",
  numeric: "numeric",
  decimal: "numeric",
  dec: "numeric",
  money: "numeric",
  real: "real",
  float4: "real",
  float: "double precision",
  float8: "double precision",
  double: "double precision",
  "double precision": "double precision",
  text: "text",
  tinytext: "text",
  mediumtext: "text",
  longtext: "text",
  name: "text",
  citext: "text",
  regclass: "regclass",
  inet: "text",
  enum: "text",
  set: "text",
  blob: "bytea",
  mediumblob: "bytea",
  longblob: "bytea",
  tinyblob: "bytea",
  binary: "bytea",
  varbinary: "bytea",
  bytea: "bytea",
  varchar: "character varying",
  "character varying": "character varying",
  char: "character",
  character: "character",
  bpchar: "character",
  bool: "boolean",
  boolean: "boolean",
  date: "date",
  time: "time without time zone",
  "time without time zone": "time without time zone",
  timestamp: "timestamp without time zone",
  datetime: "timestamp without time zone",
  "timestamp without time zone": "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  "timestamp with time zone": "timestamp with time zone",
  json: "json",
  jsonb: "jsonb",
  uuid: "uuid",
  interval: "interval",
};

/** The full name behind a name or an alias; undefined if there is no such type. */
export function typeName(alias: string): string | undefined {
  return Object.hasOwn(ALIASES, alias) ? ALIASES[alias] : undefined;
}

export function isSerial(alias: string): boolean {
  return /^(big|small)?serial[48]?$/.test(alias);
}

/** The first value that does not fit. */
export const INTEGER_LIMITS: Readonly<Record<string, number>> = {
  smallint: 2 ** 15,
  integer: 2 ** 31,
  bigint: 2 ** 63,
};

export function isIntegerType(name: string): boolean {
  return Object.hasOwn(INTEGER_LIMITS, name);
}

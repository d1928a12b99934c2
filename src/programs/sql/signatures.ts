/**
 * Argument and result types of functions. A letter is a type: i integer, l bigint, n numeric, f double precision, t text,
 * b boolean, d date, s timestamp, z timestamptz, c time, v interval, j json, J jsonb, y bytea, u uuid, a any array, * any
 * type; 1 is the first argument's type, e its element type, A an array of its type. `…` repeats the last argument.
 */
import type { SqlType } from "./sql-type.ts";

/** Overloads, separated by bars: arguments, `>`, result. */
const SIGNATURES: Readonly<Record<string, string>> = {
  abs: "i>1|l>1|n>1|f>1",
  age: "z>v|zz>v|ss>v",
  array_append: "a*>1",
  array_cat: "aa>1",
  array_length: "ai>i",
  array_position: "a*>i",
  array_prepend: "*a>A",
  array_remove: "a*>1",
  array_replace: "a**>1",
  array_to_string: "at>t|att>t",
  array_upper: "ai>i",
  array_lower: "ai>i",
  array_ndims: "a>i",
  ascii: "t>i",
  bit_length: "t>i",
  btrim: "t>t|tt>t",
  cardinality: "a>i",
  cbrt: "f>f",
  ceil: "n>n|f>f",
  ceiling: "n>n|f>f",
  char_length: "t>i",
  character_length: "t>i",
  chr: "i>t",
  clock_timestamp: ">z",
  concat: "*…>t",
  concat_ws: "t*…>t",
  cos: "f>f",
  current_database: ">t",
  current_setting: "t>t|tb>t",
  date_part: "tv>f|tz>f|ts>f|td>f",
  date_trunc: "tv>v|tz>z|ts>s|td>z",
  degrees: "f>f",
  div: "nn>n",
  encode: "yt>t",
  decode: "tt>y",
  exp: "n>n|f>f",
  factorial: "l>n",
  floor: "n>n|f>f",
  format: "t>t|t*…>t",
  gcd: "ii>i|ll>l|nn>n",
  gen_random_uuid: ">u",
  initcap: "t>t",
  isfinite: "d>b|s>b|z>b|v>b",
  json_array_length: "j>i",
  json_build_array: "*…>j|>j",
  json_build_object: "*…>j|>j",
  json_typeof: "j>t",
  jsonb_array_length: "J>i",
  jsonb_build_array: "*…>J|>J",
  jsonb_build_object: "*…>J|>J",
  jsonb_insert: "JaJ>J|JaJb>J",
  jsonb_pretty: "J>t",
  jsonb_set: "JaJ>J|JaJb>J",
  jsonb_strip_nulls: "J>J",
  jsonb_typeof: "J>t",
  justify_days: "v>v",
  justify_hours: "v>v",
  justify_interval: "v>v",
  lcm: "ii>i|ll>l|nn>n",
  left: "ti>t",
  length: "t>i|y>i",
  ln: "n>n|f>f",
  log: "n>n|f>f|nn>n",
  log10: "n>n|f>f",
  lower: "t>t",
  lpad: "ti>t|tit>t",
  ltrim: "t>t|tt>t",
  make_date: "iii>d",
  make_time: "iif>c",
  make_timestamp: "iiiiif>s",
  md5: "t>t|y>t",
  mod: "ii>i|ll>l|nn>n",
  now: ">z",
  octet_length: "t>i|y>i",
  overlay: "tti>t|ttii>t",
  pg_typeof: "*>t",
  pi: ">f",
  position: "tt>i",
  power: "nn>n|ff>f",
  quote_ident: "t>t",
  quote_literal: "t>t|*>t",
  quote_nullable: "t>t|*>t",
  radians: "f>f",
  random: ">f",
  regexp_count: "tt>i",
  regexp_match: "tt>A|ttt>A",
  regexp_replace: "ttt>t|tttt>t",
  regexp_split_to_array: "tt>A|ttt>A",
  repeat: "ti>t",
  replace: "ttt>t",
  reverse: "t>t",
  right: "ti>t",
  round: "n>n|f>f|ni>n",
  rpad: "ti>t|tit>t",
  rtrim: "t>t|tt>t",
  sha256: "y>y",
  sign: "n>n|f>f",
  sin: "f>f",
  split_part: "tti>t",
  sqrt: "n>n|f>f",
  starts_with: "tt>b",
  string_to_array: "tt>A|ttt>A",
  strpos: "tt>i",
  substr: "ti>t|tii>t",
  substring: "ti>t|tii>t|tt>t|ttt>t",
  tan: "f>f",
  to_char: "nt>t|it>t|ft>t|zt>t|st>t|vt>t",
  to_date: "tt>d",
  to_hex: "i>t|l>t",
  to_json: "*>j",
  to_jsonb: "*>J",
  row_to_json: "*>j",
  to_number: "tt>n",
  to_timestamp: "f>z|tt>z",
  translate: "ttt>t",
  trunc: "n>n|f>f|ni>n",
  upper: "t>t",
  width_bucket: "nnni>i|fffi>i",
  nextval: "t>l",
  currval: "t>l",
  lastval: ">l",
  setval: "tl>l|tlb>l",
  timezone: "tz>s|ts>z",
  version: ">t",
};

const TYPES: Readonly<Record<string, SqlType>> = {
  i: { name: "integer" },
  l: { name: "bigint" },
  n: { name: "numeric" },
  f: { name: "double precision" },
  t: { name: "text" },
  b: { name: "boolean" },
  d: { name: "date" },
  s: { name: "timestamp without time zone" },
  z: { name: "timestamp with time zone" },
  c: { name: "time without time zone" },
  v: { name: "interval" },
  j: { name: "json" },
  J: { name: "jsonb" },
  y: { name: "bytea" },
  u: { name: "uuid" },
};

/** Types that take a value of another type without a cast. The first fitting overload is the nearest one. */
const WIDENS: Readonly<Record<string, readonly string[]>> = {
  smallint: ["i", "l", "n", "f"],
  integer: ["i", "l", "n", "f"],
  bigint: ["l", "n", "f"],
  numeric: ["n", "f"],
  real: ["f"],
  "double precision": ["f"],
  text: ["t"],
  "character varying": ["t"],
  regclass: ["t"],
  character: ["t"],
  boolean: ["b"],
  date: ["d", "s", "z"],
  "timestamp without time zone": ["s", "z"],
  "timestamp with time zone": ["z"],
  "time without time zone": ["c"],
  interval: ["v"],
  json: ["j"],
  jsonb: ["J"],
  bytea: ["y"],
  uuid: ["u"],
};

/**
 * The type of a call's result. Undefined: there is no table entry, or the types of its arguments are not known. False: no
 * overload takes these arguments.
 */
export function resultOf(name: string, args: readonly (SqlType | undefined)[]): SqlType | undefined | false {
  const overloads = Object.hasOwn(SIGNATURES, name) ? SIGNATURES[name] : undefined;
  if (overloads === undefined) return undefined;
  let isKnown = true;
  const fitting = overloads.split("|").filter((overload) => {
    const [letters = ""] = overload.split(">");
    const fit = fits(letters, args);
    if (fit === undefined) isKnown = false;
    return fit !== false;
  });
  const [best] = fitting.sort((a, b) => distance(a, args) - distance(b, args));
  if (best === undefined) return false;
  return isKnown || fitting.length === 1 ? typeFor(best.split(">")[1] ?? "", args) : undefined;
}

/** Undefined if the type of an argument is not known. */
function fits(letters: string, args: readonly (SqlType | undefined)[]): boolean | undefined {
  const repeats = letters.endsWith("…");
  const fixed = [...letters.replace("…", "")];
  if (repeats ? args.length < fixed.length : args.length !== fixed.length) return false;
  let fit: boolean | undefined = true;
  for (const [i, type] of args.entries()) {
    const letter = fixed[i] ?? fixed.at(-1) ?? "*";
    if (type === undefined) fit = fit && undefined;
    else if (!takes(letter, type)) return false;
  }
  return fit;
}

function takes(letter: string, type: SqlType): boolean {
  if (letter === "*" || type.name === "unknown") return true;
  if (letter === "a") return type.isArray === true;
  if (type.isArray) return false;
  // Types without an entry, such as enumerations, are texts to most functions here.
  return WIDENS[type.name]?.includes(letter) ?? letter === "t";
}

/** Fewer conversions first; text is the preferred type of a literal. */
function distance(overload: string, args: readonly (SqlType | undefined)[]): number {
  const [letters = ""] = overload.split(">");
  return args.reduce((sum, type, i) => {
    const letter = letters[i] ?? "*";
    if (type?.name === "unknown") return sum + (letter === "t" || letter === "z" ? 0 : 1);
    const at = type && !type.isArray ? (WIDENS[type.name]?.indexOf(letter) ?? 0) : 0;
    // Floating point is preferred among the types of numbers that need a conversion.
    return sum + (at <= 0 ? 0 : letter === "f" ? 1 : 1 + at);
  }, 0);
}

function typeFor(letter: string, args: readonly (SqlType | undefined)[]): SqlType | undefined {
  const [first, second] = args;
  if (letter === "1") return first?.name === "unknown" ? second && { ...second, isArray: true } : first;
  if (letter === "A")
    return { ...(first?.name === "unknown" || !first ? { name: "text" } : plain(first)), isArray: true };
  if (letter === "e") return first && plain(first);
  return TYPES[letter];
}

function plain({ name }: SqlType): SqlType {
  return { name: name.startsWith("character") ? "text" : name };
}

/** Functions of expressions: their arguments are values. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { MongoError } from "../errors.ts";
import { bsonTypeOf, compare, dateValue, isTrue, numberOf, timeOf } from "../values.ts";
import { DATE_FUNCTIONS } from "./dates.ts";
import type { ExpressionFunction, Values } from "./function.ts";

const isMissing = (value: JsonValue | undefined): value is null | undefined => value === undefined || value === null;

/** Numbers of all arguments; undefined if one is null or missing. */
function numbers(values: Values, name: string): number[] | undefined {
  if (values.some(isMissing)) return undefined;
  return values.map((value) => {
    const number = numberOf(value) ?? timeOf(value);
    if (number === undefined)
      throw new MongoError(`${name} only supports numeric types, not ${bsonTypeOf(value)}`, "TypeMismatch");
    return number;
  });
}

const numeric =
  (compute: (numbers: number[]) => number): ExpressionFunction =>
  (values, name) => {
    const found = numbers(values, name);
    return found ? compute(found) : null;
  };

const isDate = (value: JsonValue | undefined): boolean => timeOf(value) !== undefined;

/** A sum with a date is a date. */
const dated =
  (compute: (numbers: number[]) => number): ExpressionFunction =>
  (values, name) => {
    const result = numeric(compute)(values, name);
    const dates = values.filter(isDate).length;
    return typeof result === "number" && dates === 1 ? dateValue(result) : result;
  };

const comparison =
  (accepts: (order: number) => boolean): ExpressionFunction =>
  ([left, right]) =>
    accepts(compare(left, right));

function text(value: JsonValue | undefined, name: string): string {
  if (isMissing(value)) return "";
  if (typeof value === "string") return value;
  const date = timeOf(value);
  if (date !== undefined) return new Date(date).toISOString();
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  throw new MongoError(`${name} requires a string argument, found: ${bsonTypeOf(value)}`);
}

function list(value: JsonValue | undefined, name: string): JsonValue[] {
  if (!Array.isArray(value))
    throw new MongoError(`The argument to ${name} must be an array, but was of type: ${bsonTypeOf(value)}`);
  return value;
}

/** Arguments, or the elements of a single array. */
function spread(values: Values): Values {
  return values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
}

export function sumOf(values: Values): number {
  return values.reduce<number>((sum, each) => sum + (numberOf(each) ?? 0), 0);
}

export function averageOf(values: Values): JsonValue {
  const found = values.flatMap((each) => numberOf(each) ?? []);
  return found.length === 0 ? null : sumOf(found) / found.length;
}

/** The least value, or the greatest one for -1. Null and missing values are left out. */
export function extremeOf(values: Values, direction: 1 | -1): JsonValue {
  const found = values.filter((each): each is JsonValue => !isMissing(each));
  return found.reduce<JsonValue>(
    (best, each) => (best === null || compare(each, best) * direction < 0 ? each : best),
    null,
  );
}

/** The population's standard deviation, or that of a sample. */
export function deviationOf(values: Values, isSample: boolean): JsonValue {
  const found = values.flatMap((each) => numberOf(each) ?? []);
  const count = found.length - (isSample ? 1 : 0);
  if (count < 1) return null;
  const mean = sumOf(found) / found.length;
  return Math.sqrt(found.reduce((sum, each) => sum + (each - mean) ** 2, 0) / count);
}

/** Rounds half to even at a decimal place. */
function round(value: number, places: number): number {
  const factor = 10 ** places;
  const scaled = value * factor;
  const floor = Math.floor(scaled);
  const isHalf = Math.abs(scaled - floor - 0.5) < 1e-9;
  return (isHalf ? (floor % 2 === 0 ? floor : floor + 1) : Math.round(scaled)) / factor;
}

function divide([left = 0, right = 0]: number[]): number {
  if (right === 0) throw new MongoError("can't $divide by zero");
  return left / right;
}

const NUMBER_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  $add: dated((all) => all.reduce((sum, each) => sum + each, 0)),
  $subtract: dated(([left = 0, right = 0]) => left - right),
  $multiply: numeric((all) => all.reduce((product, each) => product * each, 1)),
  $divide: numeric(divide),
  $mod: numeric(([left = 0, right = 1]) => left % right),
  $abs: numeric(([value = 0]) => Math.abs(value)),
  $ceil: numeric(([value = 0]) => Math.ceil(value)),
  $floor: numeric(([value = 0]) => Math.floor(value)),
  $sqrt: numeric(([value = 0]) => Math.sqrt(value)),
  $pow: numeric(([base = 0, exponent = 1]) => base ** exponent),
  $exp: numeric(([value = 0]) => Math.exp(value)),
  $ln: numeric(([value = 0]) => Math.log(value)),
  $log10: numeric(([value = 0]) => Math.log10(value)),
  $round: numeric(([value = 0, places = 0]) => round(value, places)),
  $trunc: numeric(([value = 0, places = 0]) => Math.trunc(value * 10 ** places) / 10 ** places),
  $sum: (values) => sumOf(spread(values)),
  $avg: (values) => averageOf(spread(values)),
  $min: (values) => extremeOf(spread(values), 1),
  $max: (values) => extremeOf(spread(values), -1),
  $stdDevPop: (values) => deviationOf(spread(values), false),
  $stdDevSamp: (values) => deviationOf(spread(values), true),
};

const TEXT_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  $concat: (values, name) => (values.some(isMissing) ? null : values.map((each) => text(each, name)).join("")),
  $toUpper: ([value], name) => text(value, name).toUpperCase(),
  $toLower: ([value], name) => text(value, name).toLowerCase(),
  $strLenCP: ([value], name) => [...text(value, name)].length,
  $strLenBytes: ([value], name) => new TextEncoder().encode(text(value, name)).length,
  $substr: substring,
  $substrCP: substring,
  $substrBytes: substring,
  $split: ([value, separator], name) => (isMissing(value) ? null : text(value, name).split(text(separator, name))),
  $trim: ([value], name) => trimmed(value, name, /^\s+|\s+$/g),
  $ltrim: ([value], name) => trimmed(value, name, /^\s+/),
  $rtrim: ([value], name) => trimmed(value, name, /\s+$/),
  $indexOfCP: ([value, part], name) => (isMissing(value) ? null : text(value, name).indexOf(text(part, name))),
  $toString: ([value], name) =>
    isMissing(value) ? null : isJsonObject(value) && "$oid" in value ? String(value["$oid"]) : converted(value, name),
};

function substring([value, from, count]: Values, name: string): JsonValue {
  const [start, length] = [numberOf(from) ?? 0, numberOf(count) ?? 0];
  return [...text(value, name)].slice(start, length < 0 ? undefined : start + length).join("");
}

function trimmed(value: JsonValue | undefined, name: string, blanks: RegExp): JsonValue {
  const input = isJsonObject(value) ? value["input"] : value;
  return isMissing(input) ? null : text(input, name).replace(blanks, "");
}

const converted = (value: JsonValue, name: string): string =>
  typeof value === "boolean" ? String(value) : text(value, name);

function toNumber(value: JsonValue | undefined, name: string): JsonValue {
  if (isMissing(value)) return null;
  const number = typeof value === "boolean" ? Number(value) : (numberOf(value) ?? timeOf(value) ?? Number(value));
  if (Number.isNaN(number) || value === "")
    throw new MongoError(
      `Failed to parse number '${String(value)}' in ${name} with no onError value: Did not consume whole string.`,
    );
  return number;
}

const LIST_FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  $size: ([value], name) => list(value, name).length,
  $isArray: ([value]) => Array.isArray(value),
  $arrayElemAt: ([value, at], name) => (isMissing(value) ? null : list(value, name).at(numberOf(at) ?? 0)),
  $first: ([value], name) => (isMissing(value) ? null : list(value, name)[0]),
  $last: ([value], name) => (isMissing(value) ? null : list(value, name).at(-1)),
  $in: ([value, values], name) => list(values, name).some((each) => compare(each, value) === 0),
  $indexOfArray: ([values, value], name) =>
    isMissing(values) ? null : list(values, name).findIndex((each) => compare(each, value) === 0),
  $concatArrays: (values, name) => (values.some(isMissing) ? null : values.flatMap((each) => list(each, name))),
  $reverseArray: ([value], name) => (isMissing(value) ? null : [...list(value, name)].reverse()),
  $slice: ([value, from, count], name) => {
    if (isMissing(value)) return null;
    const start = numberOf(from) ?? 0;
    if (count === undefined) return start < 0 ? list(value, name).slice(start) : list(value, name).slice(0, start);
    const all = list(value, name);
    const first = start < 0 ? Math.max(0, all.length + start) : start;
    return all.slice(first, first + (numberOf(count) ?? 0));
  },
  $range: ([from, to, step]) => range(numberOf(from) ?? 0, numberOf(to) ?? 0, numberOf(step) ?? 1),
  $setUnion: (values, name) => unique(values.flatMap((each) => list(each, name))),
  $setIntersection: ([left, right], name) =>
    unique(list(left, name).filter((each) => list(right, name).some((other) => compare(each, other) === 0))),
  $setDifference: ([left, right], name) =>
    unique(list(left, name).filter((each) => !list(right, name).some((other) => compare(each, other) === 0))),
  $mergeObjects: (values) => Object.assign({}, ...spread(values).filter(isJsonObject)) as JsonObject,
  $objectToArray: ([value]) =>
    isJsonObject(value) ? Object.entries(value).map(([k, v]) => ({ k, v: v ?? null })) : null,
  $arrayToObject: ([value], name) =>
    Object.fromEntries(
      list(value, name).map((each) => {
        if (Array.isArray(each)) return [String(each[0]), each[1] ?? null];
        return isJsonObject(each) ? [String(each["k"]), each["v"] ?? null] : [String(each), null];
      }),
    ) as JsonObject,
};

/** Most numbers of `$range`. */
const MAX_RANGE = 10_000;

function range(from: number, to: number, step: number): number[] {
  if (step === 0) throw new MongoError("$range requires a non-zero step value");
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (count > MAX_RANGE) throw new MongoError("$range would use too much memory");
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** Each value once, in order. */
function unique(values: readonly JsonValue[]): JsonValue[] {
  const ordered = [...values].sort(compare);
  return ordered.filter((each, i) => i === 0 || compare(each, ordered[i - 1]) !== 0);
}

export const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  ...NUMBER_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...DATE_FUNCTIONS,
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: ([left, right]) => Math.sign(compare(left, right)),
  $not: ([value]) => !isTrue(value),
  $type: ([value]) => bsonTypeOf(value),
  $toInt: ([value], name) => {
    const number = toNumber(value, name);
    return typeof number === "number" ? Math.trunc(number) : number;
  },
  $toLong: ([value], name) => {
    const number = toNumber(value, name);
    return typeof number === "number" ? Math.trunc(number) : number;
  },
  $toDouble: ([value], name) => toNumber(value, name),
  $toDecimal: ([value], name) => toNumber(value, name),
  $toBool: ([value]) => (isMissing(value) ? null : isTrue(value)),
  $toObjectId: ([value]) => (isMissing(value) ? null : { $oid: String(value) }),
};

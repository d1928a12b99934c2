/**
 * Functions of templates: Go's own, and those of kubectl.
 * Source: Go's text/template/funcs.go, k8s.io/cli-runtime pkg/printers/template.go
 */
import { bytesOfBase64, bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { formatText, isList, isMap, printText, typeName, valueText } from "./format.ts";
import { ArgumentTypeError, TemplateError, type Value } from "./nodes.ts";
import { escapeHtml, escapeJs, escapeQuery } from "./strings.ts";

export interface TemplateFunction {
  name: string;
  /** The least and the largest number of arguments. */
  arguments: readonly [least: number, most: number];
  /** Throws TemplateError with the text of Go's error, without its place. */
  call(values: readonly Value[]): Value;
}

const ANY = Number.POSITIVE_INFINITY;

/** Text of the arguments; a single text stays as it is. */
function argumentsText(values: readonly Value[]): string {
  return values.length === 1 && typeof values[0] === "string" ? values[0] : printText(values);
}

export const FUNCTIONS: readonly TemplateFunction[] = [
  { name: "base64decode", arguments: [1, 1], call: ([text]) => decoded(text) },
  { name: "exists", arguments: [1, ANY], call: ([item, ...keys]) => exists(item, keys) },
  { name: "html", arguments: [0, ANY], call: (values) => escapeHtml(argumentsText(values)) },
  { name: "js", arguments: [0, ANY], call: (values) => escapeJs(argumentsText(values)) },
  { name: "urlquery", arguments: [0, ANY], call: (values) => escapeQuery(argumentsText(values)) },
  { name: "index", arguments: [1, ANY], call: ([item, ...keys]) => keys.reduce(indexed, item) },
  { name: "len", arguments: [1, 1], call: ([item]) => lengthOf(item) },
  { name: "not", arguments: [1, 1], call: ([value]) => !isTrue(value) },
  { name: "print", arguments: [0, ANY], call: printText },
  { name: "println", arguments: [0, ANY], call: (values) => `${values.map(valueText).join(" ")}\n` },
  { name: "printf", arguments: [1, ANY], call: ([format, ...values]) => formatText(textOf(format), values) },
  { name: "slice", arguments: [1, ANY], call: ([item, ...bounds]) => sliced(item, bounds) },
  { name: "eq", arguments: [1, ANY], call: ([first, ...others]) => isEqualToAny(first, others) },
  { name: "ne", arguments: [2, 2], call: ([a, b]) => !isEqual(a, b) },
  { name: "lt", arguments: [2, 2], call: ([a, b]) => isLess(a, b) },
  { name: "le", arguments: [2, 2], call: ([a, b]) => isLess(a, b) || isEqual(a, b) },
  { name: "gt", arguments: [2, 2], call: ([a, b]) => !isLess(a, b) && !isEqual(a, b) },
  { name: "ge", arguments: [2, 2], call: ([a, b]) => !isLess(a, b) },
];

/** These end at the first argument that decides; the executor runs them. */
export const SHORT_CIRCUIT = ["and", "or"] as const;

/** Go's truth: empty and missing values are false. */
export function isTrue(value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) throw new ArgumentTypeError("invalid value; expected string");
  throw new ArgumentTypeError(`wrong type for value; expected string; got ${typeName(value)}`);
}

function decoded(value: Value): Value {
  const text = textOf(value);
  const plain = text.replaceAll(/[\r\n]/g, "");
  const wrong = /[^A-Za-z0-9+/=]|=(?=[^=])/.exec(plain);
  if (wrong || plain.length % 4 !== 0) {
    const at = wrong ? wrong.index : plain.length - (plain.length % 4);
    throw new TemplateError(`base64 decode failed: illegal base64 data at input byte ${at}`);
  }
  return textOfBytes(bytesOfBase64(plain));
}

function exists(item: Value, keys: readonly Value[]): boolean {
  try {
    return keys.reduce(indexed, item) !== undefined;
  } catch (error) {
    if (error instanceof TemplateError) return false;
    throw error;
  }
}

function indexed(item: Value, key: Value): Value {
  if (item === undefined || item === null) throw new TemplateError("index of untyped nil");
  if (isMap(item)) {
    if (typeof key !== "string") throw new TemplateError(`value has type ${typeName(key)}; should be string`);
    return item[key];
  }
  if (!isList(item) && typeof item !== "string") throw new TemplateError(`can't index item of type ${typeName(item)}`);
  if (typeof key !== "bigint") throw new TemplateError(`cannot index slice/array with type ${typeName(key)}`);
  const list = typeof item === "string" ? [...bytesOfText(item)].map((byte) => BigInt(byte.charCodeAt(0))) : item;
  if (key < 0n || key >= BigInt(list.length)) throw new TemplateError(`index out of range: ${key}`);
  return list[Number(key)];
}

function lengthOf(item: Value): bigint {
  if (typeof item === "string") return BigInt(bytesOfText(item).length);
  if (item === undefined || item === null) throw new TemplateError("len of nil pointer");
  if (isList(item)) return BigInt(item.length);
  if (isMap(item)) return BigInt(Object.keys(item).length);
  throw new TemplateError(`len of type ${typeName(item)}`);
}

function sliced(item: Value, bounds: readonly Value[]): Value {
  if (!isList(item) && typeof item !== "string") throw new TemplateError(`can't slice item of type ${typeName(item)}`);
  const length = typeof item === "string" ? bytesOfText(item).length : item.length;
  const [from = 0, to = length] = bounds.map((bound) => {
    if (typeof bound !== "bigint") throw new TemplateError(`cannot index slice/array with type ${typeName(bound)}`);
    if (bound < 0n || bound > BigInt(length)) throw new TemplateError(`index out of range: ${bound}`);
    return Number(bound);
  });
  if (from > to) throw new TemplateError(`invalid slice index: ${from} > ${to}`);
  return typeof item === "string" ? textOfBytes(bytesOfText(item).slice(from, to)) : item.slice(from, to);
}

function isEqualToAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new TemplateError("missing argument for comparison");
  return others.some((one) => isEqual(first, one));
}

function isMissing(value: Value): value is null | undefined {
  return value === undefined || value === null;
}

function isEqual(a: Value, b: Value): boolean {
  if (isMissing(a) || isMissing(b)) return isMissing(a) && isMissing(b);
  if (typeof a !== typeof b) throw incompatible(a, b);
  if (typeof a === "object" || typeof b === "object") {
    throw new TemplateError(`non-comparable types ${valueText(a)}: ${typeName(a)}, ${typeName(b)}: ${valueText(b)}`);
  }
  return a === b;
}

function incompatible(a: Value, b: Value): TemplateError {
  return new TemplateError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

function isLess(a: Value, b: Value): boolean {
  const isBasic = [a, b].every((value) => ["string", "number", "bigint", "boolean"].includes(typeof value));
  if (!isBasic || typeof a === "boolean" || typeof b === "boolean") {
    throw new TemplateError("invalid type for comparison");
  }
  if (typeof a !== typeof b) throw incompatible(a, b);
  return (a as string) < (b as string);
}

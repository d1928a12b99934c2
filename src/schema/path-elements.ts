/** Path elements of managedFields: names, order and text form of list items. */
import { isJsonObject, type JsonObject, type JsonValue, parseJson, stringifyJson } from "../lib/json.ts";
import type { ListType, StructType } from "./types.ts";

export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** The error for an item without an element, in the words of structured-merge-diff. */
export interface ElementError {
  problem: string;
}

/** The element of an item of a set or map list. Missing keys take their default, or are left out. */
export function itemElement(type: ListType, item: JsonValue): string | ElementError {
  if (type.listType === "set") return setElement(item);
  if (item === null) return { problem: "associative list with keys may not have a null element" };
  if (!isJsonObject(item)) return { problem: "associative list with keys may not have non-map elements" };
  const keys: JsonObject = {};
  for (const key of sortedKeys(type)) {
    const value = item[key] ?? defaultOf(type, key);
    if (value !== undefined) keys[key] = value;
  }
  const text = stringifyJson(keys);
  if (text !== "{}") return `k:${text}`;
  const names = type.keys.map((key) => JSON.stringify(key)).join(" ");
  const problem = `associative list with keys has an element that omits all key fields [${names}]`;
  return { problem: `${problem} (and doesn't have default values for any key fields)` };
}

const keysInOrder = new WeakMap<ListType, readonly string[]>();

function sortedKeys(type: ListType): readonly string[] {
  let keys = keysInOrder.get(type);
  if (!keys) {
    keys = [...type.keys].sort();
    keysInOrder.set(type, keys);
  }
  return keys;
}

/** A required number of zero and a required empty text are values. */
function defaultOf(type: ListType, key: string): JsonValue | undefined {
  const field = type.items.kind === "struct" ? (type.items as StructType).fields.get(key) : undefined;
  return field?.default;
}

function setElement(item: JsonValue): string | ElementError {
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  if (Array.isArray(item)) return { problem: "not supported: associative list with lists as elements" };
  if (isJsonObject(item)) return { problem: "associative list without keys has an element that's a map type" };
  return `v:${stringifyJson(item)}`;
}

/** Whether the text is an element: a field, or an item by its keys, its value or its position. */
export function isElement(element: string): boolean {
  const rest = element.slice(2);
  switch (element.slice(0, 2)) {
    case "f:":
      return true;
    case "i:":
      return /^-?\d{1,15}$/.test(rest);
    case "k:":
      return isJsonObject(parsed(rest));
    case "v:":
      return parsed(rest) !== undefined;
    default:
      return false;
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Fields first, then items by keys, then by value; numbers by size, texts by code unit. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  if (a[0] !== b[0] || a[0] === "f") return a < b ? -1 : 1;
  const left = JSON.parse(a.slice(2)) as JsonValue;
  const right = JSON.parse(b.slice(2)) as JsonValue;
  return isJsonObject(left) && isJsonObject(right) ? compareKeys(left, right) : compareScalars(left, right);
}

function compareKeys(a: JsonObject, b: JsonObject): number {
  const [left, right] = [Object.entries(a), Object.entries(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [[leftName, leftValue], [rightName, rightValue]] = [left[i]!, right[i]!];
    if (leftName !== rightName) return leftName < rightName ? -1 : 1;
    const order = compareScalars(leftValue!, rightValue!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const KIND_ORDER = ["number", "string", "boolean"];

function compareScalars(a: JsonValue, b: JsonValue): number {
  if (typeof a !== typeof b) return KIND_ORDER.indexOf(typeof a) - KIND_ORDER.indexOf(typeof b);
  if (a === b) return 0;
  return (a as number) < (b as number) ? -1 : 1;
}

/** A path in the form of conflicts: `.spec.ports[port=80,protocol="TCP"].name`. */
export function showPath(elements: readonly string[]): string {
  return elements.map(showElement).join("");
}

export function showElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("v:")) return `[=${rest}]`;
  if (element.startsWith("i:")) return `[${rest}]`;
  const keys = JSON.parse(rest) as JsonObject;
  return `[${Object.entries(keys)
    .map(([name, value]) => `${name}=${stringifyJson(value)}`)
    .join(",")}]`;
}

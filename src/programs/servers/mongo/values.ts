/**
 * Values of documents. A document is JSON; other types of BSON are objects: `{ $oid }`, `{ $date }`, `{ $numberLong }`,
 * `{ $numberDecimal }`, `{ $timestamp }`, as in MongoDB's Extended JSON.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";

/** The type of an object that stands for another type of BSON. */
export function bsonTypeOf(value: JsonValue | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "double";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  const [first] = Object.keys(value);
  return (first !== undefined && EXTENDED[first]) || "object";
}

const EXTENDED: Readonly<Record<string, string>> = {
  $oid: "objectId",
  $date: "date",
  $numberLong: "long",
  $numberDecimal: "decimal",
  $timestamp: "timestamp",
  $regex: "regex",
};

/** Types in the order of BSON. */
const RANKS: Readonly<Record<string, number>> = {
  missing: 0,
  null: 1,
  int: 2,
  double: 2,
  long: 2,
  decimal: 2,
  string: 3,
  object: 4,
  array: 5,
  objectId: 7,
  bool: 8,
  date: 9,
  timestamp: 10,
  regex: 11,
};

function rankOf(value: JsonValue | undefined): number {
  // A missing field equals null.
  return value === undefined ? 1 : (RANKS[bsonTypeOf(value)] ?? 4);
}

export function isSameRank(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return rankOf(left) === rankOf(right);
}

/** The number of a numeric value; undefined for other types. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (!isJsonObject(value)) return undefined;
  const text = value["$numberLong"] ?? value["$numberDecimal"];
  return text === undefined ? undefined : Number(text);
}

/** The instant of a date, ms; undefined for other types. */
export function timeOf(value: JsonValue | undefined): number | undefined {
  return isJsonObject(value) && typeof value["$date"] === "string" ? Date.parse(value["$date"]) : undefined;
}

export function dateValue(timeMs: number): JsonObject {
  return { $date: new Date(timeMs).toISOString() };
}

/** The order of two values, as sorts and comparisons use it. */
export function compare(left: JsonValue | undefined, right: JsonValue | undefined): number {
  const difference = rankOf(left) - rankOf(right);
  if (difference !== 0) return difference;
  const [x, y] = [numberOf(left) ?? timeOf(left), numberOf(right) ?? timeOf(right)];
  if (x !== undefined && y !== undefined) return x - y;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (typeof left === "boolean" || typeof right === "boolean") return Number(left) - Number(right);
  if (isJsonObject(left) && isJsonObject(right)) return compareLists(flat(left), flat(right));
  return 0;
}

const flat = (object: JsonObject): JsonValue[] =>
  Object.entries(object).flatMap(([name, each]) => [name, each ?? null]);

function compareLists(left: readonly JsonValue[], right: readonly JsonValue[]): number {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compare(left[i], right[i]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Field paths that no document has. */
const FORBIDDEN = new Set(["__proto__"]);

/** The value at a path such as `address.city`. A path through an array gives an array, as in expressions. */
export function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  let found = value;
  const names = path.split(".");
  for (const [i, name] of names.entries()) {
    if (Array.isArray(found)) {
      const rest = names.slice(i).join(".");
      return found.map((each) => valueAt(each, rest)).filter((each) => each !== undefined);
    }
    found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  return found;
}

/** All values at a path, through arrays by position and by element, as filters see them. */
export function candidatesAt(value: JsonValue | undefined, path: string): (JsonValue | undefined)[] {
  let values: (JsonValue | undefined)[] = [value];
  for (const name of path.split(".")) {
    values = values.flatMap((each): (JsonValue | undefined)[] => {
      if (Array.isArray(each)) {
        const position = /^\d+$/.test(name) ? [each[Number(name)]] : [];
        const inner = each.filter(isJsonObject).map((item) => (Object.hasOwn(item, name) ? item[name] : undefined));
        return [...position, ...inner];
      }
      return [isJsonObject(each) && Object.hasOwn(each, name) ? each[name] : undefined];
    });
  }
  return values;
}

/** Sets a field; objects on the way are made. */
export function setAt(document: JsonObject, path: string, value: JsonValue): void {
  const [parent, name] = parentAt(document, path, true) ?? [];
  if (parent && name !== undefined) setField(parent, name, value);
}

export function removeAt(document: JsonObject, path: string): void {
  const [parent, name] = parentAt(document, path, false) ?? [];
  if (parent && name !== undefined && !Array.isArray(parent)) delete parent[name];
}

function setField(parent: JsonObject | JsonValue[], name: string, value: JsonValue): void {
  if (Array.isArray(parent)) parent[Number(name)] = value;
  else if (!FORBIDDEN.has(name)) parent[name] = value;
}

/** The object that holds the last field of a path; undefined if it is missing and is not to be made. */
export function parentAt(
  document: JsonObject,
  path: string,
  makes: boolean,
): [JsonObject | JsonValue[], string] | undefined {
  const names = path.split(".");
  const last = names.pop() ?? path;
  let parent: JsonObject | JsonValue[] = document;
  for (const name of names) {
    if (FORBIDDEN.has(name)) return undefined;
    const next: JsonValue | undefined = Array.isArray(parent) ? parent[Number(name)] : parent[name];
    if (isJsonObject(next) || Array.isArray(next)) parent = next;
    else if (!makes) return undefined;
    else {
      const made: JsonObject = {};
      setField(parent, name, made);
      parent = made;
    }
  }
  return [parent, last];
}

/** Whether a condition of an expression holds. */
export function isTrue(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== false && numberOf(value) !== 0;
}

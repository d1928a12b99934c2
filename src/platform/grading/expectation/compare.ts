/** The differences of an object from an expectation. Only fields that the expectation names are compared. */
import type { parseJson } from "../../../lib/json.ts";
import { compareQuantities, isQuantity } from "../../../lib/quantity.ts";
import { parseTime } from "../../../lib/time.ts";
import { equalJson } from "../../../schema/index.ts";
import type { KubernetesObject, ListType, SchemaType } from "../../../schema/types.ts";
import { HIDDEN, show } from "../show.ts";
import { countedField, countOf, parseCount } from "./count.ts";
import { type Expectation, isPlainObject, join } from "./expectation.ts";
import { expectedFieldType, hasFields, listTypeOf } from "./field-types.ts";

export interface Difference {
  path: string;
  /** Undefined: the field is not set. */
  found: unknown;
  /** Null: the field must not be set. */
  expected: unknown;
  /** Instead of found and expected: `has no item named sidecar`. */
  words?: string;
}

export function differences({ schema, fields, kind }: Expectation, object: KubernetesObject): Difference[] {
  const { confidential = [] } = kind;
  return Object.entries(fields).flatMap(([name, expected]) => {
    const differing = compare(schema, { [name]: expected }, object, "");
    return confidential.includes(name) ? differing.map(withoutValues) : differing;
  });
}

function withoutValues({ path, found }: Difference): Difference {
  const words = found === undefined ? "is not set" : "is not as expected";
  return { path, found: found === undefined ? undefined : HIDDEN, expected: HIDDEN, words };
}

function compare(type: SchemaType, expected: unknown, found: unknown, path: string): Difference[] {
  if (expected === null) return found === undefined || found === null ? [] : [{ path, found, expected }];
  // A missing object has no fields: the differences name the innermost expected fields.
  if (isPlainObject(expected) && hasFields(type) && (found === undefined || isPlainObject(found))) {
    const entries = Object.entries(expected);
    if (entries.length === 0 && found === undefined) return [{ path, found, expected }];
    return entries.flatMap(([name, item]) => compareField(type, { name, expected: item, found: found ?? {}, path }));
  }
  if (found === undefined) return [{ path, found, expected }];
  if (Array.isArray(expected) && Array.isArray(found)) {
    return compareList(listTypeOf(type), expected, found, path);
  }
  return equalValues(type, expected, found) ? [] : [{ path, found, expected }];
}

function compareField(
  type: SchemaType,
  field: { name: string; expected: unknown; found: Readonly<Record<string, unknown>>; path: string },
): Difference[] {
  const { name, expected, found, path } = field;
  const counted = countedField(name);
  if (counted !== null) return compareCount({ ...field, name: counted });
  const inner = expectedFieldType(type, name);
  const value = Object.hasOwn(found, name) ? found[name] : undefined;
  return inner ? compare(inner, expected, value, join(path, name)) : [];
}

function compareCount(field: { name: string; expected: unknown; found: unknown; path: string }): Difference[] {
  let value = field.found;
  for (const name of field.name.split(".")) {
    value = isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  const path = field.name.split(".").reduce(join, field.path);
  const count = countOf(value);
  if (parseCount(field.expected, path)(count)) return [];
  const words = `has ${count} ${count === 1 ? "item" : "items"}, expected ${String(field.expected)}`;
  return [{ path: `${path}(length)`, found: count, expected: field.expected, words }];
}

/**
 * Lists of objects are compared as sets: each expected item must be in the list, at any position. Items with a name (the
 * list's keys, else `name`) are compared with the item of that name. Lists of plain values are compared as a whole, unless
 * the API treats them as sets.
 */
function compareList(type: ListType, expected: unknown[], found: unknown[], path: string): Difference[] {
  if (!expected.every(isPlainObject)) {
    if (type.listType !== "set") return equalValues(type, expected, found) ? [] : [{ path, found, expected }];
    const missing = expected.filter((item) => !found.some((other) => equalValues(type.items, item, other)));
    return missing.map((item) => ({ path, found, expected: item, words: `is ${show(found)}, without ${show(item)}` }));
  }
  return expected.flatMap((item) => {
    const keys = identity(type, item);
    if (keys.length === 0) return compareWithAny(type, item, found, path);
    const sameName = (other: unknown) =>
      isPlainObject(other) && keys.every((key) => equalValues(type.items, item[key], other[key]));
    const named = found.filter(sameName);
    const name = keys.map((key) => `${key}=${String(item[key])}`).join(",");
    if (named.length === 0) {
      const have = found.map((other) => keys.map((key) => (isPlainObject(other) ? other[key] : other)).join(","));
      const words = `has no item with ${name}${have.length > 0 ? `; there are: ${have.join(", ")}` : ""}`;
      return [{ path, found, expected: item, words }];
    }
    return nearest(named.map((other) => compare(type.items, item, other, `${path}[${name}]`)));
  });
}

/** Without a name, the expected item is compared with the nearest item. */
function compareWithAny(type: ListType, item: unknown, found: unknown[], path: string): Difference[] {
  const compared = found.map((other, i) => compare(type.items, item, other, `${path}[${i}]`));
  const best = compared.length > 0 ? nearest(compared) : null;
  // An item without any expected value is not named.
  const isNear = best !== null && (found.length === 1 || best.length < placesOf(item));
  return isNear ? best : [{ path, found, expected: item, words: `has no item like ${show(item)}` }];
}

/** The number of values in an expectation. */
function placesOf(expected: unknown): number {
  if (!isPlainObject(expected)) return 1;
  return Object.values(expected).reduce<number>((sum, inner) => sum + placesOf(inner), 0);
}

function nearest(alternatives: readonly Difference[][]): Difference[] {
  return alternatives.reduce((a, b) => (b.length < a.length ? b : a));
}

/** The fields that identify an expected item in its list. */
function identity(type: ListType, item: Readonly<Record<string, unknown>>): string[] {
  const keys = type.listType === "map" ? type.keys.filter((key) => Object.hasOwn(item, key)) : [];
  if (keys.length > 0) return keys;
  return Object.hasOwn(item, "name") ? ["name"] : [];
}

function equalValues(type: SchemaType, expected: unknown, found: unknown): boolean {
  if (type.kind !== "scalar") return equalJson(plain(expected), plain(found));
  switch (type.scalar) {
    case "quantity":
      return bothAre(isQuantity, expected, found)
        ? compareQuantities(String(expected), String(found)) === 0
        : String(expected) === String(found);
    case "intOrString":
      return String(expected) === String(found);
    case "time":
    case "microTime":
      return expected === found || parseTime(String(expected)) === parseTime(String(found));
    default:
      return equalJson(plain(expected), plain(found));
  }
}

function bothAre(test: (text: string) => boolean, a: unknown, b: unknown): boolean {
  return test(String(a)) && test(String(b));
}

/** Compares as JSON: fields that are undefined count as absent. */
function plain(value: unknown): ReturnType<typeof parseJson> {
  return value === undefined ? null : (value as ReturnType<typeof parseJson>);
}

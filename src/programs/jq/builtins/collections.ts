/** Builtins on arrays and objects. */
import { deletePaths, entriesOf, indexesOf, setPath } from "../access.ts";
import { add } from "../arithmetic.ts";
import { described } from "../messages.ts";
import { compare, isObject, JqError, type Meter, sortedKeys, typeName, type Value } from "../values.ts";
import type { Natives } from "./native.ts";

function listOf(value: Value, verb: string): Value[] {
  if (!Array.isArray(value)) throw new JqError(`${described(value)} cannot be ${verb}, as it is not an array`);
  return value;
}

/** The values of a list with the keys that were computed for them, in the order of the keys. */
function sortedByKeys(value: Value, keys: Value, meter: Meter): { item: Value; key: Value }[] {
  if (!Array.isArray(value) || !Array.isArray(keys)) {
    throw new JqError(`${described(value)} and ${described(keys)} cannot be sorted, as they are not both arrays`);
  }
  return value.map((item, i) => ({ item, key: keys[i]! })).sort((a, b) => compare(a.key, b.key, meter));
}

function groups(value: Value, keys: Value, meter: Meter): Value[][] {
  const result: Value[][] = [];
  let last: Value | undefined;
  for (const { item, key } of sortedByKeys(value, keys, meter)) {
    if (last !== undefined && compare(last, key, meter) === 0) result.at(-1)!.push(item);
    else result.push([item]);
    last = key;
  }
  return result;
}

/** `sign`: 1 for the last of the greatest, -1 for the first of the least. */
function extreme(value: Value, keys: Value, sign: 1 | -1, meter: Meter): Value {
  if (!Array.isArray(value) || !Array.isArray(keys)) {
    throw new JqError(`${described(value)} and ${described(keys)} cannot be iterated over`);
  }
  let best = -1;
  for (let i = 0; i < value.length; i++) {
    const order = best < 0 ? sign : compare(keys[i]!, keys[best]!, meter);
    if (best < 0 || (sign > 0 ? order >= 0 : order < 0)) best = i;
  }
  return value[best] ?? null;
}

function flattened(value: Value, depth: Value, meter: Meter): Value[] {
  if (typeof depth !== "number") throw new JqError("flatten depth must not be negative");
  if (depth < 0) throw new JqError("flatten depth must not be negative");
  const result: Value[] = [];
  const walk = (items: Iterable<Value>, left: number) => {
    for (const item of items) {
      meter.charge(1);
      if (Array.isArray(item) && left > 0) walk(item, left - 1);
      else result.push(item);
    }
  };
  walk(valuesOf(value), depth);
  return result;
}

function valuesOf(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) return [...value.values()];
  throw new JqError(`Cannot iterate over ${described(value)}`);
}

function contains(a: Value, b: Value, meter: Meter): boolean {
  meter.charge(1);
  if (isObject(a) && isObject(b)) {
    return [...b].every(([key, value]) => a.has(key) && contains(a.get(key)!, value, meter));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return b.every((item) => a.some((other) => typeName(other) === typeName(item) && contains(other, item, meter)));
  }
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  if (typeName(a) === typeName(b)) return compare(a, b, meter) === 0;
  throw new JqError(`${described(a)} and ${described(b)} cannot have their containment checked`);
}

function hasKey(value: Value, key: Value): boolean {
  if (isObject(value) && typeof key === "string") return value.has(key);
  if (Array.isArray(value) && typeof key === "number") return key >= 0 && key < value.length;
  throw new JqError(`Cannot check whether ${typeName(value)} has a ${typeName(key)} key`);
}

function keysOf(value: Value, isSorted: boolean, meter: Meter): Value {
  if (Array.isArray(value)) return value.map((_item, i) => i);
  if (!isObject(value)) throw new JqError(`${described(value)} has no keys`);
  return isSorted ? sortedKeys(value, meter) : [...value.keys()];
}

function sum(value: Value, meter: Meter): Value {
  const items = valuesOf(value);
  if (items.length > 0 && items.every(Array.isArray)) {
    const result: Value[] = [];
    for (const item of items as Value[][]) {
      meter.charge(item.length / 10 + 1);
      for (const inner of item) result.push(inner);
    }
    return result;
  }
  if (items.length > 0 && items.every(isObject))
    return new Map(items.flatMap((item) => [...(item as Map<string, Value>)]));
  return items.reduce<Value>((total, item) => add(total, item, meter), null);
}

function transposed(value: Value, meter: Meter): Value {
  const rows = listOf(value, "transposed") as Value[][];
  const width = rows.reduce((most, row) => Math.max(most, Array.isArray(row) ? row.length : 0), 0);
  meter.charge(width * rows.length);
  return Array.from({ length: width }, (_column, i) => rows.map((row) => row[i] ?? null));
}

/** Positions of a text in bytes, of an element, or of a list. */
function positions(value: Value, part: Value, meter: Meter): Value {
  if (value === null) return null;
  if (typeof value === "string" && typeof part === "string") return textPositions(value, part, meter);
  if (Array.isArray(value)) return indexesOf(value, Array.isArray(part) ? part : [part], meter);
  throw new JqError(`Cannot determine indices of ${described(part)} in ${described(value)}`);
}

function textPositions(text: string, part: string, meter: Meter): Value {
  if (part === "") return null;
  const found: number[] = [];
  let bytes = 0;
  let from = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    bytes += new TextEncoder().encode(text.slice(from, at)).length;
    from = at;
    found.push(bytes);
    meter.charge(1);
  }
  meter.charge(text.length / 100);
  return found;
}

export const COLLECTIONS: Natives = {
  "_group_by/1": (value, [keys], { meter }) => groups(value, keys!, meter),
  "_indices/1": (value, [part], { meter }) => positions(value, part!, meter),
  "_max_by/1": (value, [keys], { meter }) => extreme(value, keys!, 1, meter),
  "_min_by/1": (value, [keys], { meter }) => extreme(value, keys!, -1, meter),
  "_sort_by/1": (value, [keys], { meter }) => sortedByKeys(value, keys!, meter).map(({ item }) => item),
  "_unique_by/1": (value, [keys], { meter }) => groups(value, keys!, meter).map((group) => group[0]!),
  "add/0": (value, _args, { meter }) => sum(value, meter),
  "bsearch/1": (value, [wanted], { meter }) => {
    const list = listOf(value, "searched from");
    let [low, high] = [0, list.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const order = compare(list[middle]!, wanted!, meter);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1 - low;
  },
  "contains/1": (value, [part], { meter }) => contains(value, part!, meter),
  "delpaths/1": (value, [paths], { meter }) => {
    if (!Array.isArray(paths)) throw new JqError("Paths must be specified as an array");
    return deletePaths(value, paths, meter);
  },
  "flatten/0": (value, _args, { meter }) => flattened(value, 1e9, meter),
  "flatten/1": (value, [depth], { meter }) => flattened(value, depth!, meter),
  "has/1": (value, [key]) => hasKey(value, key!),
  "keys/0": (value, _args, { meter }) => keysOf(value, true, meter),
  "keys_unsorted/0": (value, _args, { meter }) => keysOf(value, false, meter),
  "length/0": (value) => {
    if (value === null) return 0;
    if (typeof value === "boolean") throw new JqError(`${described(value)} has no length`);
    if (typeof value === "number") return Math.abs(value);
    if (typeof value === "string") return [...value].length;
    return Array.isArray(value) ? value.length : value.size;
  },
  "max/0": (value, _args, { meter }) => extreme(value, value, 1, meter),
  "min/0": (value, _args, { meter }) => extreme(value, value, -1, meter),
  "reverse/0": (value) => {
    if (typeof value === "string") return [...value].reverse().join("");
    if (value === null) return [];
    if (isObject(value) && value.size === 0) return [];
    if (!Array.isArray(value)) throw new JqError(`Cannot reverse ${described(value)}`);
    return [...value].reverse();
  },
  "setpath/2": (value, [path, part], { meter }) => {
    if (!Array.isArray(path)) throw new JqError("Path must be specified as an array");
    return setPath(value, path, part!, meter);
  },
  "sort/0": (value, _args, { meter }) => [...listOf(value, "sorted")].sort((a, b) => compare(a, b, meter)),
  "to_entries/0": (value) => {
    if (!isObject(value) && !Array.isArray(value)) throw new JqError(`${described(value)} has no keys`);
    return entriesOf(value).map(
      ({ key, value: item }) =>
        new Map<string, Value>([
          ["key", key],
          ["value", item],
        ]),
    );
  },
  "toarray/0": (value) => (Array.isArray(value) ? value : [value]),
  "transpose/0": (value, _args, { meter }) => transposed(value, meter),
  "unique/0": (value, _args, { meter }) => {
    listOf(value, "sorted");
    return groups(value, value, meter).map((group) => group[0]!);
  },
};

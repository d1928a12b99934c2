/** Reads, sets and deletes parts of values by keys. Source: jv_aux.c. */
import { described } from "./messages.ts";
import { compare, isObject, JqError, type JqObject, type Meter, typeName, type Value } from "./values.ts";

/** Elements of an array that a program makes by an index. */
const MAX_INDEX = 536_870_911;

function isSlice(key: Value): key is JqObject {
  return isObject(key);
}

/** `value[key]`; null if the value has no such key. @throws JqError */
export function getKey(value: Value, key: Value, meter: Meter): Value {
  if (isObject(value) && typeof key === "string") return value.get(key) ?? null;
  if (Array.isArray(value) && typeof key === "number") return elementOf(value, key);
  if (isSlice(key) && (Array.isArray(value) || typeof value === "string" || value === null)) {
    return sliceOf(value, key, meter);
  }
  if (Array.isArray(value) && Array.isArray(key)) return indexesOf(value, key, meter);
  if (value === null && (typeof key === "string" || typeof key === "number" || key === null)) return null;
  throw indexError(value, key);
}

function indexError(value: Value, key: Value): JqError {
  const name = typeof key === "string" ? ` "${key}"` : "";
  return new JqError(`Cannot index ${typeName(value)} with ${typeName(key)}${name}`);
}

function elementOf(list: readonly Value[], index: number): Value {
  if (Number.isNaN(index)) return null;
  const whole = Math.floor(index);
  return list[whole < 0 ? whole + list.length : whole] ?? null;
}

/** Positions of a list within a list. */
export function indexesOf(list: readonly Value[], part: readonly Value[], meter: Meter): Value {
  if (part.length === 0) return null;
  const found: number[] = [];
  for (let at = 0; at < list.length; at++) {
    meter.charge(1);
    if (part.every((item, i) => at + i < list.length && compare(list[at + i]!, item, meter) === 0)) found.push(at);
  }
  return found;
}

function bounds(slice: JqObject, length: number): { from: number; to: number } {
  const start = slice.has("start") ? slice.get("start")! : "";
  const end = slice.has("end") ? slice.get("end")! : "";
  const isBound = (bound: Value) => bound === null || typeof bound === "number";
  if (!isBound(start) || !isBound(end)) throw new JqError("Start and end indices of an array slice must be numbers");
  const placed = (bound: number) => Math.min(Math.max(bound < 0 ? bound + length : bound, 0), length);
  const from = Math.floor(placed(Number(start ?? 0)));
  const to = Math.ceil(placed(Number(end ?? length)));
  return { from, to: Math.max(from, to) };
}

function sliceOf(value: Value[] | string | null, slice: JqObject, meter: Meter): Value {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const { from, to } = bounds(slice, value.length);
    meter.charge((to - from) / 10);
    return value.slice(from, to);
  }
  const characters = [...value];
  meter.charge(characters.length / 10);
  const { from, to } = bounds(slice, characters.length);
  return characters.slice(from, to).join("");
}

/** A copy of `value` with another part. @throws JqError */
function setKey(value: Value, key: Value, part: Value, meter: Meter): Value {
  if (typeof key === "string" && (value === null || isObject(value))) {
    meter.charge((value?.size ?? 0) / 10);
    return new Map(value ?? []).set(key, part);
  }
  if (typeof key === "number" && (value === null || Array.isArray(value)))
    return setElement(value ?? [], key, part, meter);
  if (isSlice(key) && (value === null || Array.isArray(value))) return setSlice(value ?? [], key, part, meter);
  throw indexError(value, key);
}

function setElement(list: readonly Value[], key: number, part: Value, meter: Meter): Value {
  const index = key < 0 ? Math.floor(key) + list.length : Math.floor(key);
  if (index < 0 || index > MAX_INDEX) throw new JqError("Out of bounds negative array index");
  meter.charge(Math.max(list.length, index) / 10);
  const copy = [...list];
  while (copy.length < index) copy.push(null);
  copy[index] = part;
  return copy;
}

function setSlice(list: readonly Value[], key: JqObject, part: Value, meter: Meter): Value {
  if (!Array.isArray(part)) throw new JqError("A slice of an array can only be assigned another array");
  const { from, to } = bounds(key, list.length);
  meter.charge((list.length + part.length) / 10);
  return [...list.slice(0, from), ...part, ...list.slice(to)];
}

/** `getpath`. @throws JqError */
export function getPath(value: Value, keys: readonly Value[], meter: Meter): Value {
  let found = value;
  for (const key of keys) {
    if (found === null) return null;
    meter.charge(1);
    found = getKey(found, key, meter);
  }
  return found;
}

/** `setpath`. @throws JqError */
export function setPath(value: Value, keys: readonly Value[], part: Value, meter: Meter, at = 0): Value {
  const key = keys[at];
  if (key === undefined) return part;
  meter.charge(1);
  return setKey(value, key, setPath(getKey(value, key, meter), keys, part, meter, at + 1), meter);
}

/** `delpaths`: from the last path to the first one, so that indexes stay right. @throws JqError */
export function deletePaths(value: Value, paths: readonly Value[], meter: Meter): Value {
  const sorted = [...paths].sort((a, b) => compare(b, a, meter));
  return sorted.reduce<Value>((rest, path) => {
    if (!Array.isArray(path)) throw new JqError(`Path must be specified as array, not ${typeName(path)}`);
    return deletePath(rest, path, meter);
  }, value);
}

function deletePath(value: Value, keys: readonly Value[], meter: Meter, at = 0): Value {
  const key = keys[at];
  if (key === undefined || value === null) return null;
  meter.charge(1);
  if (at === keys.length - 1) return deleteKey(value, key, meter);
  const inner = getKey(value, key, meter);
  return inner === null ? value : setKey(value, key, deletePath(inner, keys, meter, at + 1), meter);
}

function deleteKey(value: Value, key: Value, meter: Meter): Value {
  if (isObject(value) && typeof key === "string") {
    meter.charge(value.size / 10);
    const copy = new Map(value);
    copy.delete(key);
    return copy;
  }
  if (Array.isArray(value) && (typeof key === "number" || isSlice(key))) {
    meter.charge(value.length / 10);
    const index = typeof key === "number" ? Math.floor(key < 0 ? key + value.length : key) : 0;
    const { from, to } = isSlice(key) ? bounds(key, value.length) : { from: index, to: index + 1 };
    if (from < 0) return value;
    return [...value.slice(0, from), ...value.slice(to)];
  }
  if (isObject(value)) throw new JqError(`Cannot delete field at object index of ${typeName(key)}`);
  if (Array.isArray(value)) throw new JqError("Cannot delete field at array index");
  throw new JqError(`Cannot delete field at index of ${described(value)}`);
}

/** The elements of an array or the values of an object, each with its key. @throws JqError */
export function entriesOf(value: Value): { key: Value; value: Value }[] {
  if (Array.isArray(value)) return value.map((item, key) => ({ key, value: item }));
  if (isObject(value)) return [...value].map(([key, item]) => ({ key, value: item }));
  throw new JqError(`Cannot iterate over ${described(value)}`);
}

/**
 * Objects of an interpreter to JSON and back, with shared references and cycles. Nothing recurs on the host's stack, so
 * a long chain of objects is as good as a short one.
 */
import type { JsonObject, JsonValue } from "../../lib/json.ts";

export interface HeapCodec {
  /** Classes of objects by the name that JSON holds. Objects of no class of these are plain. */
  readonly classes: Readonly<Record<string, { prototype: object }>>;
  /** The cell of an object that is found by name and not written; undefined for all others. It has one field. */
  cellOf(object: object): JsonObject | undefined;
  /** The object of such a cell. */
  objectOf(cell: JsonObject): unknown;
}

export interface SavedHeap {
  root: JsonValue;
  /** Objects by number. */
  table: JsonValue[];
}

export function saveHeap(root: unknown, codec: HeapCodec): SavedHeap {
  const names = new Map(Object.entries(codec.classes).map(([name, { prototype }]) => [prototype, name]));
  const table: JsonValue[] = [];
  const numbers = new Map<object, number>();
  const pending: object[] = [];
  const write = (value: unknown): JsonValue => {
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (value === undefined) return { u: 1 };
    if (typeof value === "bigint") return { i: value.toString() };
    if (typeof value === "number") return numberCell(value);
    const object = value as object;
    const known = numbers.get(object);
    if (known !== undefined) return { r: known };
    const cell = codec.cellOf(object);
    if (cell) return cell;
    const number = table.push(null) - 1;
    numbers.set(object, number);
    pending.push(object);
    return { r: number };
  };
  const first = write(root);
  for (let i = 0; i < pending.length; i++) table[i] = writeObject(pending[i]!, names, write);
  return { root: first, table };
}

function numberCell(value: number): JsonValue {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { f: Object.is(value, -0) ? "-0" : String(value) };
}

function writeObject(object: object, names: Map<object, string>, write: (value: unknown) => JsonValue): JsonValue {
  if (Array.isArray(object)) return object.map(write);
  if (object instanceof Map) return { m: [...object].map(([key, value]) => [write(key), write(value)]) };
  const fields: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object)) if (value !== undefined) fields[key] = write(value);
  return { o: names.get(Object.getPrototypeOf(object)) ?? "", fields };
}

/** Restores what `saveHeap` wrote; the root. */
export function restoreHeap({ root, table }: SavedHeap, codec: HeapCodec): unknown {
  const made = table.map((cell): object => {
    if (Array.isArray(cell)) return [];
    const { m, o } = cell as { m?: JsonValue; o?: string };
    return m ? new Map() : Object.create(codec.classes[o ?? ""]?.prototype ?? Object.prototype);
  });
  const read = (value: JsonValue): unknown => {
    if (value === null || typeof value !== "object") return value;
    const cell = value as JsonObject;
    if ("r" in cell) return made[cell["r"] as number];
    if ("u" in cell) return undefined;
    if ("i" in cell) return BigInt(cell["i"] as string);
    if ("f" in cell) return Number(cell["f"] as string);
    return codec.objectOf(cell);
  };
  for (const [i, cell] of table.entries()) fill(made[i]!, cell, read);
  return read(root);
}

function fill(object: object, cell: JsonValue, read: (value: JsonValue) => unknown): void {
  if (Array.isArray(object)) {
    for (const item of cell as JsonValue[]) object.push(read(item));
  } else if (object instanceof Map) {
    for (const [key, value] of (cell as { m: [JsonValue, JsonValue][] }).m) object.set(read(key), read(value));
  } else {
    for (const [key, value] of Object.entries((cell as { fields: Record<string, JsonValue> }).fields)) {
      (object as Record<string, unknown>)[key] = read(value);
    }
  }
}

/** The order of lists after a strategic merge patch: the patch's order if it names one, otherwise the server's. */
import { defineField, isJsonObject, type JsonObject, type JsonValue, stringifyJson } from "../lib/json.ts";
import { formatGoValue } from "./go-format.ts";
import { PatchFailure } from "./patch-error.ts";

/** The common kind of all items. Throws for mixed lists. */
export function itemKind(lists: JsonValue[][]): "object" | "scalar" {
  const items = lists.flat(1);
  if (items.some(Array.isArray)) throw new PatchFailure("lists of lists are not supported", 422);
  const objects = items.filter(isJsonObject).length;
  if (objects !== 0 && objects !== items.length) {
    throw new PatchFailure(`list element types are not identical: ${formatGoValue(lists)}`, 500);
  }
  return objects > 0 ? "object" : "scalar";
}

/** The value that identifies an item. */
export function mergeKeyOf(item: JsonValue, mergeKey: string): JsonValue {
  const value = isJsonObject(item) ? item[mergeKey] : undefined;
  if (value !== undefined) return value;
  throw new PatchFailure(`map: ${formatGoValue(item)} does not contain declared merge key: ${mergeKey}`, 500);
}

export interface Partition {
  /** Items that the other list has as well. */
  patchItems: JsonValue[];
  serverItems: JsonValue[];
}

/** A text that two JSON values share exactly if they are equal. The order of fields does not matter. */
function identityOfJson(value: JsonValue): string {
  if (typeof value === "string") return `s${value}`;
  if (!isJsonObject(value) && !Array.isArray(value)) return `v${stringifyJson(value)}`;
  return `o${stringifyJson(inOrder(value))}`;
}

function inOrder(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isJsonObject(value)) return value ?? null;
  const ordered: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    if (value[key] !== undefined) defineField(ordered, key, inOrder(value[key]));
  }
  return ordered;
}

/** First positions of items in a list. Lists of thousands of items are searched once per item, so they are indexed. */
export class Positions {
  readonly #mergeKey: string;
  readonly #positions = new Map<string, number>();

  /** An empty merge key: items are scalars. */
  constructor(list: readonly JsonValue[], mergeKey: string) {
    this.#mergeKey = mergeKey;
    for (const [position, item] of list.entries()) this.add(item, position);
  }

  add(item: JsonValue, position: number): void {
    const key = this.#mergeKey === "" ? item : isJsonObject(item) ? item[this.#mergeKey] : undefined;
    if (key === undefined) return;
    const identity = identityOfJson(key);
    if (!this.#positions.has(identity)) this.#positions.set(identity, position);
  }

  /** -1 for an absent item. @throws PatchFailure for an item without its key */
  of(item: JsonValue): number {
    return this.ofKey(this.#mergeKey === "" ? item : mergeKeyOf(item, this.#mergeKey));
  }

  ofKey(key: JsonValue): number {
    return this.#positions.get(identityOfJson(key)) ?? -1;
  }
}

/** Splits a merged list into items that the patch names and others. An empty merge key: items are scalars. */
export function partition(merged: JsonValue[], named: JsonValue[], mergeKey: string): Partition {
  const result: Partition = { patchItems: [], serverItems: [] };
  const positions = new Positions(named, mergeKey);
  for (const item of merged) {
    const side = positions.of(item) >= 0 ? result.patchItems : result.serverItems;
    side.push(item);
  }
  return result;
}

export interface ListOrder extends Partition {
  patchOrder: JsonValue[];
  serverOrder: JsonValue[];
  mergeKey: string;
}

/**
 * Merges both parts, each in its own order, and keeps the server's order of two items that it knows. Items that are new
 * to the server come before the server's following items.
 */
export function inServerOrder({ patchItems, serverItems, patchOrder, serverOrder, mergeKey }: ListOrder): JsonValue[] {
  const server = new Positions(serverOrder, mergeKey);
  const left = sortedBy(serverItems, server);
  const right = sortedBy(patchItems, new Positions(patchOrder, mergeKey));
  const result: JsonValue[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const leftPosition = server.of(left[l]!);
    const rightPosition = server.of(right[r]!);
    const leftFirst = leftPosition >= 0 && rightPosition >= 0 && leftPosition < rightPosition;
    result.push(leftFirst ? left[l++]! : right[r++]!);
  }
  return [...result, ...left.slice(l), ...right.slice(r)];
}

/** In the order of the positions; items without a position come last. */
function sortedBy(items: JsonValue[], positions: Positions): JsonValue[] {
  const placed = items.map((item) => ({ item, position: positions.of(item) }));
  const known = placed.filter(({ position }) => position >= 0).sort((a, b) => a.position - b.position);
  const unknown = placed.filter(({ position }) => position < 0);
  return [...known, ...unknown].map(({ item }) => item);
}

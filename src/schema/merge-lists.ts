/** The order of lists that a strategic merge patch has merged: the patch's own where it says one, else the server's. */
import { equalJson, isJsonObject, type JsonValue } from "../lib/json.ts";
import { formatGoValue } from "./go-format.ts";
import { PatchFailure } from "./patch-error.ts";

/** What the items of some lists are; they must all be alike. */
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
  /** Items that the other list has, too. */
  patchItems: JsonValue[];
  serverItems: JsonValue[];
}

/** Splits a merged list by what the patch names. An empty merge key: items are plain values. */
export function partition(merged: JsonValue[], named: JsonValue[], mergeKey: string): Partition {
  const result: Partition = { patchItems: [], serverItems: [] };
  for (const item of merged) {
    const side = positionIn(named, item, mergeKey) >= 0 ? result.patchItems : result.serverItems;
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
 * Both parts, each in its own order, merged so that where the server knows the order of two items it stays. Items new to the
 * server come before the server's own that follow.
 */
export function inServerOrder({ patchItems, serverItems, patchOrder, serverOrder, mergeKey }: ListOrder): JsonValue[] {
  const left = sortedBy(serverItems, serverOrder, mergeKey);
  const right = sortedBy(patchItems, patchOrder, mergeKey);
  const result: JsonValue[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const leftPosition = positionIn(serverOrder, left[l]!, mergeKey);
    const rightPosition = positionIn(serverOrder, right[r]!, mergeKey);
    const leftFirst = leftPosition >= 0 && rightPosition >= 0 && leftPosition < rightPosition;
    result.push(leftFirst ? left[l++]! : right[r++]!);
  }
  return [...result, ...left.slice(l), ...right.slice(r)];
}

function sortedBy(items: JsonValue[], order: JsonValue[], mergeKey: string): JsonValue[] {
  const known = items.filter((item) => positionIn(order, item, mergeKey) >= 0);
  const unknown = items.filter((item) => positionIn(order, item, mergeKey) < 0);
  known.sort((a, b) => positionIn(order, a, mergeKey) - positionIn(order, b, mergeKey));
  return [...known, ...unknown];
}

function positionIn(list: JsonValue[], item: JsonValue, mergeKey: string): number {
  if (mergeKey === "") return list.findIndex((other) => equalJson(other, item));
  const key = mergeKeyOf(item, mergeKey);
  return list.findIndex((other) => isJsonObject(other) && equalJson(other[mergeKey], key));
}

/** ORDER BY on any kind of row. */
import type { OrderItem } from "./ast.ts";
import { compareValues, type Value } from "./values.ts";

/** The rows in the order of the items; equal rows keep their order. */
export function orderRows<Row>(
  rows: readonly Row[],
  items: readonly OrderItem[],
  keyFor: (item: OrderItem, row: Row, index: number) => Value,
): Row[] {
  const keyed = rows.map((row) => ({ row, keys: items.map((item, i) => keyFor(item, row, i)) }));
  keyed.sort((left, right) => compareKeys(left.keys, right.keys, items));
  return keyed.map(({ row }) => row);
}

export function compareKeys(left: readonly Value[], right: readonly Value[], items: readonly OrderItem[]): number {
  for (const [i, { isDescending, nullsFirst }] of items.entries()) {
    const [a, b] = [left[i] ?? null, right[i] ?? null];
    if (a === null && b === null) continue;
    if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
    const order = typeof a === "string" && typeof b === "string" ? compareTexts(a, b) : compareValues(a, b);
    if (order !== 0) return isDescending ? -order : order;
  }
  return 0;
}

/** The order of a language's dictionary (en_US.utf8): case decides between equal texts only. */
function compareTexts(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  if (a !== b) return a < b ? -1 : 1;
  return left === right ? 0 : left > right ? -1 : 1;
}

/** New names of columns: `t (a, b)`. */
import type { Relation } from "./context.ts";

export function renamed(relation: Relation, names: readonly string[] | undefined): Relation {
  if (!names) return relation;
  return { ...relation, columns: relation.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })) };
}

/** ORDER BY. */
import type { OrderItem } from "./ast.ts";
import type { Cursor } from "./cursor.ts";

export function parseOrderBy(cursor: Cursor): OrderItem[] {
  if (!cursor.take("order", "by")) return [];
  return cursor.list(() => {
    const expr = cursor.expression();
    const isDescending = cursor.take("desc");
    if (!isDescending) cursor.take("asc");
    const nulls = cursor.take("nulls") ? cursor.takeOneOf("first", "last") : undefined;
    const nullsFirst = nulls ? nulls === "first" : cursor.rules.isMySql ? !isDescending : isDescending;
    return { expr, isDescending, nullsFirst };
  });
}

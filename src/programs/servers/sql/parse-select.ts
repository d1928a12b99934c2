/** SELECT, VALUES, WITH and set operations. */
import type { Expression, Select, Source } from "./ast.ts";
import { isReserved, parseExpression } from "./parse-expression.ts";
import type { Cursor } from "./parser.ts";

export function parseSelect(cursor: Cursor): Select {
  const named = cursor.accept("with") ? parseWith(cursor) : undefined;
  const select = parseOperand(cursor);
  parseUnion(cursor, select);
  if (cursor.accept("order", "by")) select.orderBy = cursor.list(() => parseOrder(cursor));
  parseLimit(cursor, select);
  if (cursor.accept("for")) {
    cursor.acceptOneOf("update", "share");
    cursor.acceptOneOf("nowait");
    if (cursor.accept("skip")) cursor.expect("locked");
  }
  return named ? { ...select, with: named } : select;
}

export function expression(cursor: Cursor): Expression {
  return parseExpression(cursor, parseSelect);
}

/** Items of SELECT and of RETURNING. */
export function parseItems(cursor: Cursor): Select["items"] {
  return cursor.list(() => {
    const value = expression(cursor);
    const alias = parseAlias(cursor);
    return alias === undefined ? { value } : { value, alias };
  });
}

function parseAlias(cursor: Cursor): string | undefined {
  if (cursor.accept("as")) return cursor.token.type === "string" ? cursor.next().text : cursor.part();
  const { type, text } = cursor.token;
  if (
    type === "quoted" ||
    (type === "word" &&
      !isReserved(text) &&
      !/^(window|tablesample|start|straight_join|force|ignore|lock)$/i.test(text))
  )
    return cursor.part();
  return undefined;
}

function parseWith(cursor: Cursor): NonNullable<Select["with"]> {
  cursor.accept("recursive");
  return cursor.list(() => {
    const name = cursor.part();
    const columns = cursor.is("(") ? cursor.names() : undefined;
    cursor.expect("as");
    cursor.expect("(");
    const select = parseSelect(cursor);
    cursor.expect(")");
    return { name, select, ...(columns && { columns }) };
  });
}

function parseOperand(cursor: Cursor): Select {
  if (cursor.accept("(")) {
    const select = parseSelect(cursor);
    cursor.expect(")");
    return select;
  }
  const empty: Select = { type: "select", isDistinct: false, items: [], sources: [], groupBy: [], orderBy: [] };
  if (cursor.accept("values")) {
    const values = cursor.list(() => {
      cursor.acceptOneOf("row");
      cursor.expect("(");
      const row = cursor.is(")") ? [] : cursor.list(() => expression(cursor));
      cursor.expect(")");
      return row;
    });
    return { ...empty, values };
  }
  if (cursor.accept("table")) {
    const name = cursor.name();
    return {
      ...empty,
      items: [{ value: { type: "star" } }],
      sources: [{ from: { type: "table", name }, alias: name, join: "first" }],
    };
  }
  cursor.expect("select");
  const isDistinct = cursor.accept("distinct");
  cursor.accept("all");
  const items = cursor.is("from") || cursor.isAtEnd ? [] : parseItems(cursor);
  const sources = cursor.accept("from") ? parseSources(cursor) : [];
  const where = cursor.accept("where") ? expression(cursor) : undefined;
  const groupBy = cursor.accept("group", "by") ? cursor.list(() => expression(cursor)) : [];
  const having = cursor.accept("having") ? expression(cursor) : undefined;
  return { ...empty, isDistinct, items, sources, groupBy, ...(where && { where }), ...(having && { having }) };
}

function parseUnion(cursor: Cursor, select: Select): void {
  let last = select;
  while (last.union) last = last.union.select;
  for (;;) {
    const word = cursor.acceptOneOf("union", "intersect", "except");
    if (!word) return;
    const isAll = cursor.accept("all");
    cursor.accept("distinct");
    const next = parseOperand(cursor);
    last.union = {
      select: next,
      operator: word === "union" ? (isAll ? "unionAll" : "union") : (word as "intersect" | "except"),
    };
    last = next;
  }
}

function parseOrder(cursor: Cursor): Select["orderBy"][number] {
  const value = expression(cursor);
  const isDescending = cursor.acceptOneOf("desc", "asc") === "desc";
  const nulls = cursor.accept("nulls") ? cursor.acceptOneOf("first", "last") : undefined;
  return { value, isDescending, ...(nulls && { nullsFirst: nulls === "first" }) };
}

function parseLimit(cursor: Cursor, select: Select): void {
  for (;;) {
    if (cursor.accept("limit")) {
      if (cursor.accept("all")) continue;
      select.limit = expression(cursor);
      if (cursor.accept(",")) {
        select.offset = select.limit;
        select.limit = expression(cursor);
      }
    } else if (cursor.accept("offset")) {
      select.offset = expression(cursor);
      cursor.acceptOneOf("rows", "row");
    } else if (cursor.accept("fetch")) {
      cursor.acceptOneOf("first", "next");
      select.limit = cursor.is("rows") || cursor.is("row") ? { type: "value", value: 1 } : expression(cursor);
      cursor.acceptOneOf("rows", "row");
      cursor.expect("only");
    } else return;
  }
}

function parseSources(cursor: Cursor): Source[] {
  const sources = [parseSource(cursor, "first")];
  for (;;) {
    if (cursor.accept(",") || cursor.accept("cross", "join")) {
      sources.push(parseSource(cursor, "cross"));
      continue;
    }
    const isNatural = cursor.accept("natural");
    const kind = cursor.acceptOneOf("inner", "left", "right", "full");
    cursor.accept("outer");
    if (!kind && !cursor.is("join")) return sources;
    cursor.expect("join");
    const source = parseSource(cursor, (kind ?? "inner") as Source["join"]);
    if (cursor.accept("on")) source.on = expression(cursor);
    else if (cursor.accept("using")) source.using = cursor.names();
    else if (isNatural) source.using = [];
    else if (cursor.dialect === "postgres") throw cursor.syntaxError();
    sources.push(source);
  }
}

function parseSource(cursor: Cursor, join: Source["join"]): Source {
  cursor.accept("lateral");
  if (cursor.accept("(")) {
    const select = parseSelect(cursor);
    cursor.expect(")");
    const alias = parseAlias(cursor) ?? "subquery";
    return { from: { type: "query", select }, alias, join, ...columnsOf(cursor) };
  }
  cursor.accept("only");
  const name = cursor.name();
  if (cursor.accept("(")) {
    const args = cursor.is(")") ? [] : cursor.list(() => expression(cursor));
    cursor.expect(")");
    const alias = parseAlias(cursor) ?? name;
    return { from: { type: "function", name: name.toLowerCase(), args }, alias, join, ...columnsOf(cursor) };
  }
  return { from: { type: "table", name }, alias: parseAlias(cursor) ?? name, join };
}

function columnsOf(cursor: Cursor): { columns?: string[] } {
  return cursor.is("(") ? { columns: cursor.names() } : {};
}

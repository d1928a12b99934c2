/** Queries: SELECT, VALUES, set operations, common table expressions, and the sources of FROM. */
import type {
  CallExpr,
  Cte,
  Expr,
  JoinKind,
  Ordering,
  Query,
  QueryBody,
  SelectBody,
  SelectItem,
  Source,
  Window,
} from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { SqlError, unsupported } from "./errors.ts";
import { parseCall, parseWindow } from "./parse-call.ts";
import { parseOrderBy } from "./parse-order.ts";

export function parseQuery(cursor: Cursor): Query {
  const { ctes, isRecursive } = parseCtes(cursor);
  const body = parseSetOperations(cursor);
  return { ctes, isRecursive, body, ...parseOrdering(cursor) };
}

export function parseCtes(cursor: Cursor): { ctes: Cte[]; isRecursive: boolean } {
  if (!cursor.take("with")) return { ctes: [], isRecursive: false };
  const isRecursive = cursor.take("recursive");
  const ctes = cursor.list((): Cte => {
    const name = cursor.name();
    const columns = cursor.isOperator("(") ? cursor.names() : undefined;
    cursor.expect("as");
    if (!cursor.take("materialized")) cursor.take("not", "materialized");
    const query = cursor.inParentheses(() => cursor.change() ?? cursor.query());
    return { name, query, ...(columns && { columns }) };
  });
  return { ctes, isRecursive };
}

export function parseOrdering(cursor: Cursor): Ordering {
  const orderBy = parseOrderBy(cursor);
  const ordering: Ordering = { orderBy };
  for (;;) {
    if (cursor.take("limit")) {
      if (cursor.take("all")) continue;
      ordering.limit = cursor.expression();
      if (cursor.rules.isMySql && cursor.takeOperator(",")) {
        ordering.offset = ordering.limit;
        ordering.limit = cursor.expression();
      }
    } else if (cursor.take("offset")) {
      ordering.offset = cursor.expression();
      cursor.takeOneOf("row", "rows");
    } else if (cursor.take("fetch")) {
      cursor.takeOneOf("first", "next");
      ordering.limit =
        cursor.isWord("row") || cursor.isWord("rows") ? { type: "literal", value: 1 } : cursor.expression();
      cursor.takeOneOf("row", "rows");
      cursor.expect("only");
    } else if (cursor.take("for")) {
      // Locks of rows: transactions here do not wait for each other.
      if (!cursor.takeOneOf("update", "share")) throw cursor.syntaxError();
      if (!cursor.take("skip", "locked")) cursor.take("nowait");
    } else return ordering;
  }
}

function parseSetOperations(cursor: Cursor): QueryBody {
  let left = parseIntersect(cursor);
  for (;;) {
    const op = cursor.takeOneOf("union", "except");
    if (!op) return left;
    const isAll = cursor.take("all");
    if (!isAll) cursor.take("distinct");
    left = { type: "set", op: op as "union" | "except", isAll, left, right: parseIntersect(cursor) };
  }
}

function parseIntersect(cursor: Cursor): QueryBody {
  let left = parseBody(cursor);
  while (cursor.take("intersect")) {
    const isAll = cursor.take("all");
    left = { type: "set", op: "intersect", isAll, left, right: parseBody(cursor) };
  }
  return left;
}

function parseBody(cursor: Cursor): QueryBody {
  if (cursor.isOperator("(")) return { type: "nested", query: cursor.inParentheses(() => cursor.query()) };
  if (cursor.take("values")) {
    const row = () => {
      cursor.take("row");
      return cursor.inParentheses(() => cursor.list(() => cursor.expression()));
    };
    return { type: "values", rows: cursor.list(row) };
  }
  if (cursor.take("table")) {
    const { at } = cursor;
    const name = cursor.qualifiedName();
    const items: SelectItem[] = [{ expr: { type: "star", at }, text: "*" }];
    return { type: "select", isDistinct: false, items, from: { type: "table", name, at }, groupBy: [] };
  }
  cursor.expect("select");
  return parseSelect(cursor);
}

function parseSelect(cursor: Cursor): QueryBody {
  const isDistinct = cursor.take("distinct");
  if (!isDistinct) cursor.take("all");
  const distinctOn =
    isDistinct && cursor.take("on") ? cursor.inParentheses(() => cursor.list(() => cursor.expression())) : undefined;
  const hasItems = !cursor.isEnd && !cursor.isWord("from") && !cursor.isWord("where");
  const items = hasItems ? parseItems(cursor) : [];
  if (cursor.isWord("into") && !cursor.rules.isMySql) throw unsupported("SELECT INTO", cursor.at);
  const from = cursor.take("from") ? parseSources(cursor) : undefined;
  const where = cursor.take("where") ? cursor.expression() : undefined;
  const grouping = cursor.take("group", "by") ? parseGroupBy(cursor) : { groupBy: [] };
  const having = cursor.take("having") ? cursor.expression() : undefined;
  const windows = cursor.take("window") ? parseWindows(cursor) : undefined;
  return {
    type: "select",
    isDistinct,
    items,
    ...grouping,
    ...(windows && { windows }),
    ...(distinctOn && { distinctOn }),
    ...(from && { from }),
    ...(where && { where }),
    ...(having && { having }),
  };
}

function parseWindows(cursor: Cursor): Record<string, Window> {
  const named = cursor.list((): [string, Window] => {
    const name = cursor.name();
    cursor.expect("as");
    return [name, cursor.inParentheses(() => parseWindow(cursor))];
  });
  return Object.fromEntries(named);
}

type Grouping = Pick<SelectBody, "groupBy" | "groupingSets">;

/** Keys, with ROLLUP, CUBE and GROUPING SETS as the sets that they stand for. */
function parseGroupBy(cursor: Cursor): Grouping {
  let sets: Expr[][] = [[]];
  let hasSets = false;
  const keys: Expr[] = [];
  cursor.list(() => {
    const found = parseGroupingSets(cursor);
    hasSets ||= found !== undefined;
    const own = found ?? [[cursor.expression()]];
    for (const key of own.flat()) if (!keys.includes(key)) keys.push(key);
    sets = sets.flatMap((set) => own.map((each) => [...set, ...each]));
  });
  if (cursor.rules.isMySql && cursor.take("with", "rollup")) {
    hasSets = true;
    sets = keys.map((_key, i) => keys.slice(0, keys.length - i)).concat([[]]);
  }
  return hasSets ? { groupBy: keys, groupingSets: sets } : { groupBy: keys };
}

function parseGroupingSets(cursor: Cursor): Expr[][] | undefined {
  const items = () => cursor.inParentheses(() => cursor.list(() => parseGroupingItem(cursor)));
  if (cursor.isWord("rollup") && cursor.peek().text === "(") {
    cursor.next();
    const parts = items();
    return [...parts.map((_part, i) => parts.slice(0, parts.length - i).flat()), []];
  }
  if (cursor.isWord("cube") && cursor.peek().text === "(") {
    cursor.next();
    return subsetsOf(items());
  }
  if (cursor.isWord("grouping", "sets")) {
    cursor.next();
    cursor.next();
    return items();
  }
  return undefined;
}

/** All subsets of the parts, the largest first. */
function subsetsOf([first, ...rest]: readonly Expr[][]): Expr[][] {
  if (!first) return [[]];
  const others = subsetsOf(rest);
  return [...others.map((set) => [...first, ...set]), ...others];
}

/** One expression, or a list of them in parentheses. */
function parseGroupingItem(cursor: Cursor): Expr[] {
  if (!cursor.isOperator("(")) return [cursor.expression()];
  return cursor.inParentheses(() => (cursor.isOperator(")") ? [] : cursor.list(() => cursor.expression())));
}

export function parseItems(cursor: Cursor): SelectItem[] {
  return cursor.list(() => {
    const { at } = cursor;
    const expr = cursor.expression();
    const text = cursor.textFrom(at);
    if (cursor.take("as")) return { expr, text, alias: cursor.anyText() };
    const isAlias = cursor.isName() || (cursor.rules.isMySql && cursor.token.type === "string");
    return isAlias ? { expr, text, alias: cursor.anyText() } : { expr, text };
  });
}

export function parseSources(cursor: Cursor): Source {
  let left = parseJoins(cursor);
  while (cursor.takeOperator(",")) left = { type: "join", kind: "cross", left, right: parseJoins(cursor) };
  return left;
}

function parseJoins(cursor: Cursor): Source {
  let left = parseSource(cursor);
  for (;;) {
    const isNatural = cursor.take("natural");
    const kind = joinKind(cursor);
    if (!kind && isNatural) throw cursor.syntaxError();
    if (!kind) return left;
    const right = parseSource(cursor);
    let on: Expr | undefined;
    let using: string[] | undefined;
    if (kind !== "cross" && !isNatural) {
      if (cursor.take("on")) on = cursor.expression();
      else if (cursor.take("using")) using = cursor.names();
      else if (!cursor.rules.isMySql || kind !== "inner") throw cursor.syntaxError();
    }
    const natural = isNatural ? { isNatural } : {};
    left = { type: "join", kind, left, right, ...natural, ...(on && { on }), ...(using && { using }) };
  }
}

function joinKind(cursor: Cursor): JoinKind | undefined {
  if (cursor.take("join") || cursor.take("inner", "join")) return "inner";
  if (cursor.take("cross", "join")) return "cross";
  for (const kind of ["left", "right", "full"] as const)
    if (cursor.take(kind, "join") || cursor.take(kind, "outer", "join")) return kind;
  return undefined;
}

function parseSource(cursor: Cursor): Source {
  const { at } = cursor;
  cursor.take("only");
  const isLateral = cursor.take("lateral");
  if (cursor.isOperator("(")) {
    const isQuery = ["select", "with", "values"].includes(cursor.peek().text) || cursor.peek().text === "(";
    if (!isQuery) return cursor.inParentheses(() => parseSources(cursor));
    const query = cursor.inParentheses(() => cursor.query());
    const { alias, columns } = parseAlias(cursor);
    if (alias === undefined) throw noAlias(cursor, at);
    return { type: "query", query, alias, ...(columns && { columns }), ...(isLateral && { isLateral }) };
  }
  if (cursor.peek().text === "(" && cursor.token.type === "word") {
    const call = parseCall(cursor) as CallExpr;
    const hasOrdinality = cursor.take("with", "ordinality");
    const { alias, columns } = parseAlias(cursor);
    return {
      type: "function",
      call,
      alias: alias ?? call.name,
      ...(columns && { columns }),
      ...(hasOrdinality && { hasOrdinality }),
    };
  }
  const first = cursor.name();
  const second = cursor.takeOperator(".") ? cursor.name() : undefined;
  const { alias } = parseAlias(cursor);
  return {
    type: "table",
    name: second ?? first,
    at,
    ...(second !== undefined && first !== "public" && { schema: first }),
    ...(alias !== undefined && { alias }),
  };
}

function noAlias({ rules }: Cursor, at: number): SqlError {
  const message = rules.isMySql ? "Every derived table must have its own alias" : "subquery in FROM must have an alias";
  const hint = "For example, FROM (SELECT ...) [AS] foo.";
  return new SqlError({ kind: "placed", message, code: rules.isMySql ? "42000" : "42601", number: 1248, hint }, at);
}

/** Words that follow a source and are no alias. */
const AFTER_SOURCE = new Set(["set", "use", "force", "ignore", "window", "lock"]);

function parseAlias(cursor: Cursor): { alias?: string; columns?: string[] } {
  const hasAs = cursor.take("as");
  if (!hasAs && (!cursor.isName() || AFTER_SOURCE.has(cursor.token.text))) return {};
  const alias = cursor.name();
  const columns = cursor.isOperator("(") ? cursor.names() : undefined;
  return { alias, ...(columns && { columns }) };
}

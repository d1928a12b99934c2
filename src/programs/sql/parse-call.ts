/** Calls of functions, with the ones that have a grammar of their own: `extract(year from t)`. */
import type { CallExpr, Expr, FrameBound, Window } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { unsupported } from "./errors.ts";
import { parseOrderBy } from "./parse-order.ts";
import { parseType } from "./parse-type.ts";

export function parseCall(cursor: Cursor, known?: string): Expr {
  const { at } = cursor;
  const name = (known ?? cursor.anyText()).toLowerCase();
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name]?.(cursor, at) : undefined;
  return special ?? parsePlainCall(cursor, name, at);
}

type Special = (cursor: Cursor, at: number) => Expr | undefined;

const SPECIAL: Readonly<Record<string, Special>> = {
  cast: (cursor, at) =>
    cursor.inParentheses(() => {
      const operand = cursor.expression();
      cursor.expect("as");
      return { type: "cast", operand, to: parseType(cursor).type, at };
    }),
  extract: (cursor, at) =>
    cursor.inParentheses(() => {
      const field = cursor.anyText().toLowerCase();
      cursor.expect("from");
      return {
        type: "call",
        name: "extract",
        args: [{ type: "string", value: field, at }, cursor.expression()],
        at,
      };
    }),
  substring: (cursor, at) =>
    cursor.inParentheses(() => {
      const args = [cursor.expression()];
      if (cursor.take("from")) {
        args.push(cursor.expression());
        if (cursor.take("for")) args.push(cursor.expression());
      } else while (cursor.takeOperator(",")) args.push(cursor.expression());
      return { type: "call", name: "substring", args, at };
    }),
  overlay: (cursor, at) =>
    cursor.inParentheses(() => {
      const args = [cursor.expression()];
      if (cursor.take("placing")) {
        args.push(cursor.expression());
        cursor.expect("from");
        args.push(cursor.expression());
        if (cursor.take("for")) args.push(cursor.expression());
      } else while (cursor.takeOperator(",")) args.push(cursor.expression());
      return { type: "call", name: "overlay", args, at };
    }),
  position: (cursor, at) => {
    const mark = cursor.mark;
    cursor.expectOperator("(");
    // `in` belongs to the grammar here, so the part before it is one operand.
    const { token } = cursor;
    if (token.type !== "string" || cursor.peek().text !== "in") {
      cursor.reset(mark);
      return undefined;
    }
    cursor.next();
    cursor.expect("in");
    const whole = cursor.expression();
    cursor.expectOperator(")");
    return { type: "call", name: "position", args: [whole, { type: "string", value: token.text, at }], at };
  },
  trim: (cursor, at) =>
    cursor.inParentheses(() => {
      const side = cursor.takeOneOf("both", "leading", "trailing");
      const name = side === "leading" ? "ltrim" : side === "trailing" ? "rtrim" : "btrim";
      if (cursor.take("from")) return { type: "call", name, args: [cursor.expression()], at };
      const first = cursor.expression();
      if (cursor.take("from")) return { type: "call", name, args: [cursor.expression(), first], at };
      return { type: "call", name, args: cursor.takeOperator(",") ? [first, cursor.expression()] : [first], at };
    }),
  // MySQL: the new row's value in ON DUPLICATE KEY UPDATE.
  values: (cursor, at) => cursor.inParentheses(() => ({ type: "column", table: "excluded", name: cursor.name(), at })),
};

function parsePlainCall(cursor: Cursor, name: string, at: number): Expr {
  const call = cursor.inParentheses((): CallExpr => {
    const isDistinct = cursor.take("distinct");
    if (!isDistinct) cursor.take("all");
    const args = cursor.isOperator(")") ? [] : cursor.list(() => parseArgument(cursor));
    const orderBy = parseOrderBy(cursor);
    const separator = cursor.rules.isMySql && cursor.take("separator") ? cursor.string() : undefined;
    return {
      type: "call",
      name,
      args,
      at,
      ...(isDistinct && { isDistinct }),
      ...(orderBy.length > 0 && { orderBy }),
      ...(separator !== undefined && { separator }),
    };
  });
  if (cursor.take("within", "group")) {
    call.orderBy = cursor.inParentheses(() => parseOrderBy(cursor));
    call.isWithinGroup = true;
  }
  if (cursor.isWord("filter") && cursor.peek().text === "(") {
    cursor.next();
    call.filter = cursor.inParentheses(() => {
      cursor.expect("where");
      return cursor.expression();
    });
  }
  if (cursor.take("over"))
    call.over = cursor.isOperator("(")
      ? cursor.inParentheses(() => parseWindow(cursor))
      : { base: cursor.name(), partitionBy: [], orderBy: [] };
  return call;
}

/** `name => value` gives the unit of make_interval. */
function parseArgument(cursor: Cursor): Expr {
  if (cursor.take("variadic")) return cursor.expression();
  if (cursor.peek().text !== "=>") return cursor.expression();
  const { at } = cursor;
  const unit: Expr = { type: "string", value: cursor.name(), at };
  cursor.next();
  return { type: "row", items: [unit, cursor.expression()] };
}

export function parseWindow(cursor: Cursor): Window {
  const isBase = cursor.isName() && !["partition", "rows", "range", "groups"].includes(cursor.token.text);
  const base = isBase ? cursor.name() : undefined;
  const partitionBy = cursor.take("partition", "by") ? cursor.list(() => cursor.expression()) : [];
  const window: Window = { partitionBy, orderBy: parseOrderBy(cursor), ...(base !== undefined && { base }) };
  if (cursor.isWord("groups")) throw unsupported("the frame mode GROUPS", cursor.at);
  const mode = cursor.takeOneOf("rows", "range");
  if (!mode) return window;
  const hasEnd = cursor.take("between");
  const start = parseBound(cursor);
  if (hasEnd) cursor.expect("and");
  const end: FrameBound = hasEnd ? parseBound(cursor) : { side: "current" };
  if (cursor.isWord("exclude")) throw unsupported("EXCLUDE in frames", cursor.at);
  return { ...window, frame: { mode: mode as "rows" | "range", start, end } };
}

function parseBound(cursor: Cursor): FrameBound {
  if (cursor.take("current", "row")) return { side: "current" };
  const isUnbounded = cursor.take("unbounded");
  const offset = isUnbounded ? undefined : cursor.expression();
  const side = cursor.takeOneOf("preceding", "following");
  if (!side) throw cursor.syntaxError();
  return { side: side as "preceding" | "following", ...(offset && { offset }) };
}

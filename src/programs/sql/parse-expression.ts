/** Expressions: operators by precedence, calls, casts, subqueries. */
import type { Expr } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { Decimal } from "./decimal.ts";
import { parseCall } from "./parse-call.ts";
import { parseType } from "./parse-type.ts";
import { typeName } from "./type-names.ts";

export function parseExpression(cursor: Cursor): Expr {
  return parseOr(cursor);
}

function parseOr(cursor: Cursor): Expr {
  let left = parseAnd(cursor);
  for (;;) {
    const { at } = cursor;
    const isOr = cursor.take("or") || (cursor.rules.isMySql && cursor.takeOperator("||"));
    if (!isOr && !(cursor.rules.isMySql && cursor.isWord("xor"))) return left;
    const op = isOr ? "or" : cursor.next().text;
    left = { type: "binary", op, left, right: parseAnd(cursor), at };
  }
}

function parseAnd(cursor: Cursor): Expr {
  let left = parseNot(cursor);
  for (;;) {
    const { at } = cursor;
    if (!cursor.take("and") && !(cursor.rules.isMySql && cursor.takeOperator("&&"))) return left;
    left = { type: "binary", op: "and", left, right: parseNot(cursor), at };
  }
}

function parseNot(cursor: Cursor): Expr {
  if (cursor.isWord("not") && !cursor.isWord("not", "exists")) {
    cursor.next();
    return { type: "unary", op: "not", operand: cursor.nested(() => parseNot(cursor)) };
  }
  return parseComparison(cursor);
}

const COMPARISONS = new Set(["=", "<>", "!=", "<", ">", "<=", ">=", "<=>"]);

function parseComparison(cursor: Cursor): Expr {
  let left = parsePredicate(cursor);
  while (cursor.token.type === "operator" && COMPARISONS.has(cursor.token.text)) {
    const { at } = cursor;
    const op = cursor.next().text.replace("!=", "<>");
    const quantifier = cursor.isWord("any") || cursor.isWord("some") || cursor.isWord("all");
    if (quantifier && cursor.peek().text === "(") {
      const isAll = cursor.next().text === "all";
      const right = cursor.inParentheses(() =>
        cursor.isWord("select") || cursor.isWord("with") ? cursor.query() : cursor.expression(),
      );
      left = { type: "quantified", op, left, right, isAll, at };
    } else left = { type: "binary", op, left, right: parsePredicate(cursor), at };
  }
  return left;
}

function parsePredicate(cursor: Cursor): Expr {
  let operand = parseOther(cursor);
  for (;;) {
    const found = predicateAfter(cursor, operand);
    if (!found) return operand;
    operand = found;
  }
}

function predicateAfter(cursor: Cursor, operand: Expr): Expr | undefined {
  if (cursor.take("is")) return parseIs(cursor, operand);
  if (cursor.take("isnull")) return { type: "is", operand, what: "null", isNot: false };
  if (cursor.take("notnull")) return { type: "is", operand, what: "null", isNot: true };
  const { at } = cursor;
  const isNot = cursor.isWord("not") && /^(in|like|ilike|between|regexp|rlike|similar)$/.test(cursor.peek().text);
  if (isNot) cursor.next();
  if (cursor.take("between")) {
    cursor.take("symmetric");
    const low = parseOther(cursor);
    cursor.expect("and");
    return { type: "between", operand, low, high: parseOther(cursor), isNot };
  }
  if (cursor.take("in")) {
    return cursor.inParentheses((): Expr => {
      if (cursor.isWord("select") || cursor.isWord("with"))
        return { type: "inQuery", operand, query: cursor.query(), isNot };
      return { type: "in", operand, items: cursor.list(() => cursor.expression()), isNot };
    });
  }
  const like = cursor.takeOneOf("like", "ilike");
  if (like) {
    const pattern = parseOther(cursor);
    if (cursor.take("escape")) cursor.string();
    return { type: "like", operand, pattern, ignoresCase: like === "ilike" || cursor.rules.isMySql, isNot };
  }
  if (cursor.rules.isMySql && cursor.takeOneOf("regexp", "rlike"))
    return { type: "binary", op: isNot ? "!~*" : "~*", left: operand, right: parseOther(cursor), at };
  if (isNot) throw cursor.syntaxError();
  return undefined;
}

function parseIs(cursor: Cursor, operand: Expr): Expr {
  const isNot = cursor.take("not");
  if (cursor.take("distinct", "from")) return { type: "distinctFrom", left: operand, right: parseOther(cursor), isNot };
  const what = cursor.takeOneOf("null", "true", "false", "unknown");
  if (!what) throw cursor.syntaxError();
  return { type: "is", operand, what: what as "null" | "true" | "false" | "unknown", isNot };
}

const OTHERS = new Set(
  ["||", "->", "->>", "#>", "#>>", "~", "~*", "!~", "!~*", "@>", "<@", "&", "|", "<<", ">>", "?"].concat([
    "#",
    "&&",
    "~~",
    "~~*",
    "!~~",
    "!~~*",
  ]),
);

/** Operators between comparisons and sums: concatenation, JSON, regular expressions. */
function parseOther(cursor: Cursor): Expr {
  let left = parseSum(cursor);
  while (cursor.token.type === "operator" && OTHERS.has(cursor.token.text)) {
    if (cursor.rules.isMySql && (cursor.isOperator("||") || cursor.isOperator("&&"))) break;
    const { at } = cursor;
    const op = cursor.next().text;
    left = { type: "binary", op, left, right: parseSum(cursor), at };
  }
  return left;
}

function parseSum(cursor: Cursor): Expr {
  let left = parseProduct(cursor);
  while (cursor.isOperator("+") || cursor.isOperator("-")) {
    const { at } = cursor;
    const op = cursor.next().text;
    left = { type: "binary", op, left, right: parseProduct(cursor), at };
  }
  return left;
}

function parseProduct(cursor: Cursor): Expr {
  let left = parsePower(cursor);
  for (;;) {
    const { at } = cursor;
    const word = cursor.rules.isMySql ? cursor.takeOneOf("div", "mod") : undefined;
    const isOperator = ["*", "/", "%"].some((op) => cursor.isOperator(op));
    if (!word && !isOperator) return left;
    const op = word === "mod" ? "%" : (word ?? cursor.next().text);
    left = { type: "binary", op, left, right: parsePower(cursor), at };
  }
}

function parsePower(cursor: Cursor): Expr {
  let left = parseUnary(cursor);
  while (cursor.isOperator("^")) {
    const { at } = cursor;
    cursor.next();
    left = { type: "binary", op: "^", left, right: parseUnary(cursor), at };
  }
  return left;
}

function parseUnary(cursor: Cursor): Expr {
  for (const op of ["-", "+", "!", "~"]) {
    if (!cursor.takeOperator(op)) continue;
    const operand = cursor.nested(() => parseUnary(cursor));
    return { type: "unary", op: op === "!" ? "not" : op, operand };
  }
  return parsePostfix(cursor);
}

function parsePostfix(cursor: Cursor): Expr {
  let operand = parsePrimary(cursor);
  for (;;) {
    const { at } = cursor;
    if (cursor.takeOperator("::")) operand = { type: "cast", operand, to: parseType(cursor).type, at };
    else if (!cursor.rules.isMySql && cursor.takeOperator("[")) {
      operand = { type: "index", operand, index: cursor.expression() };
      cursor.expectOperator("]");
    } else if (cursor.take("at", "time", "zone")) {
      const zone = parsePrimary(cursor);
      operand = { type: "call", name: "timezone", args: [zone, operand], at };
    } else if (cursor.take("collate")) cursor.qualifiedName();
    else return operand;
  }
}

function parsePrimary(cursor: Cursor): Expr {
  const { token } = cursor;
  switch (token.type) {
    case "number":
      cursor.next();
      return { type: "literal", value: numberLiteral(token.text), at: token.at };
    case "string":
      cursor.next();
      return { type: "string", value: token.text, at: token.at };
    case "variable":
      cursor.next();
      return { type: "variable", name: token.text };
    case "operator":
      if (cursor.isOperator("(")) return parseParenthesis(cursor);
      if (cursor.takeOperator("*")) return { type: "star", at: token.at };
      throw cursor.syntaxError();
    case "word":
      return parseWord(cursor);
    case "quoted":
      return parseColumn(cursor);
    case "end":
      throw cursor.syntaxError();
  }
}

function numberLiteral(text: string) {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : (Decimal.parse(text) ?? 0);
}

function parseParenthesis(cursor: Cursor): Expr {
  const { at } = cursor;
  return cursor.inParentheses((): Expr => {
    if (cursor.isWord("select") || cursor.isWord("with") || cursor.isWord("values"))
      return { type: "subquery", query: cursor.query(), at };
    const items = cursor.list(() => cursor.expression());
    return items.length === 1 && items[0] ? items[0] : { type: "row", items };
  });
}

const CONSTANTS: Readonly<Record<string, boolean | null>> = { null: null, true: true, false: false };

/** Words that are calls without parentheses. */
const BARE_CALLS = new Set([
  "current_timestamp",
  "current_date",
  "current_time",
  "localtimestamp",
  "localtime",
  "current_user",
  "session_user",
  "user",
  "current_catalog",
  "current_schema",
  "current_role",
]);

function parseWord(cursor: Cursor): Expr {
  const { token } = cursor;
  const isCall = cursor.peek().text === "(" && cursor.peek().type === "operator";
  if (Object.hasOwn(CONSTANTS, token.text)) {
    cursor.next();
    return { type: "literal", value: CONSTANTS[token.text] ?? null, at: token.at };
  }
  if (token.text === "case") return parseCase(cursor);
  if (token.text === "exists" || cursor.isWord("not", "exists")) {
    const isNot = cursor.take("not");
    cursor.expect("exists");
    const exists: Expr = { type: "exists", query: cursor.inParentheses(() => cursor.query()) };
    return isNot ? { type: "unary", op: "not", operand: exists } : exists;
  }
  if (token.text === "array" && cursor.peek().text === "[") return parseArray(cursor);
  if (token.text === "row" && isCall) {
    cursor.next();
    return { type: "row", items: cursor.inParentheses(() => cursor.list(() => cursor.expression())) };
  }
  if (token.text === "interval" && !isCall) return parseIntervalLiteral(cursor);
  if (token.text === "default" && !isCall) {
    cursor.next();
    return { type: "default" };
  }
  if (BARE_CALLS.has(token.text) && !isCall) {
    cursor.next();
    return { type: "call", name: token.text, args: [], at: token.at };
  }
  if (cursor.peek().type === "string" && typeName(token.text) !== undefined && token.text !== "name") {
    const { type: to } = parseType(cursor);
    const { at } = cursor;
    return { type: "cast", operand: { type: "string", value: cursor.string(), at }, to, at: token.at };
  }
  if (isCall) return parseCall(cursor);
  return parseColumn(cursor);
}

function parseArray(cursor: Cursor): Expr {
  cursor.next();
  cursor.expectOperator("[");
  return parseArrayItems(cursor);
}

/** Behind the bracket. The items of an array of arrays need no word. */
function parseArrayItems(cursor: Cursor): Expr {
  const item = () => (cursor.takeOperator("[") ? parseArrayItems(cursor) : cursor.expression());
  const items = cursor.isOperator("]") ? [] : cursor.list(item);
  cursor.expectOperator("]");
  return { type: "array", items };
}

function parseCase(cursor: Cursor): Expr {
  cursor.expect("case");
  const operand = cursor.isWord("when") ? undefined : cursor.expression();
  const branches: { when: Expr; result: Expr }[] = [];
  while (cursor.take("when")) {
    const when = cursor.expression();
    cursor.expect("then");
    branches.push({ when, result: cursor.expression() });
  }
  if (branches.length === 0) throw cursor.syntaxError();
  const otherwise = cursor.take("else") ? cursor.expression() : undefined;
  cursor.expect("end");
  return { type: "case", branches, ...(operand && { operand }), ...(otherwise && { otherwise }) };
}

/** `interval '1 day'`, and MySQL's `interval 1 day`. */
function parseIntervalLiteral(cursor: Cursor): Expr {
  const { at } = cursor;
  cursor.next();
  if (!cursor.rules.isMySql) {
    const place = cursor.at;
    return {
      type: "cast",
      operand: { type: "string", value: cursor.string(), at: place },
      to: { name: "interval" },
      at,
    };
  }
  const count = parseSum(cursor);
  const unit = cursor.anyText().toLowerCase();
  return { type: "call", name: "make_interval", args: [count, { type: "string", value: unit, at }], at };
}

function parseColumn(cursor: Cursor): Expr {
  const { at } = cursor;
  let name = cursor.name();
  let table: string | undefined;
  while (cursor.takeOperator(".")) {
    if (cursor.takeOperator("*")) return { type: "star", table: name, at };
    table = name;
    name = cursor.token.type === "word" ? cursor.anyText() : cursor.name();
    if (cursor.isOperator("(")) return parseCall(cursor, name);
  }
  return { type: "column", name, at, ...(table !== undefined && { table }) };
}

/** Expressions of SQL by precedence. */
import type { Expression, Select, SqlValue } from "./ast.ts";
import type { Cursor } from "./parser.ts";

const COMPARISONS = ["=", "<>", "!=", "<=>", "<=", ">=", "<", ">", "~*", "!~*", "!~", "~"];
/** Words that end an expression instead of naming a column. */
const RESERVED = new Set(
  "select from where group having order limit offset union intersect except on using join inner left right full cross natural as and or not in is like ilike between case when then else end asc desc returning values set into fetch for window".split(
    " ",
  ),
);
/** Functions that are written without parentheses. */
const PLAIN_FUNCTIONS = new Set(
  "current_date current_time current_timestamp current_user session_user user localtime localtimestamp".split(" "),
);

export type ParseSelect = (cursor: Cursor) => Select;

export function parseExpression(cursor: Cursor, select: ParseSelect): Expression {
  return new Expressions(cursor, select).or();
}

export function isReserved(word: string): boolean {
  return RESERVED.has(word.toLowerCase());
}

class Expressions {
  readonly #cursor: Cursor;
  readonly #select: ParseSelect;

  constructor(cursor: Cursor, select: ParseSelect) {
    this.#cursor = cursor;
    this.#select = select;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#cursor.accept("or")) left = { type: "binary", operator: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#cursor.accept("and")) left = { type: "binary", operator: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    return this.#cursor.accept("not") ? { type: "unary", operator: "not", value: this.#not() } : this.#comparison();
  }

  /** `||` and JSON's arrows bind less than arithmetic. */
  #joined(): Expression {
    let left = this.#sum();
    for (;;) {
      const operator = this.#cursor.acceptOneOf("||", "->>", "->");
      if (!operator) return left;
      left = { type: "binary", operator, left, right: this.#sum() };
    }
  }

  #comparison(): Expression {
    const cursor = this.#cursor;
    let left = this.#joined();
    for (;;) {
      const operator = cursor.acceptOneOf(...COMPARISONS);
      if (operator) {
        left = { type: "binary", operator: operator === "!=" ? "<>" : operator, left, right: this.#joined() };
        continue;
      }
      if (cursor.accept("is")) {
        const isNot = cursor.accept("not");
        const word = cursor.acceptOneOf("null", "true", "false", "distinct");
        if (word === "distinct") {
          cursor.expect("from");
          left = { type: "binary", operator: isNot ? "<=>" : "is distinct from", left, right: this.#joined() };
        } else if (word) left = { type: "unary", operator: `is ${isNot ? "not " : ""}${word}`, value: left };
        else throw cursor.syntaxError();
        continue;
      }
      const isNot =
        cursor.is("not") &&
        ["in", "like", "ilike", "between", "regexp", "rlike"].includes(cursor.peek().text.toLowerCase());
      if (isNot) cursor.next();
      if (cursor.accept("in")) left = this.#in(left, isNot);
      else if (cursor.accept("between")) {
        const low = this.#joined();
        cursor.expect("and");
        left = { type: "between", value: left, low, high: this.#joined(), isNot };
      } else {
        const like = cursor.acceptOneOf("like", "ilike", "regexp", "rlike");
        if (!like) return left;
        const name = like === "regexp" || like === "rlike" ? "~*" : like;
        const test: Expression = { type: "binary", operator: name, left, right: this.#joined() };
        if (cursor.accept("escape")) cursor.next();
        left = isNot ? { type: "unary", operator: "not", value: test } : test;
      }
    }
  }

  #in(value: Expression, isNot: boolean): Expression {
    const cursor = this.#cursor;
    cursor.expect("(");
    const list =
      cursor.is("select") || cursor.is("values") || cursor.is("with")
        ? this.#select(cursor)
        : cursor.list(() => this.or());
    cursor.expect(")");
    return { type: "in", value, list, isNot };
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const operator = this.#cursor.acceptOneOf("+", "-");
      if (!operator) return left;
      left = { type: "binary", operator, left, right: this.#product() };
    }
  }

  #product(): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#cursor.acceptOneOf("*", "/", "%", "div", "mod");
      if (!operator) return left;
      left = { type: "binary", operator, left, right: this.#unary() };
    }
  }

  #unary(): Expression {
    const operator = this.#cursor.acceptOneOf("-", "+");
    if (operator) return { type: "unary", operator, value: this.#unary() };
    let value = this.#primary();
    while (this.#cursor.accept("::")) value = { type: "cast", value, to: parseTypeName(this.#cursor) };
    return value;
  }

  #primary(): Expression {
    const cursor = this.#cursor;
    const { type, text } = cursor.token;
    if (type === "number") {
      cursor.next();
      const value = Number(text);
      // `7.0` stays a text: as a number it would be an integer, and PostgreSQL would divide it as one.
      return { type: "value", value: text.includes(".") && Number.isInteger(value) ? text : value };
    }
    if (type === "string") {
      cursor.next();
      return { type: "value", value: text };
    }
    if (cursor.accept("*")) return { type: "star" };
    if (cursor.accept("(")) {
      if (cursor.is("select") || cursor.is("with") || cursor.is("values")) {
        const select = this.#select(cursor);
        cursor.expect(")");
        return { type: "subquery", select };
      }
      const inner = this.or();
      cursor.expect(")");
      return inner;
    }
    if (type === "quoted") return this.#name();
    if (type !== "word") throw cursor.syntaxError();
    const literal = LITERALS[text.toLowerCase()];
    if (literal !== undefined) {
      cursor.next();
      return { type: "value", value: literal };
    }
    return this.#word(text.toLowerCase());
  }

  #word(word: string): Expression {
    const cursor = this.#cursor;
    if (cursor.accept("case")) return this.#case();
    if (cursor.accept("exists")) {
      cursor.expect("(");
      const select = this.#select(cursor);
      cursor.expect(")");
      return { type: "exists", select };
    }
    if (cursor.accept("cast")) {
      cursor.expect("(");
      const value = this.or();
      cursor.expect("as");
      const to = parseTypeName(cursor);
      cursor.expect(")");
      return { type: "cast", value, to };
    }
    if (/^(interval|timestamp|date|time|timestamptz)$/.test(word) && cursor.peek().type === "string") {
      cursor.next();
      return { type: "cast", value: { type: "value", value: cursor.next().text }, to: word };
    }
    if (word === "interval" && cursor.peek().type === "number") {
      cursor.next();
      const amount = cursor.next().text;
      return { type: "cast", value: { type: "value", value: `${amount} ${cursor.part()}` }, to: "interval" };
    }
    if (PLAIN_FUNCTIONS.has(word) && !(cursor.peek().type === "sign" && cursor.peek().text === "(")) {
      cursor.next();
      return { type: "call", name: word, args: [] };
    }
    if (isReserved(word) && !(cursor.peek().type === "sign" && cursor.peek().text === "(")) throw cursor.syntaxError();
    return this.#name();
  }

  #case(): Expression {
    const cursor = this.#cursor;
    const subject = cursor.is("when") ? undefined : this.or();
    const branches: { when: Expression; result: Expression }[] = [];
    while (cursor.accept("when")) {
      const when = this.or();
      cursor.expect("then");
      branches.push({ when, result: this.or() });
    }
    const otherwise = cursor.accept("else") ? this.or() : undefined;
    cursor.expect("end");
    return { type: "case", branches, ...(subject && { subject }), ...(otherwise && { otherwise }) };
  }

  /** A column, `table.*`, or a call. */
  #name(): Expression {
    const cursor = this.#cursor;
    const parts = [cursor.part()];
    while (cursor.accept(".")) {
      if (cursor.accept("*")) return { type: "star", table: parts.at(-1) ?? "" };
      parts.push(cursor.part());
    }
    const name = parts.at(-1) ?? "";
    if (cursor.accept("(")) return this.#call(name.toLowerCase());
    const table = parts.at(-2);
    return { type: "column", name, ...(table !== undefined && { table }) };
  }

  #call(name: string): Expression {
    const cursor = this.#cursor;
    if (cursor.accept(")")) return this.#over({ type: "call", name, args: [] });
    const isDistinct = cursor.accept("distinct");
    if (name === "extract" || name === "position") {
      const first: Expression = name === "extract" ? { type: "value", value: cursor.part() } : this.#sum();
      cursor.expect(name === "extract" ? "from" : "in");
      const second = this.or();
      cursor.expect(")");
      return { type: "call", name, args: [first, second] };
    }
    const args = cursor.list(() => this.or());
    if (cursor.acceptOneOf("from", "for")) {
      args.push(this.or());
      if (cursor.accept("for")) args.push(this.or());
    }
    if (cursor.accept("order", "by")) cursor.list(() => [this.or(), cursor.acceptOneOf("asc", "desc")]);
    if (cursor.accept("separator")) args.push(this.#primary());
    cursor.expect(")");
    return this.#over({ type: "call", name, args, ...(isDistinct && { isDistinct }) });
  }

  /** Window functions are refused rather than answered wrongly. */
  #over(call: Expression): Expression {
    if (this.#cursor.is("over") || this.#cursor.is("filter")) throw this.#cursor.syntaxError();
    return call;
  }
}

const LITERALS: Readonly<Record<string, SqlValue>> = { null: null, true: true, false: false };

/** A type with its arguments: `character varying(20)`, `numeric(10,2)`, `timestamp with time zone`. */
export function parseTypeName(cursor: Cursor): string {
  let name = cursor.part().toLowerCase();
  if (name === "double" && cursor.accept("precision")) name = "double precision";
  if (name === "character" && cursor.accept("varying")) name = "varchar";
  if (cursor.accept("(")) {
    const args = cursor.list(() => cursor.next().text);
    cursor.expect(")");
    name += `(${args.join(",")})`;
  }
  if (cursor.acceptOneOf("unsigned", "signed")) name += "";
  if (cursor.accept("with", "time", "zone")) name += " with time zone";
  if (cursor.accept("without", "time", "zone")) name += "";
  while (cursor.accept("[")) {
    cursor.expect("]");
    name += "[]";
  }
  return name;
}

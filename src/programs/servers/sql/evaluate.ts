/** Values of expressions in a row. */
import { Regex, RegexError } from "../../../lib/regex.ts";
import { type Expression, type Select, SqlError, type SqlValue } from "./ast.ts";
import { aggregate, callFunction, compareValues, isAggregate, type Session } from "./functions.ts";
import { coerce, textOf, typeNameOf } from "./types.ts";

/** Columns of one source of a query. */
export interface Columns {
  alias: string;
  names: readonly string[];
  types: readonly string[];
}

/** A row of several sources: values in the order of `columns`. */
export interface Scope {
  columns: readonly Columns[];
  values: readonly (readonly SqlValue[])[];
  /** Rows of the group, for aggregates. */
  group?: readonly Scope[];
  /** Values by alias of the select list: MySQL's HAVING and everyone's ORDER BY may name them. */
  aliases?: Readonly<Record<string, SqlValue>>;
  /** The row of the query around this one. */
  outer?: Scope;
}

export type RunSelect = (select: Select, outer: Scope | undefined) => { rows: SqlValue[][] };

export class Evaluator {
  readonly session: Session;
  readonly #select: RunSelect;

  constructor(session: Session, select: RunSelect) {
    this.session = session;
    this.#select = select;
  }

  value(expression: Expression, scope: Scope): SqlValue {
    switch (expression.type) {
      case "value":
        return expression.value;
      case "column":
        return this.#column(expression, scope);
      case "star":
        throw new SqlError("42601", 'syntax error at or near "*"');
      case "call":
        return this.#call(expression, scope);
      case "unary":
        return this.#unary(expression, scope);
      case "binary":
        return this.#binary(expression, scope);
      case "in":
        return this.#in(expression, scope);
      case "between": {
        const [value, low, high] = [expression.value, expression.low, expression.high].map((part) =>
          this.value(part, scope),
        ) as [SqlValue, SqlValue, SqlValue];
        if (value === null || low === null || high === null) return null;
        return (compareValues(value, low) >= 0 && compareValues(value, high) <= 0) !== expression.isNot;
      }
      case "case":
        return this.#case(expression, scope);
      case "cast":
        return this.#cast(expression, scope);
      case "subquery": {
        const { rows } = this.#select(expression.select, scope);
        if (rows.length > 1)
          throw new SqlError(
            "21000",
            this.session.dialect === "mysql"
              ? "Subquery returns more than 1 row"
              : "more than one row returned by a subquery used as an expression",
            { number: 1242 },
          );
        return rows[0]?.[0] ?? null;
      }
      case "exists":
        return this.#select(expression.select, scope).rows.length > 0;
    }
  }

  isTrue(expression: Expression, scope: Scope): boolean {
    const value = this.value(expression, scope);
    return value !== null && value !== false && value !== 0 && value !== "0" && value !== "f" && value !== "false";
  }

  /** Whether an expression has an aggregate outside of subqueries. */
  hasAggregate(expression: Expression): boolean {
    if (expression.type === "call" && isAggregate(expression.name)) return true;
    return partsOf(expression).some((part) => this.hasAggregate(part));
  }

  #column(expression: Extract<Expression, { type: "column" }>, scope: Scope): SqlValue {
    const { name, table } = expression;
    for (let inner: Scope | undefined = scope; inner; inner = inner.outer) {
      const found = findColumn(inner, name, table, this.session.dialect === "mysql");
      if (found) return inner.values[found[0]]?.[found[1]] ?? null;
      if (table === undefined && inner.aliases && Object.hasOwn(inner.aliases, name))
        return inner.aliases[name] ?? null;
    }
    if (this.session.dialect === "mysql")
      throw new SqlError("42S22", `Unknown column '${table ? `${table}.` : ""}${name}' in 'field list'`, {
        number: 1054,
      });
    const isKnown = table === undefined || scope.columns.some(({ alias }) => alias === table);
    throw isKnown
      ? new SqlError("42703", `column ${table ? `${table}.${name}` : `"${name}"`} does not exist`)
      : new SqlError("42P01", `missing FROM-clause entry for table "${table}"`);
  }

  #call(expression: Extract<Expression, { type: "call" }>, scope: Scope): SqlValue {
    const { name, args, isDistinct } = expression;
    if (!isAggregate(name))
      return callFunction(
        name,
        args.map((arg) => this.value(arg, scope)),
        this.session,
      );
    const rows = scope.group;
    if (!rows) throw new SqlError("42803", `aggregate functions are not allowed in WHERE`);
    const [first, ...rest] = args;
    const all =
      !first || first.type === "star"
        ? rows.map(() => 1)
        : rows.map((row) => this.value(first, { ...row, ...(scope.outer && { outer: scope.outer }) }));
    const known = all.filter((value) => value !== null);
    const values = isDistinct ? [...new Set(known)] : known;
    return aggregate(
      name,
      values,
      rest.map((arg) => this.value(arg, scope)),
    );
  }

  #unary({ operator, value: inner }: Extract<Expression, { type: "unary" }>, scope: Scope): SqlValue {
    const value = this.value(inner, scope);
    switch (operator) {
      case "is null":
        return value === null;
      case "is not null":
        return value !== null;
      case "is true":
        return value === true || value === 1;
      case "is not true":
        return value !== true && value !== 1;
      case "is false":
        return value === false || value === 0;
      case "is not false":
        return value !== false && value !== 0;
    }
    if (value === null) return null;
    if (operator === "not") return !value;
    return operator === "-" ? -Number(value) : Number(value);
  }

  #binary({ operator, left, right }: Extract<Expression, { type: "binary" }>, scope: Scope): SqlValue {
    if (operator === "and" || operator === "or") return this.#logic(operator, left, right, scope);
    const [a, b] = [this.value(left, scope), this.value(right, scope)];
    if (operator === "<=>") return a === null || b === null ? a === b : compareValues(a, b) === 0;
    if (operator === "is distinct from") return a === null || b === null ? a !== b : compareValues(a, b) !== 0;
    if (a === null || b === null) return null;
    const order = () => compareValues(a, b);
    switch (operator) {
      case "=":
        return order() === 0;
      case "<>":
        return order() !== 0;
      case "<":
        return order() < 0;
      case "<=":
        return order() <= 0;
      case ">":
        return order() > 0;
      case ">=":
        return order() >= 0;
      case "||":
        return this.session.dialect === "mysql"
          ? Boolean(Number(a)) || Boolean(Number(b))
          : textOf(a, "postgres") + textOf(b, "postgres");
      case "like":
        return like(String(a), String(b), this.session.dialect === "mysql");
      case "ilike":
        return like(String(a), String(b), true);
      case "~":
      case "~*":
        return matches(String(b), String(a), operator === "~*");
      case "!~":
      case "!~*":
        return !matches(String(b), String(a), operator === "!~*");
      default:
        return this.#arithmetic(operator, a, b);
    }
  }

  #logic(operator: "and" | "or", left: Expression, right: Expression, scope: Scope): SqlValue {
    const a = this.value(left, scope);
    const decides = operator === "or";
    if (a !== null && Boolean(a) === decides) return decides;
    const b = this.value(right, scope);
    if (b !== null && Boolean(b) === decides) return decides;
    return a === null || b === null ? null : !decides;
  }

  #arithmetic(operator: string, a: SqlValue, b: SqlValue): SqlValue {
    const moved = moveTime(operator, a, b);
    if (moved !== undefined) return moved;
    const [x, y] = [this.#number(a), this.#number(b)];
    const areIntegers = typeof a === "number" && typeof b === "number" && Number.isInteger(a) && Number.isInteger(b);
    if ((operator === "/" || operator === "%" || operator === "div" || operator === "mod") && y === 0) {
      if (this.session.dialect === "mysql") return null;
      throw new SqlError("22012", "division by zero");
    }
    switch (operator) {
      case "+":
        return exact(x + y);
      case "-":
        return exact(x - y);
      case "*":
        return exact(x * y);
      case "/":
        if (this.session.dialect === "mysql") return (x / y).toFixed(4);
        return areIntegers ? Math.trunc(x / y) : exact(x / y);
      case "div":
        return Math.trunc(x / y);
      default:
        return x % y;
    }
  }

  #number(value: SqlValue): number {
    const number = Number(value);
    if (!Number.isNaN(number)) return number;
    if (this.session.dialect === "mysql") return Number.parseFloat(String(value)) || 0;
    throw new SqlError("22P02", `invalid input syntax for type integer: "${String(value)}"`);
  }

  #in(expression: Extract<Expression, { type: "in" }>, scope: Scope): SqlValue {
    const value = this.value(expression.value, scope);
    if (value === null) return null;
    const { list, isNot } = expression;
    const candidates = Array.isArray(list)
      ? list.map((each) => this.value(each, scope))
      : this.#select(list, scope).rows.map((row) => row[0] ?? null);
    if (candidates.some((each) => each !== null && compareValues(value, each) === 0)) return !isNot;
    return candidates.includes(null) ? null : isNot;
  }

  #case({ subject, branches, otherwise }: Extract<Expression, { type: "case" }>, scope: Scope): SqlValue {
    const value = subject && this.value(subject, scope);
    for (const { when, result } of branches) {
      const tested = this.value(when, scope);
      const isChosen = subject
        ? value !== null && value !== undefined && tested !== null && compareValues(value, tested) === 0
        : Boolean(tested);
      if (isChosen) return this.value(result, scope);
    }
    return otherwise ? this.value(otherwise, scope) : null;
  }

  #cast({ value: inner, to }: Extract<Expression, { type: "cast" }>, scope: Scope): SqlValue {
    const value = this.value(inner, scope);
    const typeName = typeNameOf(to === "signed" || to === "unsigned" ? "int" : to, this.session.dialect);
    if (to === "regclass" || to === "interval" || to === "text")
      return value === null ? null : textOf(value, this.session.dialect);
    const isInteger = /^(integer|bigint|smallint)$/.test(typeName);
    return coerce(
      isInteger && typeof value === "number" ? Math.round(value) : value,
      typeName,
      "",
      this.session.dialect,
    );
  }
}

/** Position of a column: source and index. @throws SqlError if two sources have it */
export function findColumn(
  scope: Pick<Scope, "columns">,
  name: string,
  table: string | undefined,
  ignoresCase: boolean,
): [number, number] | undefined {
  const same = (a: string, b: string) => a === b || (ignoresCase && a.toLowerCase() === b.toLowerCase());
  const found: [number, number][] = [];
  scope.columns.forEach(({ alias, names }, source) => {
    if (table !== undefined && !same(alias, table)) return;
    const index = names.findIndex((each) => same(each, name));
    if (index >= 0) found.push([source, index]);
  });
  if (found.length > 1)
    throw ignoresCase
      ? new SqlError("23000", `Column '${name}' in field list is ambiguous`, { number: 1052 })
      : new SqlError("42702", `column reference "${name}" is ambiguous`);
  return found[0];
}

export function partsOf(expression: Expression): Expression[] {
  switch (expression.type) {
    case "call":
      return expression.args;
    case "unary":
    case "cast":
      return [expression.value];
    case "binary":
      return [expression.left, expression.right];
    case "in":
      return [expression.value, ...(Array.isArray(expression.list) ? expression.list : [])];
    case "between":
      return [expression.value, expression.low, expression.high];
    case "case":
      return [
        ...expression.branches.flatMap(({ when, result }) => [when, result]),
        ...(expression.otherwise ? [expression.otherwise] : []),
        ...(expression.subject ? [expression.subject] : []),
      ];
    default:
      return [];
  }
}

/** A decimal result without the noise of binary fractions. */
function exact(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
}

function like(value: string, pattern: string, ignoresCase: boolean): boolean {
  const source = pattern.replace(
    /\\(.)|([.*+?^${}()|[\]\\])|(%)|(_)/gs,
    (_, escaped?: string, special?: string, many?: string) => {
      if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\]/, "\\$&");
      return special !== undefined ? `\\${special}` : many !== undefined ? ".*" : ".";
    },
  );
  return new Regex(`(?s${ignoresCase ? "i" : ""})^${source}$`).test(value);
}

function matches(pattern: string, value: string, ignoresCase: boolean): boolean {
  try {
    return new Regex(ignoresCase ? `(?i)${pattern}` : pattern).test(value);
  } catch (error) {
    if (error instanceof RegexError) throw new SqlError("2201B", `invalid regular expression: ${error.message}`);
    throw error;
  }
}

const UNITS_MS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** A time plus or minus an interval; undefined if the operands are others. */
function moveTime(operator: string, a: SqlValue, b: SqlValue): SqlValue | undefined {
  const isTime = (value: SqlValue) => typeof value === "string" && /^\d{4}-\d{2}-\d{2}/.test(value);
  if ((operator !== "+" && operator !== "-") || !isTime(a)) return undefined;
  const start = Date.parse(`${String(a).replace(" ", "T").replace(/\+00$/, "")}${String(a).length > 10 ? "Z" : ""}`);
  if (isTime(b)) return Math.round((start - Date.parse(`${String(b).slice(0, 10)}`)) / 86_400_000);
  const parts = [...String(b).matchAll(/(-?\d+)\s*([a-z]+?)s?\b/gi)];
  const date = new Date(start);
  const sign = operator === "-" ? -1 : 1;
  if (parts.length === 0) date.setUTCDate(date.getUTCDate() + sign * Number(b));
  for (const [, amount, unit = ""] of parts) {
    const name = unit.toLowerCase();
    if (name === "month" || name === "year")
      date.setUTCMonth(date.getUTCMonth() + sign * Number(amount) * (name === "year" ? 12 : 1));
    else date.setTime(date.getTime() + sign * Number(amount) * (UNITS_MS[name] ?? 0));
  }
  const iso = date.toISOString().slice(0, 23).replace("T", " ").replace(".000", "");
  return String(a).length <= 10 && parts.length === 0
    ? iso.slice(0, 10)
    : `${iso}${String(a).endsWith("+00") ? "+00" : ""}`;
}

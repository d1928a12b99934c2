/** Operators on values, with the conversions of each dialect. */
import { Regex, RegexError } from "../../lib/regex.ts";
import { Decimal, quotientScale } from "./decimal.ts";
import { SqlError } from "./errors.ts";
import { alike, contains, jsonPart, parsedJson, withoutKey } from "./json-operators.ts";
import type { LexicalRules } from "./lexer.ts";
import { addMonths } from "./moments.ts";
import { castTo, jsonText, typeText } from "./types.ts";
import {
  compareValues,
  decimalOf,
  Float,
  Interval,
  isNumeric,
  Json,
  List,
  Moment,
  numberOf,
  textOf,
  typeOf,
  type Value,
} from "./values.ts";

export interface OperandFacts {
  rules: LexicalRules;
  nowMs: number;
  /** The operand is a string literal, which takes the type of the other operand. */
  leftIsLiteral: boolean;
  rightIsLiteral: boolean;
}

/** The result; null if an operand is null. @throws SqlError */
export function applyOperator(op: string, left: Value, right: Value, facts: OperandFacts): Value {
  const value = appliedOperator(op, left, right, facts);
  if (value === undefined) throw noOperator(op, left, right);
  return value;
}

function appliedOperator(op: string, left: Value, right: Value, facts: OperandFacts): Value | undefined {
  if (op === "<=>") return left === null || right === null ? left === right : compared("=", left, right, facts);
  if (left === null || right === null) return null;
  switch (op) {
    case "=":
    case "<>":
    case "<":
    case ">":
    case "<=":
    case ">=":
      return compared(op, left, right, facts);
    case "||":
      return concatenated(left, right, facts);
    case "~":
    case "~*":
    case "!~":
    case "!~*":
      return matches(textOf(left), textOf(right), op.includes("*")) !== op.startsWith("!");
    case "~~":
    case "~~*":
    case "!~~":
    case "!~~*":
      return isLike(textOf(left), textOf(right), op.includes("*")) !== op.startsWith("!");
    case "&&":
      return left instanceof List && right instanceof List
        ? left.items.some((item) => right.items.some((each) => compareValues(each, item) === 0))
        : undefined;
    case "->":
    case "->>":
    case "#>":
    case "#>>":
      return jsonPart(op, left, right);
    case "@>":
      return contains(...alike(left, right, facts));
    case "<@":
      return contains(...alike(right, left, facts));
    case "?": {
      const value = parsedJson(left);
      return Array.isArray(value) ? value.includes(textOf(right)) : Object.hasOwn(Object(value), textOf(right));
    }
    default:
      return arithmetic(op, left, right, facts);
  }
}

function noOperator(operator: string, left: Value, right: Value): SqlError {
  return new SqlError({ kind: "noOperator", operator, left: typeText(typeOf(left)), right: typeText(typeOf(right)) });
}

function compared(op: string, left: Value, right: Value, facts: OperandFacts): boolean {
  const order = comparison(op, left, right, facts);
  switch (op) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    default:
      return order >= 0;
  }
}

function comparison(op: string, left: Value, right: Value, facts: OperandFacts): number {
  const [a, b] = likeTypes(op, left, right, facts);
  // MySQL's default collation ignores case.
  if (facts.rules.isMySql && typeof a === "string" && typeof b === "string")
    return compareValues(a.toLowerCase(), b.toLowerCase());
  return compareValues(a, b);
}

/** Both operands as values that can be compared. */
function likeTypes(op: string, left: Value, right: Value, facts: OperandFacts): [Value, Value] {
  const { rules, nowMs, leftIsLiteral, rightIsLiteral } = facts;
  if (typeof left === "string" && typeof right === "string") return [left, right];
  if (isNumeric(left) && isNumeric(right)) return [left, right];
  if (rules.isMySql) {
    if (left instanceof Moment && typeof right === "string") return [left, castTo(right, typeOf(left), { nowMs })];
    if (right instanceof Moment && typeof left === "string") return [castTo(left, typeOf(right), { nowMs }), right];
    if (left instanceof Moment && right instanceof Moment) return [left, right];
    return [new Float(numberOf(left)), new Float(numberOf(right))];
  }
  if (rightIsLiteral && typeof right === "string") return [left, castTo(right, typeOf(left), { nowMs })];
  if (leftIsLiteral && typeof left === "string") return [castTo(left, typeOf(right), { nowMs }), right];
  if (left?.constructor !== right?.constructor) throw noOperator(op, left, right);
  return [left, right];
}

function concatenated(left: Value, right: Value, facts: OperandFacts): Value {
  if (left instanceof List) {
    const isText = facts.rightIsLiteral && typeof right === "string" && right.startsWith("{");
    const other = isText ? castTo(right, typeOf(left), facts) : right;
    return new List([...left.items, ...(other instanceof List ? other.items : [other])]);
  }
  if (right instanceof List) return new List([left, ...right.items]);
  if (left instanceof Json || right instanceof Json) {
    if (typeof left === "string" && !facts.leftIsLiteral) return left + textOf(right);
    if (typeof right === "string" && !facts.rightIsLiteral) return textOf(left) + right;
    const [a, b] = [castTo(left, { name: "jsonb" }, facts), castTo(right, { name: "jsonb" }, facts)].map(parsedJson);
    const joined = Array.isArray(a) || Array.isArray(b) ? [a, b].flat() : { ...Object(a), ...Object(b) };
    return new Json(jsonText(joined));
  }
  const text = (value: Value) => (typeof value === "boolean" ? String(value) : textOf(value));
  return text(left) + text(right);
}

/** Whether the text has a match of the regular expression. @throws SqlError for an invalid pattern */
export function matches(text: string, pattern: string, ignoresCase: boolean): boolean {
  return compiled(pattern, ignoresCase).test(text);
}

export function compiled(pattern: string, ignoresCase: boolean): Regex {
  try {
    return new Regex(`${ignoresCase ? "(?i)" : ""}${pattern}`);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    const message = `invalid regular expression: ${error.message.replace(/^error parsing regexp: /, "")}`;
    throw new SqlError({ kind: "other", message, code: "2201B", number: 3685 });
  }
}

/** LIKE: `%` and `_`, with a backslash as escape. The time is bounded by both lengths. */
export function isLike(text: string, pattern: string, ignoresCase: boolean): boolean {
  const value = ignoresCase ? text.toLowerCase() : text;
  const parts = likeParts(ignoresCase ? pattern.toLowerCase() : pattern);
  let at = 0;
  let part = 0;
  let retry: { at: number; part: number } | undefined;
  while (at < value.length) {
    const wanted = parts[part];
    if (wanted === "%") {
      retry = { at, part: ++part };
      continue;
    }
    if (wanted !== undefined && (wanted === "_" || wanted.slice(1) === value[at])) {
      at++;
      part++;
      // One character may have several bytes.
      while (wanted === "_" && at < value.length && (value.charCodeAt(at) & 0xc0) === 0x80) at++;
    } else if (retry) {
      part = retry.part;
      at = ++retry.at;
    } else return false;
  }
  return parts.slice(part).every((wanted) => wanted === "%");
}

/** `%`, `_`, or an equals sign with the character itself. */
function likeParts(pattern: string): string[] {
  const parts: string[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? "";
    if (character === "\\" && i + 1 < pattern.length) parts.push(`=${pattern[++i]}`);
    else parts.push(character === "%" || character === "_" ? character : `=${character}`);
  }
  return parts;
}

function arithmetic(op: string, left: Value, right: Value, facts: OperandFacts): Value {
  const moment = momentArithmetic(op, left, right, facts);
  if (moment !== undefined) return moment;
  let [a, b] = [left, right];
  if (facts.rules.isMySql) {
    if (!isNumeric(a)) a = fromText(a);
    if (!isNumeric(b)) b = fromText(b);
  } else {
    if (facts.leftIsLiteral && typeof a === "string" && isNumeric(b)) a = castTo(a, typeOf(b), facts);
    if (facts.rightIsLiteral && typeof b === "string" && isNumeric(a)) b = castTo(b, typeOf(a), facts);
  }
  if (!isNumeric(a) || !isNumeric(b)) {
    if (op === "-" && a instanceof Json) return withoutKey(a, b);
    throw noOperator(op, left, right);
  }
  if (facts.rules.isMySql && (op === "/" || op === "div" || op === "%") && numberOf(b) === 0) return null;
  if (a instanceof Float || b instanceof Float) return floatArithmetic(op, numberOf(a), numberOf(b));
  if (a instanceof Decimal || b instanceof Decimal || (facts.rules.isMySql && op === "/"))
    return decimalArithmetic(op, decimalOf(a), decimalOf(b), facts.rules);
  return integerArithmetic(op, a, b);
}

function fromText(value: Value): Value {
  if (typeof value === "boolean") return value ? 1 : 0;
  const number = numberOf(value);
  return Number.isInteger(number) ? number : new Float(number);
}

/** A number, or a decimal where a double cannot hold the integer. */
function integerArithmetic(op: string, a: number, b: number): number | Float | Decimal {
  if (b === 0 && (op === "/" || op === "%" || op === "div")) throw new SqlError({ kind: "divisionByZero" });
  const results: Record<string, () => number> = {
    "+": () => a + b,
    "-": () => a - b,
    "*": () => a * b,
    "/": () => Math.trunc(a / b),
    div: () => Math.trunc(a / b),
    "%": () => a % b,
    "&": () => Number(BigInt(a) & BigInt(b)),
    "|": () => Number(BigInt(a) | BigInt(b)),
    "#": () => Number(BigInt(a) ^ BigInt(b)),
    "<<": () => Number(BigInt(a) << BigInt(Math.min(Math.max(b, 0), 63))),
    ">>": () => Number(BigInt(a) >> BigInt(Math.min(Math.max(b, 0), 63))),
  };
  if (op === "^") return new Float(a ** b);
  const result = results[op]?.();
  if (result === undefined) throw noOperator(op, a, b);
  if (!Number.isSafeInteger(result) && /^[-+*]$/.test(op)) {
    const [x, y] = [BigInt(a), BigInt(b)];
    const exact = op === "+" ? x + y : op === "-" ? x - y : x * y;
    if (exact >= 2n ** 63n || exact < -(2n ** 63n)) throw new SqlError({ kind: "outOfRange", type: "bigint" });
    return new Decimal(exact, 0);
  }
  return result + 0;
}

function floatArithmetic(op: string, a: number, b: number): Float {
  if (b === 0 && (op === "/" || op === "%")) throw new SqlError({ kind: "divisionByZero" });
  const results: Record<string, () => number> = {
    "+": () => a + b,
    "-": () => a - b,
    "*": () => a * b,
    "/": () => a / b,
    div: () => Math.trunc(a / b),
    "%": () => a % b,
    "^": () => a ** b,
  };
  const result = results[op]?.();
  if (result === undefined) throw noOperator(op, new Float(a), new Float(b));
  return new Float(result);
}

function decimalArithmetic(op: string, a: Decimal, b: Decimal, { isMySql }: LexicalRules): Value {
  if (b.units === 0n && (op === "/" || op === "%")) throw new SqlError({ kind: "divisionByZero" });
  switch (op) {
    case "+":
      return a.plus(b);
    case "-":
      return a.plus(b.negated());
    case "*":
      return a.times(b);
    case "/":
      return a.over(b, isMySql ? a.scale + 4 : quotientScale(a, b));
    case "div":
      return Math.trunc(a.toNumber() / b.toNumber());
    case "%":
      return a.modulo(b);
    case "^":
      return Decimal.of(a.toNumber() ** b.toNumber()).round(16);
    default:
      throw noOperator(op, a, b);
  }
}

const DAY_MS = 86_400_000;

/** Undefined if no operand is a time. */
function momentArithmetic(op: string, left: Value, right: Value, facts: OperandFacts): Value | undefined {
  if (op === "+" && right instanceof Moment && !(left instanceof Moment))
    return momentArithmetic(op, right, left, facts);
  if (left instanceof Interval) return intervalArithmetic(op, left, right);
  if (right instanceof Interval && op === "*" && isNumeric(left)) return intervalArithmetic(op, right, left);
  if (!(left instanceof Moment) || (op !== "+" && op !== "-")) return undefined;
  const sign = op === "-" ? -1 : 1;
  if (right instanceof Moment) {
    if (op === "+" && left.kind === "date" && right.kind === "time") return new Moment("timestamp", left.ms + right.ms);
    if (op === "+") return undefined;
    const ms = left.ms - right.ms;
    if (left.kind === "date" && right.kind === "date") return ms / DAY_MS;
    const days = Math.trunc(ms / DAY_MS);
    return new Interval(0, left.kind === "time" ? 0 : days, ms - (left.kind === "time" ? 0 : days * DAY_MS));
  }
  const isText = facts.rightIsLiteral && typeof right === "string";
  const other = isText ? castTo(right, { name: "interval" }, facts) : right;
  if (left.kind === "date" && typeof other === "number") return new Moment("date", left.ms + sign * other * DAY_MS);
  if (!(other instanceof Interval)) return undefined;
  const ms = addMonths(left.ms, sign * other.months) + sign * (other.days * DAY_MS + other.ms);
  if (left.kind === "time") return new Moment("time", ((ms % DAY_MS) + DAY_MS) % DAY_MS);
  const stays = left.kind !== "date" || (facts.rules.isMySql && other.ms === 0);
  return new Moment(stays ? left.kind : "timestamp", ms);
}

function intervalArithmetic(op: string, { months, days, ms }: Interval, right: Value): Value | undefined {
  if (right instanceof Interval && (op === "+" || op === "-")) {
    const sign = op === "-" ? -1 : 1;
    return new Interval(months + sign * right.months, days + sign * right.days, ms + sign * right.ms);
  }
  if (!isNumeric(right) || (op !== "*" && op !== "/")) return undefined;
  const factor = op === "*" ? numberOf(right) : 1 / numberOf(right);
  const wholeDays = Math.trunc(days * factor);
  return new Interval(
    Math.trunc(months * factor),
    wholeDays,
    Math.round((days * factor - wholeDays) * DAY_MS + ms * factor),
  );
}

/** The text of a number in the form of `to_char(…, 'FM999,999.00')`. */
export function formatNumber(value: Value, pattern: string): string {
  const isFilled = !pattern.startsWith("FM");
  const body = pattern.replace(/^FM/, "");
  const digits = /[.D](\d*)/.exec(body.replace(/9/g, "0"))?.[1]?.length ?? 0;
  const whole = body.replace(/[.D].*$/, "");
  const [integer = "", fraction] = decimalOf(value).round(digits).toString().replace("-", "").split(".");
  const padded = integer.padStart((/0[09,]*$/.exec(whole)?.[0] ?? "").replace(/,/g, "").length, "0");
  const grouped = whole.includes(",") ? padded.replace(/\B(?=(\d{3})+$)/g, ",") : padded;
  const text = `${numberOf(value) < 0 ? "-" : isFilled ? " " : ""}${grouped}${fraction ? `.${fraction}` : ""}`;
  return isFilled ? text.padStart(body.length + 1) : text;
}

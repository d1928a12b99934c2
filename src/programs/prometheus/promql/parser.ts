/**
 * Reads PromQL. Errors are in Prometheus' words.
 * Source: github.com/prometheus/prometheus promql/parser (generated_parser.y, parse.go)
 */
import { parseDuration } from "./durations.ts";
import { FUNCTIONS } from "./functions/registry.ts";
import {
  AGGREGATIONS,
  COMPARISONS,
  type Expression,
  type Matcher,
  type MatchOperator,
  PromqlError,
  SET_OPERATORS,
  type Shift,
  type VectorMatching,
  type VectorSelector,
} from "./syntax.ts";
import { describeToken, type Token, tokensOf, unquoted } from "./tokens.ts";
import { checkTypes } from "./type-check.ts";

/** Throws PromqlError. */
export function parsePromql(text: string): Expression {
  const expression = new Parser(text).whole();
  checkTypes(text, expression);
  return expression;
}

const PRECEDENCE: readonly ReadonlySet<string>[] = [
  new Set(["or"]),
  new Set(["and", "unless"]),
  COMPARISONS,
  new Set(["+", "-"]),
  new Set(["*", "/", "%", "atan2"]),
  new Set(["^"]),
];
/** A sign binds weaker than `^` and stronger than `*`. */
const SIGN_LEVEL = 5;
const MAX_DEPTH = 200;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): Expression {
    if (this.#isAtEnd()) throw this.#error("no expression found in input", 0);
    const expression = this.#binary(0);
    if (!this.#isAtEnd()) throw this.#unexpected();
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #isAtEnd(): boolean {
    return this.#next.type === "end";
  }

  #take(): Token {
    const token = this.#next;
    if (token.type !== "end") this.#at++;
    return token;
  }

  #is(text: string): boolean {
    return this.#next.text === text && (this.#next.type === "operator" || this.#next.type === "keyword");
  }

  #takeIf(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string, context: string): void {
    if (!this.#takeIf(text)) throw this.#unexpected(context, JSON.stringify(text));
  }

  #error(problem: string, at = this.#next.from): PromqlError {
    return new PromqlError(this.#text, at, problem);
  }

  #unexpected(context = "", expected = ""): PromqlError {
    const where = context === "" ? "" : ` in ${context}`;
    const wanted = expected === "" ? "" : `, expected ${expected}`;
    return this.#error(`unexpected ${describeToken(this.#next)}${where}${wanted}`);
  }

  #binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (!operators) return this.#unary();
    if (++this.#depth > MAX_DEPTH * PRECEDENCE.length) throw this.#error("the expression is nested too deeply");
    let left = this.#binary(level + 1);
    while (this.#next.type === "operator" && operators.has(this.#next.text)) {
      const { text: operator } = this.#take();
      const returnsBool = this.#takeIf("bool");
      if (returnsBool && !COMPARISONS.has(operator)) {
        throw this.#error("bool modifier can only be used on comparison operators", left.from);
      }
      const matching = this.#matching(operator);
      const right = operator === "^" ? this.#binary(level) : this.#binary(level + 1);
      left = { type: "binary", operator, left, right, returnsBool, matching, from: left.from };
    }
    this.#depth--;
    return left;
  }

  #matching(operator: string): VectorMatching {
    const isSet = SET_OPERATORS.has(operator);
    const none = { mode: "ignoring", labels: [], include: [] } as const;
    const card = isSet ? "many-to-many" : "one-to-one";
    const mode = this.#takeIf("on") ? "on" : this.#takeIf("ignoring") ? "ignoring" : undefined;
    if (!mode) return { ...none, card };
    const labels = this.#names();
    const group = this.#takeIf("group_left") ? "many-to-one" : this.#takeIf("group_right") ? "one-to-many" : undefined;
    if (!group) return { mode, labels, card, include: [] };
    if (isSet) throw this.#error("no grouping allowed for " + JSON.stringify(operator) + " operation");
    return { mode, labels, card: group, include: this.#is("(") ? this.#names() : [] };
  }

  /** Names of labels in parentheses. */
  #names(): string[] {
    const context = "grouping opts";
    this.#expect("(", context);
    const names: string[] = [];
    while (!this.#takeIf(")")) {
      const { type, text } = this.#next;
      const isName = type === "identifier" || type === "keyword" || (type === "operator" && /^[a-z]/.test(text));
      if (!isName) throw this.#unexpected(context, "label");
      names.push(this.#take().text);
      if (!this.#is(")") && !this.#takeIf(",")) throw this.#unexpected(context, '"," or ")"');
    }
    return names;
  }

  #unary(): Expression {
    const { from } = this.#next;
    for (const operator of ["-", "+"] as const) {
      if (!this.#takeIf(operator)) continue;
      const inner = this.#binary(SIGN_LEVEL);
      if (inner.type === "number") return { ...inner, value: operator === "-" ? -inner.value : inner.value, from };
      return { type: "unary", operator, inner, from };
    }
    return this.#withSuffixes(this.#primary());
  }

  #primary(): Expression {
    const token = this.#next;
    const { type, text, from } = token;
    if (type === "number") return { type: "number", value: numberOf(this.#take().text), from };
    if (type === "duration") return { type: "number", value: parseDuration(this.#take().text)! / 1000, from };
    if (type === "string") return { type: "string", value: unquoted(this.#take().text), from };
    if (this.#takeIf("(")) {
      const inner = this.#binary(0);
      this.#expect(")", "parentheses expression");
      return { type: "parentheses", inner, from };
    }
    if (this.#is("{")) return this.#selector(undefined, from);
    if (type !== "identifier" && type !== "metric") throw this.#unexpected();
    this.#take();
    if (AGGREGATIONS.has(text.toLowerCase()) && this.#startsAggregation()) {
      return this.#aggregation(text.toLowerCase(), from);
    }
    if (this.#is("(") && type === "identifier") {
      if (!FUNCTIONS.has(text)) throw this.#error(`unknown function with name ${JSON.stringify(text)}`, from);
      return { type: "call", name: text, args: this.#arguments(), from };
    }
    return this.#selector(text, from);
  }

  #startsAggregation(): boolean {
    return this.#is("(") || this.#is("by") || this.#is("without");
  }

  #arguments(): Expression[] {
    this.#expect("(", "function call");
    const args: Expression[] = [];
    while (!this.#takeIf(")")) {
      args.push(this.#binary(0));
      if (this.#is(")")) continue;
      if (!this.#takeIf(",")) throw this.#unexpected();
      if (this.#is(")")) throw this.#error("trailing commas not allowed in function call args");
    }
    return args;
  }

  #aggregation(operator: string, from: number): Expression {
    let modifier = this.#grouping();
    const args = this.#arguments();
    modifier ??= this.#grouping();
    const hasParameter = AGGREGATIONS.get(operator) === true;
    const wanted = hasParameter ? 2 : 1;
    if (args.length === 0) throw this.#error("no arguments for aggregate expression provided", from);
    if (args.length !== wanted) {
      const text = `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`;
      throw this.#error(text, from);
    }
    const { grouping = [], isWithout = false } = modifier ?? {};
    const parameter = hasParameter ? { parameter: args[0]! } : {};
    return { type: "aggregation", operator, inner: args.at(-1)!, ...parameter, grouping, isWithout, from };
  }

  #grouping(): { grouping: readonly string[]; isWithout: boolean } | undefined {
    if (this.#takeIf("by")) return { grouping: this.#names(), isWithout: false };
    return this.#takeIf("without") ? { grouping: this.#names(), isWithout: true } : undefined;
  }

  #selector(name: string | undefined, from: number): VectorSelector {
    const matchers: Matcher[] = [];
    const context = "label matching";
    if (this.#takeIf("{")) {
      while (!this.#takeIf("}")) {
        matchers.push(this.#matcher(context));
        if (!this.#is("}") && !this.#takeIf(",")) throw this.#unexpected(context, '"," or "}"');
      }
    }
    const own = name === undefined ? [] : [{ name: "__name__", operator: "=" as const, value: name }];
    if (name !== undefined && matchers.some((each) => each.name === "__name__")) {
      throw this.#error(
        `metric name must not be set twice: ${JSON.stringify(name)} or ${JSON.stringify(matchers.find((each) => each.name === "__name__")!.value)}`,
        from,
      );
    }
    const all = [...own, ...matchers];
    if (!all.some(isSelective)) {
      throw this.#error("vector selector must contain at least one non-empty matcher", from);
    }
    return { type: "selector", ...(name !== undefined && { name }), matchers: all, offsetMs: 0, from };
  }

  #matcher(context: string): Matcher {
    const { type, text } = this.#next;
    if (type === "string") {
      this.#take();
      return { name: "__name__", operator: "=", value: unquoted(text) };
    }
    if (type !== "identifier") throw this.#unexpected(context, 'identifier or "}"');
    this.#take();
    const { text: operator } = this.#next;
    if (!/^(=|!=|=~|!~)$/.test(operator)) throw this.#unexpected(context, "label matching operator");
    this.#take();
    if (this.#next.type !== "string") throw this.#unexpected(context, "string");
    return { name: text, operator: operator as MatchOperator, value: unquoted(this.#take().text) };
  }

  #withSuffixes(start: Expression): Expression {
    let expression = start;
    for (;;) {
      if (this.#is("[")) expression = this.#range(expression);
      else if (this.#takeIf("offset")) expression = this.#shifted(expression, { offsetMs: this.#signedDuration() });
      else if (this.#takeIf("@")) expression = this.#shifted(expression, { at: this.#instant() });
      else return expression;
    }
  }

  #range(inner: Expression): Expression {
    const { from } = inner;
    this.#expect("[", "matrix selector");
    const rangeMs = this.#duration();
    if (this.#takeIf(":")) {
      const stepMs = this.#is("]") ? undefined : this.#duration();
      this.#expect("]", "subquery selector");
      return { type: "subquery", inner, rangeMs, ...(stepMs !== undefined && { stepMs }), offsetMs: 0, from };
    }
    this.#expect("]", "subquery or range selector");
    if (inner.type !== "selector") throw this.#error("ranges only allowed for vector selectors", from);
    if (inner.offsetMs !== 0) throw this.#error("no offset modifiers allowed before range", from);
    if (inner.at !== undefined) throw this.#error("no @ modifiers allowed before range", from);
    return { type: "range", selector: inner, rangeMs, from };
  }

  #shifted(expression: Expression, shift: Partial<Shift>): Expression {
    if (expression.type === "selector" || expression.type === "subquery") return { ...expression, ...shift };
    if (expression.type === "range") return { ...expression, selector: { ...expression.selector, ...shift } };
    const [word, what] = shift.at === undefined ? ["offset", "offset modifier"] : ["@", "@ modifier"];
    const text = `${what} must be preceded by an instant vector selector or range vector selector or a subquery`;
    throw this.#error(text, this.#text.indexOf(word, expression.from));
  }

  #signedDuration(): number {
    if (this.#takeIf("-")) return -this.#duration();
    this.#takeIf("+");
    return this.#duration();
  }

  #duration(): number {
    const { type, text } = this.#next;
    if (type !== "duration" && type !== "number") throw this.#unexpected("", "number, duration, or step()");
    const ms = type === "number" ? numberOf(text) * 1000 : parseDuration(text);
    if (ms === undefined) throw this.#error(`not a valid duration string: ${JSON.stringify(text)}`);
    if (ms <= 0) throw this.#error("duration must be greater than 0");
    this.#take();
    return ms;
  }

  #instant(): number | "start" | "end" {
    const sign = this.#takeIf("-") ? -1 : 1;
    const { type, text } = this.#next;
    if (type === "number") return sign * numberOf(this.#take().text) * 1000;
    if (text !== "start" && text !== "end") throw this.#unexpected("@", "timestamp");
    this.#take();
    this.#expect("(", "@");
    this.#expect(")", "@");
    return text;
  }
}

/** A matcher that an empty label does not fulfil. */
function isSelective({ operator, value }: Matcher): boolean {
  if (operator === "=") return value !== "";
  if (operator === "!=") return value === "";
  const matchesEmpty = value === "" || /^(\.\*|\(\.\*\))$/.test(value);
  return operator === "=~" ? !matchesEmpty : matchesEmpty;
}

function numberOf(text: string): number {
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : Number(text);
}

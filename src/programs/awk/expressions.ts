/** Reads expressions of awk, with the precedence of its grammar. */
import type { Token } from "./lexer.ts";
import { AwkSyntaxError, type Expression, type Source, type SyntaxProblem, type Target } from "./syntax.ts";

const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "^=", "**="]);
const COMPARISONS = new Set(["<", "<=", "==", "!=", ">", ">="]);

/** How many arguments functions take. */
const ARGUMENTS: Readonly<Record<string, readonly [number, number]>> = {
  substr: [2, 3],
  index: [2, 2],
  split: [2, 4],
  sub: [2, 3],
  gsub: [2, 3],
  gensub: [3, 4],
  match: [2, 3],
  length: [0, 1],
  sprintf: [1, 100],
  system: [1, 1],
  close: [1, 2],
};

export class ExpressionParser {
  at = 0;
  /** Functions that the program calls, and where. */
  readonly called: { name: string; line: number }[] = [];
  waits = false;
  /** BusyBox allows a line break behind each operator. */
  readonly allowsBreaks: boolean;
  readonly #tokens: readonly Token[];
  /** False among the arguments of print: there `>` is a redirection. */
  #allowsGreater = true;
  #depth = 0;

  constructor(tokens: readonly Token[], allowsBreaks: boolean) {
    this.#tokens = tokens;
    this.allowsBreaks = allowsBreaks;
  }

  get token(): Token {
    return this.#tokens[this.at]!;
  }

  ahead(count: number): readonly Token[] {
    return this.#tokens.slice(this.at, this.at + count);
  }

  next(): Token {
    const { token } = this;
    if (token.type !== "end") this.at++;
    return token;
  }

  is(symbol: string): boolean {
    return this.token.type === "symbol" && this.token.text === symbol;
  }

  take(symbol: string): boolean {
    if (!this.is(symbol)) return false;
    this.at++;
    return true;
  }

  takeWord(word: string): boolean {
    if (this.token.type !== "word" || this.token.text !== word) return false;
    this.at++;
    return true;
  }

  expect(symbol: string): void {
    if (!this.take(symbol)) throw this.problem("syntax");
  }

  /** Line breaks within an expression, which only some dialects allow. */
  skipBreaks(): void {
    if (this.allowsBreaks) this.skipNewlines();
  }

  skipNewlines(): void {
    while (this.token.type === "newline") this.at++;
  }

  problem(problem: SyntaxProblem, at = { line: this.token.line, near: this.token.text }): AwkSyntaxError {
    return new AwkSyntaxError(problem, at);
  }

  withoutComparison<T>(read: () => T): T {
    const allowed = this.#allowsGreater;
    this.#allowsGreater = false;
    try {
      return read();
    } finally {
      this.#allowsGreater = allowed;
    }
  }

  list(): Expression[] {
    const items = [this.expression()];
    while (this.take(",")) {
      this.skipNewlines();
      items.push(this.expression());
    }
    return items;
  }

  subscripts(): Expression[] {
    this.expect("[");
    const items = this.#withComparison(() => this.list());
    this.expect("]");
    return items;
  }

  #withComparison<T>(read: () => T): T {
    const allowed = this.#allowsGreater;
    this.#allowsGreater = true;
    try {
      return read();
    } finally {
      this.#allowsGreater = allowed;
    }
  }

  expression(): Expression {
    if (++this.#depth > 200) throw this.problem("syntax");
    try {
      return this.#assignment();
    } finally {
      this.#depth--;
    }
  }

  #assignment(): Expression {
    const left = this.#ternary();
    const operator = this.token.type === "symbol" ? this.token.text : "";
    if (!ASSIGNMENTS.has(operator)) return left;
    // `1 == x = 2` and `!x = 2` assign to the last operand.
    if (left.type === "unary" && isTarget(left.operand)) {
      this.next();
      this.skipNewlines();
      return { ...left, operand: { type: "assign", operator, target: left.operand, value: this.expression() } };
    }
    if (left.type === "binary" && isTarget(left.right)) {
      this.next();
      this.skipNewlines();
      return { ...left, right: { type: "assign", operator, target: left.right, value: this.expression() } };
    }
    if (!isTarget(left)) throw this.problem("syntax");
    this.next();
    this.skipNewlines();
    return { type: "assign", operator, target: left, value: this.expression() };
  }

  #ternary(): Expression {
    const test = this.#or();
    if (!this.take("?")) return test;
    this.skipNewlines();
    const then = this.expression();
    this.skipNewlines();
    this.expect(":");
    this.skipNewlines();
    return { type: "ternary", test, then, else: this.expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.take("||")) {
      this.skipNewlines();
      left = { type: "binary", operator: "||", left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#in();
    while (this.take("&&")) {
      this.skipNewlines();
      left = { type: "binary", operator: "&&", left, right: this.#in() };
    }
    return left;
  }

  #in(): Expression {
    let left = this.#match();
    while (this.takeWord("in")) {
      const { text: name } = this.next();
      left = { type: "in", subscripts: left.type === "group" ? left.items : [left], name };
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    for (;;) {
      const isNegated = this.is("!~");
      if (!isNegated && !this.is("~")) return left;
      this.next();
      left = { type: "match", isNegated, text: left, pattern: this.#comparison() };
    }
  }

  #comparison(): Expression {
    const left = this.concatenation();
    const operator = this.token.type === "symbol" ? this.token.text : "";
    if (!COMPARISONS.has(operator) || (operator === ">" && !this.#allowsGreater)) return left;
    this.next();
    return { type: "binary", operator, left, right: this.concatenation() };
  }

  /** Texts side by side, and behind them `| getline`. */
  concatenation(): Expression {
    let left = this.#sum();
    for (;;) {
      if (this.is("|") && this.ahead(2)[1]?.text === "getline" && this.ahead(2)[1]?.type === "word") {
        this.at += 2;
        left = this.#getline({ kind: "command", name: left });
      } else if (this.#beginsOperand()) left = { type: "binary", operator: " ", left, right: this.#sum() };
      else return left;
    }
  }

  #beginsOperand(): boolean {
    const { type, text } = this.token;
    if (type === "symbol") return ["$", "(", "++", "--"].includes(text);
    return ["number", "string", "regex", "name", "call", "builtin"].includes(type);
  }

  #sum(): Expression {
    let left = this.#product();
    while (this.is("+") || this.is("-")) {
      left = { type: "binary", operator: this.#operator(), left, right: this.#product() };
    }
    return left;
  }

  #operator(): string {
    const { text } = this.next();
    this.skipBreaks();
    return text;
  }

  #product(): Expression {
    let left = this.#unary();
    while (this.is("*") || this.is("/") || this.is("%")) {
      left = { type: "binary", operator: this.#operator(), left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    for (const operator of ["!", "-", "+"] as const) {
      if (this.take(operator)) return { type: "unary", operator, operand: this.#unary() };
    }
    return this.#power();
  }

  #power(): Expression {
    const base = this.#postfix();
    if (!this.take("^") && !this.take("**")) return base;
    const sign = ["-", "+", "!"].find((each) => this.take(each)) as "-" | "+" | "!" | undefined;
    const right: Expression = sign ? { type: "unary", operator: sign, operand: this.#power() } : this.#power();
    return { type: "binary", operator: "^", left: base, right };
  }

  #postfix(): Expression {
    const operand = this.#primary();
    if (!isTarget(operand)) return operand;
    if (this.take("++")) return { type: "step", by: 1, isPrefix: false, target: operand };
    if (this.take("--")) return { type: "step", by: -1, isPrefix: false, target: operand };
    return operand;
  }

  #primary(): Expression {
    const token = this.next();
    switch (token.type) {
      case "number":
        return { type: "number", value: Number(token.text) };
      case "string":
        return { type: "string", value: token.text };
      case "regex":
        return { type: "regex", source: token.text };
      case "name":
        return this.is("[")
          ? { type: "index", name: token.text, subscripts: this.subscripts() }
          : { type: "name", name: token.text };
      case "call":
        this.called.push({ name: token.text, line: token.line });
        return { type: "call", name: token.text, args: this.#args() };
      case "builtin":
        if (token.text === "system" || token.text === "close") this.waits = true;
        return this.#builtin(token);
      case "word":
        if (token.text === "getline") return this.#getline(undefined);
        break;
      case "symbol":
        return this.#symbol(token);
    }
    this.at -= token.type === "end" ? 0 : 1;
    throw this.problem("syntax");
  }

  #builtin({ text: name, line }: Token): Expression {
    if (name === "length" && !this.is("(")) return { type: "builtin", name, args: [] };
    const args = this.#args();
    const [least = 0, most = 100] = ARGUMENTS[name] ?? [];
    if (args.length < least || args.length > most) {
      throw this.problem("argumentCount", { line, near: name });
    }
    return { type: "builtin", name, args };
  }

  #symbol(token: Token): Expression {
    if (token.text === "$") {
      for (const by of [1, -1] as const) {
        if (this.take(by === 1 ? "++" : "--")) {
          return { type: "field", index: { type: "step", by, isPrefix: true, target: this.#target() } };
        }
      }
      if (this.take("-")) return { type: "field", index: { type: "unary", operator: "-", operand: this.#primary() } };
      return { type: "field", index: this.#primary() };
    }
    if (token.text === "++") return { type: "step", by: 1, isPrefix: true, target: this.#target() };
    if (token.text === "--") return { type: "step", by: -1, isPrefix: true, target: this.#target() };
    if (token.text === "(") {
      const items = this.#withComparison(() => this.list());
      this.skipNewlines();
      this.expect(")");
      return { type: "group", items };
    }
    this.at--;
    throw this.problem("syntax");
  }

  #target(): Target {
    const operand = this.#primary();
    if (!isTarget(operand)) throw this.problem("syntax");
    return operand;
  }

  #args(): Expression[] {
    this.expect("(");
    this.skipNewlines();
    if (this.take(")")) return [];
    const args = this.#withComparison(() => this.list());
    this.skipNewlines();
    this.expect(")");
    return args;
  }

  #getline(from: Source | undefined): Expression {
    this.waits = true;
    const { type, text } = this.token;
    const target = type === "name" || (type === "symbol" && text === "$") ? (this.#primary() as Target) : undefined;
    if (from || !this.take("<")) return { type: "getline", target, from };
    return { type: "getline", target, from: { kind: "file", name: this.redirectionTarget() } };
  }

  /** The name of a file behind `<`: no concatenation without parentheses. */
  redirectionTarget(): Expression {
    return this.#postfix();
  }

  /** The name of a file behind `>`. */
  outputTarget(): Expression {
    const name = this.concatenation();
    if (!this.take("?")) return name;
    const then = this.expression();
    this.expect(":");
    return { type: "ternary", test: name, then, else: this.expression() };
  }
}

function isTarget(expression: Expression): expression is Target {
  return expression.type === "name" || expression.type === "index" || expression.type === "field";
}

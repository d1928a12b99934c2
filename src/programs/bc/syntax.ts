/** The syntax of bc: tokens, expressions, statements. */

export type BcExpression =
  | { type: "number"; text: string }
  | { type: "variable"; name: string }
  | { type: "element"; name: string; index: BcExpression }
  | { type: "call"; name: string; args: readonly BcExpression[] }
  | { type: "binary"; operator: string; left: BcExpression; right: BcExpression }
  | { type: "unary"; operator: "-" | "!"; operand: BcExpression }
  | { type: "assign"; operator: string; target: BcTarget; value: BcExpression }
  | { type: "step"; by: 1 | -1; isPrefix: boolean; target: BcTarget };

export type BcTarget = Extract<BcExpression, { type: "variable" | "element" }>;

export type BcStatement =
  | { type: "expression"; value: BcExpression; prints: boolean }
  | { type: "text"; text: string }
  | { type: "print"; items: readonly (BcExpression | string)[] }
  | { type: "block"; body: readonly BcStatement[] }
  | { type: "if"; test: BcExpression; then: BcStatement; else?: BcStatement }
  | { type: "while"; test: BcExpression; body: BcStatement }
  | { type: "for"; first?: BcExpression; test?: BcExpression; next?: BcExpression; body: BcStatement }
  | { type: "break" | "continue" | "quit" | "halt" | "nothing" }
  | { type: "return"; value?: BcExpression }
  | { type: "define"; name: string; parameters: readonly string[]; locals: readonly string[]; body: BcStatement };

export class BcSyntaxError extends Error {
  override name = "BcSyntaxError";
  /** The end of the line comes too early. */
  readonly isAtEnd: boolean;

  constructor(message: string, isAtEnd = false) {
    super(message);
    this.isAtEnd = isAtEnd;
  }
}

interface Token {
  type: "number" | "name" | "string" | "symbol" | "newline" | "end";
  text: string;
}

const TOKEN =
  /(?<blank>[ \t\r]+|\\\n|\/\*[\s\S]*?\*\/|#[^\n]*)|(?<newline>\n)|(?<number>[0-9A-F]+\.?[0-9A-F]*|\.[0-9A-F]+)|(?<name>[a-z][a-z0-9_]*)|"(?<string>[^"]*)"|(?<symbol>\+\+|--|\|\||&&|[-+*/%^<>=!]=|[-+*/%^<>=!(){}[\],;.])/y;

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (!match?.groups) throw new BcSyntaxError("illegal character");
    const { newline, number, name, string, symbol } = match.groups;
    if (newline !== undefined) tokens.push({ type: "newline", text: "\n" });
    else if (number !== undefined) tokens.push({ type: "number", text: number });
    else if (name !== undefined) tokens.push({ type: "name", text: name });
    else if (string !== undefined) tokens.push({ type: "string", text: string });
    else if (symbol !== undefined) tokens.push({ type: "symbol", text: symbol });
  }
  tokens.push({ type: "end", text: "" });
  return tokens;
}

/** @throws BcSyntaxError */
export function parseBc(source: string): BcStatement[] {
  const parser = new Parser(tokensOf(source));
  const statements: BcStatement[] = [];
  for (parser.skipEnds(); !parser.isEnd(); parser.skipEnds()) statements.push(parser.statement());
  return statements;
}

const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "^="]);
const LEVELS: readonly (readonly string[])[] = [["||"], ["&&"]];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #token(): Token {
    return this.#tokens[this.#at]!;
  }

  isEnd(): boolean {
    return this.#token.type === "end";
  }

  #problem(): BcSyntaxError {
    return new BcSyntaxError("syntax error", this.#token.type === "newline" || this.isEnd());
  }

  skipEnds(): void {
    while (this.#token.type === "newline" || this.#is(";")) this.#at++;
  }

  #skipNewlines(): void {
    while (this.#token.type === "newline") this.#at++;
  }

  #is(text: string): boolean {
    return this.#token.type === "symbol" && this.#token.text === text;
  }

  #take(text: string): boolean {
    const isTaken = this.#token.text === text && (this.#token.type === "symbol" || this.#token.type === "name");
    if (isTaken) this.#at++;
    return isTaken;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#problem();
  }

  statement(): BcStatement {
    const inner = this.#statement();
    if (!this.#is("}") && !this.#is(";") && this.#token.type !== "newline" && !this.isEnd()) {
      if (!["block", "if", "while", "for", "define"].includes(inner.type)) throw this.#problem();
    }
    return inner;
  }

  #statement(): BcStatement {
    if (this.#token.type === "string") return { type: "text", text: this.#tokens[this.#at++]!.text };
    if (this.#take("{")) return this.#block();
    if (this.#take("if")) return this.#if();
    if (this.#take("while")) return { type: "while", test: this.#condition(), body: this.#body() };
    if (this.#take("for")) return this.#for();
    if (this.#take("define")) return this.#define();
    if (this.#take("print")) return this.#print();
    for (const type of ["break", "continue", "quit", "halt"] as const) if (this.#take(type)) return { type };
    if (this.#take("return")) {
      const isBare = this.#is(";") || this.#is("}") || this.#token.type === "newline" || this.isEnd();
      return isBare ? { type: "return" } : { type: "return", value: this.expression() };
    }
    if (this.#is(";") || this.#token.type === "newline") return { type: "nothing" };
    const value = this.expression();
    return { type: "expression", value, prints: value.type !== "assign" };
  }

  #block(): BcStatement {
    const body: BcStatement[] = [];
    for (this.skipEnds(); !this.#is("}"); this.skipEnds()) {
      if (this.isEnd()) throw this.#problem();
      body.push(this.statement());
    }
    this.#at++;
    return { type: "block", body };
  }

  #condition(): BcExpression {
    this.#expect("(");
    const test = this.expression();
    this.#expect(")");
    return test;
  }

  #body(): BcStatement {
    this.#skipNewlines();
    return this.#statement();
  }

  #if(): BcStatement {
    const test = this.#condition();
    const then = this.#body();
    const mark = this.#at;
    this.skipEnds();
    if (this.#take("else")) return { type: "if", test, then, else: this.#body() };
    this.#at = mark;
    return { type: "if", test, then };
  }

  #for(): BcStatement {
    this.#expect("(");
    const part = (end: string) => {
      const value = this.#is(end) ? undefined : this.expression();
      this.#expect(end);
      return value;
    };
    const [first, test, next] = [part(";"), part(";"), part(")")];
    return { type: "for", first, test, next, body: this.#body() };
  }

  #names(end: string): string[] {
    const names: string[] = [];
    while (this.#token.type === "name") {
      names.push(this.#tokens[this.#at++]!.text);
      if (this.#take("[")) {
        this.#expect("]");
        names.push(`${names.pop()}[]`);
      }
      if (!this.#take(",")) break;
    }
    if (end !== "") this.#expect(end);
    return names;
  }

  #define(): BcStatement {
    const { text: name } = this.#tokens[this.#at++]!;
    this.#expect("(");
    const parameters = this.#names(")");
    this.#skipNewlines();
    this.#expect("{");
    this.skipEnds();
    const locals = this.#take("auto") ? this.#names("") : [];
    return { type: "define", name, parameters, locals, body: this.#block() };
  }

  #print(): BcStatement {
    const items: (BcExpression | string)[] = [];
    do {
      items.push(this.#token.type === "string" ? this.#tokens[this.#at++]!.text : this.expression());
    } while (this.#take(","));
    return { type: "print", items };
  }

  expression(): BcExpression {
    return this.#logical(0);
  }

  #logical(level: number): BcExpression {
    const operators = LEVELS[level];
    if (!operators) return this.#not();
    let left = this.#logical(level + 1);
    while (operators.some((each) => this.#is(each))) {
      const operator = this.#tokens[this.#at++]!.text;
      left = { type: "binary", operator, left, right: this.#logical(level + 1) };
    }
    return left;
  }

  #not(): BcExpression {
    if (this.#take("!")) return { type: "unary", operator: "!", operand: this.#not() };
    return this.#relation();
  }

  #relation(): BcExpression {
    let left = this.#assignment();
    while (["==", "!=", "<", "<=", ">", ">="].some((each) => this.#is(each))) {
      const operator = this.#tokens[this.#at++]!.text;
      left = { type: "binary", operator, left, right: this.#assignment() };
    }
    return left;
  }

  #assignment(): BcExpression {
    const left = this.#sum();
    if (this.#token.type !== "symbol" || !ASSIGNMENTS.has(this.#token.text)) return left;
    if (left.type !== "variable" && left.type !== "element") throw this.#problem();
    const operator = this.#tokens[this.#at++]!.text;
    return { type: "assign", operator, target: left, value: this.#assignment() };
  }

  #sum(): BcExpression {
    let left = this.#product();
    while (this.#is("+") || this.#is("-")) {
      left = { type: "binary", operator: this.#tokens[this.#at++]!.text, left, right: this.#product() };
    }
    return left;
  }

  #product(): BcExpression {
    let left = this.#power();
    while (this.#is("*") || this.#is("/") || this.#is("%")) {
      left = { type: "binary", operator: this.#tokens[this.#at++]!.text, left, right: this.#power() };
    }
    return left;
  }

  #power(): BcExpression {
    const base = this.#unary();
    return this.#take("^") ? { type: "binary", operator: "^", left: base, right: this.#power() } : base;
  }

  #unary(): BcExpression {
    if (this.#take("-")) return { type: "unary", operator: "-", operand: this.#unary() };
    for (const by of [1, -1] as const) {
      if (this.#take(by === 1 ? "++" : "--")) {
        const target = this.#primary();
        if (target.type !== "variable" && target.type !== "element") throw this.#problem();
        return { type: "step", by, isPrefix: true, target };
      }
    }
    const operand = this.#primary();
    if (operand.type !== "variable" && operand.type !== "element") return operand;
    if (this.#take("++")) return { type: "step", by: 1, isPrefix: false, target: operand };
    return this.#take("--") ? { type: "step", by: -1, isPrefix: false, target: operand } : operand;
  }

  #primary(): BcExpression {
    const token = this.#tokens[this.#at]!;
    if (token.type === "end" || token.type === "newline") throw this.#problem();
    this.#at++;
    if (token.type === "number") return { type: "number", text: token.text };
    if (token.type === "symbol" && token.text === "(") {
      const inner = this.expression();
      this.#expect(")");
      // An assignment in parentheses is a value, which is printed.
      return inner.type === "assign" ? { type: "binary", operator: "+", left: inner, right: NOTHING } : inner;
    }
    if (token.type === "symbol" && token.text === ".") return { type: "variable", name: "last" };
    if (token.type !== "name") throw this.#problem();
    if (this.#take("[")) {
      const index = this.#is("]") ? NOTHING : this.expression();
      this.#expect("]");
      return { type: "element", name: token.text, index };
    }
    if (!this.#take("(")) return { type: "variable", name: token.text };
    const args: BcExpression[] = [];
    while (!this.#is(")")) {
      args.push(this.expression());
      if (!this.#take(",")) break;
    }
    this.#expect(")");
    return { type: "call", name: token.text, args };
  }
}

const NOTHING: BcExpression = { type: "number", text: "0" };

/** Reads a program of awk: rules, functions and statements. */
import { ExpressionParser } from "./expressions.ts";
import { readTokens } from "./lexer.ts";
import type { AwkFunction, AwkProgram, DialectName, Expression, Redirection, Rule, Statement } from "./syntax.ts";

/** @throws AwkSyntaxError */
export function parseAwk(source: string, dialect: DialectName): AwkProgram {
  return new Parser(readTokens(source, dialect), dialect === "busybox").program();
}

class Parser extends ExpressionParser {
  program(): AwkProgram {
    const begin: Statement[] = [];
    const end: Statement[] = [];
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (this.skipEnds(); this.token.type !== "end"; this.skipEnds()) {
      if (this.takeWord("BEGIN")) begin.push(this.action());
      else if (this.takeWord("END")) end.push(this.action());
      else if (this.takeWord("function") || this.takeWord("func")) this.functionInto(functions);
      else if (this.is("}")) throw this.problem("extraBrace");
      else rules.push(this.rule());
    }
    for (const { name, line } of this.called) {
      if (!functions.has(name)) throw this.problem("undefinedFunction", { line, near: name });
    }
    return { begin, rules, end, functions, waits: this.waits };
  }

  rule(): Rule {
    if (this.is("{")) return { patterns: [], action: this.action() };
    const patterns = [this.expression()];
    if (this.take(",")) {
      this.skipNewlines();
      patterns.push(this.expression());
    }
    if (this.is("{")) return { patterns, action: this.action() };
    if (!this.is(";") && this.token.type !== "newline" && this.token.type !== "end") throw this.problem("syntax");
    return { patterns };
  }

  action(): Statement {
    this.skipNewlines();
    return this.block();
  }

  functionInto(functions: Map<string, AwkFunction>): void {
    const { text: name } = this.next();
    this.expect("(");
    const parameters: string[] = [];
    while (!this.is(")")) {
      this.skipNewlines();
      const { type, text } = this.next();
      if (type !== "name") throw this.problem("syntax");
      parameters.push(text);
      if (!this.take(",")) break;
    }
    this.expect(")");
    functions.set(name, { parameters, body: this.action() });
  }

  block(): Statement {
    this.expect("{");
    const body: Statement[] = [];
    for (this.skipEnds(); !this.is("}"); this.skipEnds()) {
      if (this.token.type === "end") throw this.problem("missingBrace");
      body.push(this.statement());
    }
    this.next();
    return { type: "block", body };
  }

  statement(): Statement {
    if (this.is("{")) return this.block();
    if (this.take(";")) return { type: "block", body: [] };
    if (this.token.type === "word") {
      const compound = this.compound();
      if (compound) return compound;
    }
    const simple = this.simple();
    this.endOfStatement();
    return simple;
  }

  /** A body may follow on the next line, and an empty one is a semicolon. */
  body(): Statement {
    this.skipNewlines();
    return this.statement();
  }

  compound(): Statement | undefined {
    if (this.takeWord("if")) return this.ifStatement();
    if (this.takeWord("while")) return { type: "while", test: this.condition(), body: this.body() };
    if (this.takeWord("do")) {
      const body = this.body();
      this.skipEnds();
      if (!this.takeWord("while")) throw this.problem("syntax");
      const test = this.condition();
      this.endOfStatement();
      return { type: "do", test, body };
    }
    return this.takeWord("for") ? this.forStatement() : undefined;
  }

  condition(): Expression {
    this.expect("(");
    const test = this.expression();
    this.expect(")");
    return test;
  }

  ifStatement(): Statement {
    const test = this.condition();
    const then = this.body();
    const mark = this.at;
    this.skipEnds();
    if (this.takeWord("else")) return { type: "if", test, then, else: this.body() };
    this.at = mark;
    return { type: "if", test, then };
  }

  forStatement(): Statement {
    this.expect("(");
    const [variable, word, array, close] = this.ahead(4);
    if (variable?.type === "name" && word?.text === "in" && array?.type === "name" && close?.text === ")") {
      for (let i = 0; i < 4; i++) this.next();
      return { type: "forIn", variable: variable.text, array: array.text, body: this.body() };
    }
    const first = this.is(";") ? undefined : this.simple();
    this.expect(";");
    this.skipNewlines();
    const test = this.is(";") ? undefined : this.expression();
    this.expect(";");
    this.skipNewlines();
    const next = this.is(")") ? undefined : this.simple();
    this.expect(")");
    return { type: "for", first, test, next, body: this.body() };
  }

  simple(): Statement {
    for (const type of ["next", "nextfile", "break", "continue"] as const) if (this.takeWord(type)) return { type };
    for (const type of ["exit", "return"] as const) {
      if (this.takeWord(type)) return { type, value: this.isAtEnd() ? undefined : this.expression() };
    }
    for (const type of ["print", "printf"] as const) if (this.takeWord(type)) return this.print(type);
    if (!this.takeWord("delete")) return { type: "expression", value: this.expression() };
    const { text: name } = this.next();
    return { type: "delete", name, subscripts: this.is("[") ? this.subscripts() : undefined };
  }

  print(type: "print" | "printf"): Statement {
    const into = (): Redirection | undefined => {
      for (const operator of [">", ">>", "|"] as const) {
        if (!this.take(operator)) continue;
        if (operator === "|") this.waits = true;
        return { operator, name: operator === "|" ? this.concatenation() : this.outputTarget() };
      }
      return undefined;
    };
    if (this.isAtEnd() || this.is(">") || this.is(">>") || this.is("|")) return { type, args: [], into: into() };
    const args = this.withoutComparison(() => this.list());
    const [first] = args;
    const isGroup = args.length === 1 && first?.type === "group";
    return { type, args: isGroup ? first.items : args, into: into() };
  }

  isAtEnd(): boolean {
    return this.is(";") || this.is("}") || this.token.type === "newline" || this.token.type === "end";
  }

  endOfStatement(): void {
    if (this.is("}")) return;
    if (this.take(";")) return;
    if (this.token.type === "newline") this.next();
    else if (this.token.type === "end") throw this.problem("missingBrace");
    else throw this.problem("syntax");
  }

  skipEnds(): void {
    while (this.token.type === "newline" || this.is(";")) this.next();
  }
}

/** The cursor over a statement's tokens, and its errors in the words of the server. */
import { type Dialect, SqlError } from "./ast.ts";
import { mysqlSyntax, type Token, tokenize } from "./tokens.ts";

export class Cursor {
  readonly dialect: Dialect;
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, dialect: Dialect) {
    this.dialect = dialect;
    this.#sql = sql;
    this.#tokens = tokenize(sql, dialect);
  }

  get token(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token;
  }

  peek(offset = 1): Token {
    return this.#tokens[Math.min(this.#at + offset, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const { token } = this;
    this.#at++;
    return token;
  }

  get isAtEnd(): boolean {
    return this.token.type === "end";
  }

  /** Whether the tokens from here are these words or signs; case does not matter. */
  is(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const { type, text } = this.peek(i);
      return (type === "word" && text.toLowerCase() === word) || (type === "sign" && text === word);
    });
  }

  /** Takes these words if they stand here. */
  accept(...words: readonly string[]): boolean {
    if (!this.is(...words)) return false;
    this.#at += words.length;
    return true;
  }

  /** The first of these words, taken; undefined if none stands here. */
  acceptOneOf(...words: readonly string[]): string | undefined {
    return words.find((word) => this.accept(word));
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.syntaxError();
  }

  /** A name, also with a schema, which is left out. */
  name(): string {
    let name = this.part();
    while (this.is(".") && this.peek().type !== "sign") {
      this.next();
      name = this.part();
    }
    return name;
  }

  part(): string {
    const { type, text } = this.token;
    if (type !== "word" && type !== "quoted") throw this.syntaxError();
    this.next();
    return text;
  }

  list<T>(one: () => T): T[] {
    const found = [one()];
    while (this.accept(",")) found.push(one());
    return found;
  }

  /** Names in parentheses. */
  names(): string[] {
    this.expect("(");
    const names = this.list(() => {
      const name = this.name();
      if (this.accept("(")) this.skipTo(")");
      this.acceptOneOf("asc", "desc");
      return name;
    });
    this.expect(")");
    return names;
  }

  /** Passes over the rest of a parenthesis. */
  skipTo(sign: ")"): void {
    let depth = 1;
    while (!this.isAtEnd && depth > 0) {
      if (this.is("(")) depth++;
      if (this.is(sign)) depth--;
      this.next();
    }
  }

  /** Passes over the rest of the statement. */
  skipRest(): void {
    while (!this.isAtEnd) this.next();
  }

  syntaxError(): SqlError {
    const { type, at, end } = this.token;
    if (this.dialect === "mysql") return mysqlSyntax(this.#sql, at);
    if (type === "end") return new SqlError("42601", "syntax error at end of input", { position: at + 1 });
    return new SqlError("42601", `syntax error at or near "${this.#sql.slice(at, end)}"`, { position: at + 1 });
  }
}

/** A position in the tokens of one statement, with the words that a parser asks for. */
import type { DeleteStatement, Expr, InsertStatement, Query, UpdateStatement } from "./ast.ts";
import { SqlError } from "./errors.ts";
import { type LexicalRules, type Token, tokensOf } from "./lexer.ts";

/** Nesting of expressions and queries. */
const MAX_DEPTH = 200;

/** Words that cannot be names without quotes. */
const RESERVED = new Set(
  (
    "all and any array as asc both case cast check collate constraint create cross default desc distinct do else end except " +
    "false fetch for foreign from full grant group having in inner intersect into is join leading left like ilike limit " +
    "natural not null offset on only or order primary references returning right select some table then to trailing " +
    "true union unique using when where window with"
  ).split(" "),
);

/** Injected, because expressions contain queries and queries contain expressions. */
export interface Grammar {
  expression: (cursor: Cursor) => Expr;
  query: (cursor: Cursor) => Query;
  /** INSERT, UPDATE or DELETE; undefined if none follows. */
  change: (cursor: Cursor) => InsertStatement | UpdateStatement | DeleteStatement | undefined;
}

export class Cursor {
  readonly text: string;
  readonly rules: LexicalRules;
  readonly tokens: readonly Token[];
  readonly #grammar: Grammar;
  #index = 0;
  #depth = 0;

  constructor(text: string, rules: LexicalRules, grammar: Grammar) {
    this.text = text;
    this.rules = rules;
    this.#grammar = grammar;
    this.tokens = tokensOf(text, rules);
  }

  expression(): Expr {
    return this.nested(() => this.#grammar.expression(this));
  }

  query(): Query {
    return this.nested(() => this.#grammar.query(this));
  }

  change(): InsertStatement | UpdateStatement | DeleteStatement | undefined {
    return this.nested(() => this.#grammar.change(this));
  }

  get token(): Token {
    return this.tokens[this.#index] ?? (this.tokens.at(-1) as Token);
  }

  peek(ahead = 1): Token {
    return this.tokens[this.#index + ahead] ?? (this.tokens.at(-1) as Token);
  }

  /** Offset of the token before the current one. */
  get previousAt(): number {
    return this.tokens[this.#index - 1]?.at ?? 0;
  }

  /** Offset of the current token. */
  get at(): number {
    return this.token.at;
  }

  /** The text from an offset to the end of the last token. */
  textFrom(start: number): string {
    return this.text.slice(start, this.tokens[this.#index - 1]?.end ?? start);
  }

  next(): Token {
    const { token } = this;
    if (this.#index < this.tokens.length - 1) this.#index++;
    return token;
  }

  get mark(): number {
    return this.#index;
  }

  reset(mark: number): void {
    this.#index = mark;
  }

  get isEnd(): boolean {
    return this.token.type === "end" || this.isOperator(";");
  }

  isWord(...words: readonly string[]): boolean {
    return words.every((word, i) => {
      const { type, text } = this.peek(i);
      return type === "word" && text === word;
    });
  }

  isOperator(text: string): boolean {
    return this.token.type === "operator" && this.token.text === text;
  }

  /** Takes these words if they follow. */
  take(...words: readonly string[]): boolean {
    if (!this.isWord(...words)) return false;
    this.#index += words.length;
    return true;
  }

  /** Takes one of the words if it follows. */
  takeOneOf(...words: readonly string[]): string | undefined {
    return words.find((word) => this.take(word));
  }

  takeOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.next();
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) throw this.syntaxError();
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) throw this.syntaxError();
  }

  syntaxError(token = this.token): SqlError {
    const near = token.type === "end" ? "" : token.written;
    return new SqlError({ kind: "syntax", near, rest: this.text.slice(token.at) }, token.at);
  }

  /** A name: quoted, or a word that is not reserved. MySQL keeps the case of its names. */
  name(): string {
    const { token } = this;
    if (token.type === "quoted") return this.next().text;
    if (token.type !== "word" || RESERVED.has(token.text)) throw this.syntaxError();
    this.next();
    return this.rules.isMySql ? token.written : token.text;
  }

  isName(): boolean {
    const { type, text } = this.token;
    return type === "quoted" || (type === "word" && !RESERVED.has(text));
  }

  /** `name` or `schema.name`; the schema `public` is left out. */
  qualifiedName(): string {
    const first = this.name();
    if (!this.takeOperator(".")) return first;
    const second = this.name();
    return first === "public" ? second : `${first}.${second}`;
  }

  /** A name, a string, or any word: values of options. */
  anyText(): string {
    const { token } = this;
    if (token.type === "end" || token.type === "operator") throw this.syntaxError();
    this.next();
    return token.type === "word" ? token.written : token.text;
  }

  string(): string {
    if (this.token.type !== "string") throw this.syntaxError();
    return this.next().text;
  }

  integer(): number {
    const sign = this.takeOperator("-") ? -1 : 1;
    if (this.token.type !== "number" || !/^\d+$/.test(this.token.text)) throw this.syntaxError();
    return sign * Number(this.next().text);
  }

  names(): string[] {
    return this.inParentheses(() => this.list(() => this.name()));
  }

  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeOperator(",")) items.push(item());
    return items;
  }

  inParentheses<T>(inner: () => T): T {
    this.expectOperator("(");
    const value = this.nested(inner);
    this.expectOperator(")");
    return value;
  }

  /** Counts the depth, which the host's stack limits. */
  nested<T>(inner: () => T): T {
    if (++this.#depth > MAX_DEPTH) {
      throw new SqlError({
        kind: "other",
        message: "stack depth limit exceeded",
        code: "54001",
        number: 1436,
        hint: 'Increase the configuration parameter "max_stack_depth" (currently 2048kB), after ensuring the platform\'s stack depth limit is adequate.',
      });
    }
    const value = inner();
    this.#depth--;
    return value;
  }

  /** Skips tokens up to this operator, which stays. */
  skipTo(text: string): void {
    while (!this.isEnd && !this.isOperator(text)) this.next();
  }

  /** Skips tokens up to the end of the statement. */
  skip(): void {
    while (!this.isEnd) this.next();
  }
}

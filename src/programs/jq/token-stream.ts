/** The tokens of a program with one token of look-ahead, and the texts of syntax errors. */
import type { Token } from "./lexer.ts";
import { type CompileProblem, JqSyntaxError } from "./syntax.ts";

type TextToken = Extract<Token, { text: string }>;

export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Brackets and conditions that are open, innermost last. They decide about a second message of an error. */
  readonly open: { type: "bracket" | "if" | "try"; at: number }[] = [];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#tokens[this.#at]!;
  }

  get following(): Token | undefined {
    return this.#tokens[this.#at + 1];
  }

  take(): Token {
    const token = this.next;
    if (token.type !== "end") this.#at++;
    return token;
  }

  is(type: "operator" | "keyword", ...texts: string[]): boolean {
    const { next } = this;
    return next.type === type && texts.includes(next.text);
  }

  /** Takes the next token if it is this operator or keyword. */
  accept(text: string): boolean {
    const found = this.is("operator", text) || this.is("keyword", text);
    if (found) this.#at++;
    return found;
  }

  expect(text: string, expected?: string): void {
    if (!this.accept(text)) this.fail(expected);
  }

  expectName(expected?: string): TextToken {
    const { next } = this;
    if (next.type !== "identifier" && next.type !== "keyword") this.fail(expected);
    this.#at++;
    return next as TextToken;
  }

  /** `expected`: the tokens that the grammar allows here, where the message names it. */
  fail(expected?: string): never {
    const { next } = this;
    const list = expected === undefined ? "" : `, expecting ${expected}`;
    const message = `syntax error, unexpected ${nameOf(next)}${list} (Unix shell quoting issues?)`;
    const problems: CompileProblem[] = [{ message, at: next.at }];
    const around = this.open.at(-1);
    if (around && around.type !== "bracket") {
      problems.push({ message: `Possibly unterminated '${around.type}' statement`, at: around.at });
    }
    if (this.#at > 0 && isBreak(this.#tokens[this.#at - 1]!)) {
      const { at } = this.#tokens[this.#at - 1]!;
      problems.push({ message: "break requires a label to break to", at });
    }
    throw new JqSyntaxError(problems);
  }
}

function isBreak(token: Token): boolean {
  return token.type === "identifier" && token.text === "break";
}

function nameOf(token: Token): string {
  switch (token.type) {
    case "end":
      return "$end";
    case "identifier":
      return "IDENT";
    case "field":
      return "FIELD";
    case "format":
      return "FORMAT";
    case "number":
      return "LITERAL";
    case "string":
      return "QQSTRING_START";
    default:
      return token.text.length === 1 ? `'${token.text}'` : token.text;
  }
}

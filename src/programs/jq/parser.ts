/** Parses jq programs. Source: the grammar of jq 1.7 (parser.y), whose texts of errors are those of 1.6. */
import { MAX_JQ_NESTING } from "../../lib/container-limits.ts";
import type { Grammar } from "./grammar.ts";
import { type Token, tokensOf } from "./lexer.ts";
import { parsePatterns } from "./patterns.ts";
import { type Definition, JqSyntaxError, type Node, type Pattern } from "./syntax.ts";
import { parseTerm } from "./terms.ts";
import { TokenStream } from "./token-stream.ts";

/** Parses a program; an empty one is `.`. @throws JqSyntaxError */
export function parseProgram(text: string): Node {
  const parser = new Parser(new TokenStream(tokensOf(text)));
  return parser.program();
}

/** Binary operators by precedence, weakest first. */
const LEVELS: readonly { operators: readonly string[]; side: "left" | "right" | "none" }[] = [
  { operators: ["//"], side: "right" },
  { operators: ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="], side: "none" },
  { operators: ["or"], side: "left" },
  { operators: ["and"], side: "left" },
  { operators: ["==", "!=", "<", "<=", ">", ">="], side: "none" },
  { operators: ["+", "-"], side: "left" },
  { operators: ["*", "/", "%"], side: "left" },
];
const ASSIGNMENTS = new Set(LEVELS[1]!.operators);

class Parser implements Grammar {
  readonly tokens: TokenStream;
  #depth = 0;

  constructor(tokens: TokenStream) {
    this.tokens = tokens;
  }

  program(): Node {
    const { tokens } = this;
    if (this.#isAtEnd()) return { type: "identity" };
    if (tokens.is("operator", ...INITIAL_REFUSED)) tokens.fail("$end");
    const definitions: Definition[] = [];
    while (tokens.is("keyword", "def")) definitions.push(this.definition());
    const isEmpty = definitions.length > 0 && this.#isAtEnd();
    const body: Node = isEmpty ? { type: "identity" } : this.pipe();
    if (!this.#isAtEnd()) tokens.fail("$end");
    return definitions.reduceRight<Node>((rest, definition) => ({ type: "define", definition, rest }), body);
  }

  #isAtEnd(): boolean {
    return this.tokens.next.type === "end";
  }

  pipe(): Node {
    const { tokens } = this;
    return this.nested(() => {
      if (tokens.is("keyword", "def")) {
        const definition = this.definition();
        return { type: "define", definition, rest: this.pipe() };
      }
      if (tokens.accept("label")) {
        tokens.expect("$");
        const { text } = tokens.expectName();
        tokens.expect("|");
        return { type: "label", name: text, body: this.pipe() };
      }
      const left = this.comma();
      return tokens.accept("|") ? { type: "pipe", left, right: this.pipe() } : left;
    });
  }

  comma(): Node {
    let left = this.binary(0);
    while (this.tokens.accept(",")) left = { type: "comma", left, right: this.binary(0) };
    return left;
  }

  binary(level: number): Node {
    const rules = LEVELS[level];
    if (!rules) return this.nested(() => parseTerm(this));
    const { tokens } = this;
    let left = this.binary(level + 1);
    for (;;) {
      const { next } = tokens;
      const isOperator = next.type === "operator" || next.type === "keyword";
      if (!isOperator || !rules.operators.includes(next.text)) return left;
      tokens.take();
      const right = rules.side === "right" ? this.binary(level) : this.binary(level + 1);
      left = binaryNode(next.text, left, right, next.at);
      if (rules.side === "none") {
        if (tokens.next.type === "operator" && rules.operators.includes(tokens.next.text)) tokens.fail();
        return left;
      }
      if (rules.side === "right") return left;
    }
  }

  definition(): Definition {
    const { tokens } = this;
    tokens.expect("def");
    const { text: name } = tokens.expectName();
    const parameters: { name: string; isValue: boolean }[] = [];
    if (tokens.accept("(")) {
      do {
        const isValue = tokens.accept("$");
        parameters.push({ name: tokens.expectName().text, isValue });
      } while (tokens.accept(";"));
      tokens.expect(")", "';' or ')'");
    }
    tokens.expect(":", parameters.length === 0 ? "':' or '('" : "':'");
    let body = this.pipe();
    tokens.expect(";");
    // `$name` binds the value of the argument, which keeps its form as a function, too.
    for (const parameter of [...parameters].reverse()) {
      if (!parameter.isValue) continue;
      const source: Node = { type: "call", name: parameter.name, args: [], at: 0 };
      body = { type: "bind", source, patterns: [{ type: "variable", name: parameter.name }], body };
    }
    return { name, parameters: parameters.map((parameter) => parameter.name), body };
  }

  patterns(): Pattern[] {
    return parsePatterns(this);
  }

  text(token: Token, format: string | undefined): Node {
    if (token.type !== "string") throw new TypeError("a text is expected");
    const parts = token.parts.map((part) => {
      if (typeof part === "string") return part;
      const inner = new Parser(new TokenStream(part));
      const node = inner.pipe();
      if (inner.tokens.next.type !== "end") inner.tokens.fail();
      return node;
    });
    const [only] = parts;
    if (parts.length === 1 && typeof only === "string") return { type: "literal", value: only };
    return { type: "text", format, parts };
  }

  nested<T>(rule: () => T): T {
    if (++this.#depth > MAX_JQ_NESTING) throw new JqSyntaxError([{ message: "memory exhausted", at: 0 }]);
    const result = rule();
    this.#depth--;
    return result;
  }
}

/** Tokens that no program begins with. */
const INITIAL_REFUSED = ["%", ")", "]", "}", ",", "|", ";", ":", "*", "/", "+", "=", "==", "//", "<", ">", "?"];

function binaryNode(operator: string, left: Node, right: Node, at: number): Node {
  if (operator === "and" || operator === "or") return { type: operator, left, right };
  if (operator === "//") return { type: "alternative", left, right };
  if (ASSIGNMENTS.has(operator)) return { type: "assign", operator, left, right };
  return { type: "binary", operator, left, right, at };
}

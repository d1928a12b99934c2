/** Parses arithmetic expressions of shells: C's operators on 64-bit integers, variables, elements of arrays. */

export type Arithmetic =
  | { type: "number"; value: bigint }
  | { type: "variable"; name: string; key?: string; text: string }
  | { type: "unary"; operator: "+" | "-" | "!" | "~"; operand: Arithmetic }
  | { type: "step"; operator: "++" | "--"; isPrefix: boolean; variable: Arithmetic & { type: "variable" } }
  | { type: "binary"; operator: string; left: Arithmetic; right: Arithmetic; rightText: string }
  | { type: "choice"; test: Arithmetic; consequent: Arithmetic; alternate: Arithmetic }
  | {
      type: "assignment";
      operator: string;
      variable: Arithmetic & { type: "variable" };
      value: Arithmetic;
      text: string;
    };

/** `rest` is the text at which the parser stopped. */
export class ArithmeticSyntaxError extends Error {
  override name = "ArithmeticSyntaxError";
  readonly rest: string;
  readonly code: "operand" | "other";

  constructor(message: string, rest: string, code: ArithmeticSyntaxError["code"] = "other") {
    super(message);
    this.code = code;
    this.rest = rest;
  }
}

const MAX_DEPTH = 256;

/** Binary operators by precedence, weakest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

const TOKEN = /\s*(\*\*|<<=|>>=|\+\+|--|&&|\|\||<<|>>|[-+*/%&|^<>=!]=|[-+*/%&|^<>=!~?:,()]|[A-Za-z_]\w*|\d[\w@#]*)/y;
const ASSIGNMENTS = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];

class Parser {
  readonly #text: string;
  /** Without `++`, `--`, `**`, `,` and `base#digits`, as in POSIX. */
  readonly #isPlain: boolean;
  #at = 0;
  #depth = 0;
  /** Position of the last token: an expression that ends too early is reported there. */
  #last = 0;

  constructor(text: string, isPlain: boolean) {
    this.#text = text;
    this.#isPlain = isPlain;
  }

  parseAll(): Arithmetic {
    const result = this.#comma();
    if (this.#rest() !== "") this.#fail("syntax error in expression");
    return result;
  }

  #rest(): string {
    return this.#text.slice(this.#at).trimStart();
  }

  #fail(message: string): never {
    throw new ArithmeticSyntaxError(message, this.#rest());
  }

  /** The next token, without taking it. */
  #peek(): string {
    TOKEN.lastIndex = this.#at;
    return TOKEN.exec(this.#text)?.[1] ?? "";
  }

  #take(): string {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.#text)?.[1] ?? "";
    if (token === "") return token;
    this.#at = TOKEN.lastIndex;
    this.#last = this.#at - token.length;
    return token;
  }

  #accept(...tokens: readonly string[]): string | undefined {
    const token = this.#peek();
    return tokens.includes(token) ? this.#take() : undefined;
  }

  #comma(): Arithmetic {
    let left = this.#assignment();
    while (!this.#isPlain && this.#accept(",")) {
      left = { type: "binary", operator: ",", left, right: this.#assignment(), rightText: "" };
    }
    return left;
  }

  #assignment(): Arithmetic {
    if (++this.#depth > MAX_DEPTH) this.#fail("expression recursion level exceeded");
    const start = this.#at;
    const left = this.#choice();
    const operator = this.#accept(...ASSIGNMENTS);
    let result: Arithmetic = left;
    if (operator !== undefined) {
      if (left.type !== "variable") {
        this.#at -= operator.length;
        this.#fail("attempted assignment to non-variable");
      }
      const value = this.#assignment();
      result = { type: "assignment", operator, variable: left, value, text: this.#text.slice(start, this.#at) };
    }
    this.#depth--;
    return result;
  }

  #choice(): Arithmetic {
    const test = this.#binary(0);
    if (!this.#accept("?")) return test;
    const consequent = this.#comma();
    if (!this.#accept(":")) this.#fail("`:' expected for conditional expression");
    return { type: "choice", test, consequent, alternate: this.#assignment() };
  }

  #binary(level: number): Arithmetic {
    const operators = LEVELS[level];
    if (!operators) return this.#power();
    let left = this.#binary(level + 1);
    for (let operator = this.#accept(...operators); operator !== undefined; operator = this.#accept(...operators)) {
      const start = this.#at;
      const right = this.#binary(level + 1);
      left = { type: "binary", operator, left, right, rightText: this.#text.slice(start).trimStart() };
    }
    return left;
  }

  #power(): Arithmetic {
    const left = this.#unary();
    if (this.#isPlain || !this.#accept("**")) return left;
    const start = this.#at;
    const right = this.#power();
    return { type: "binary", operator: "**", left, right, rightText: this.#text.slice(start).trimStart() };
  }

  #unary(): Arithmetic {
    if (++this.#depth > MAX_DEPTH) this.#fail("expression recursion level exceeded");
    const result = this.#readUnary();
    this.#depth--;
    return result;
  }

  #readUnary(): Arithmetic {
    const operator = this.#accept("+", "-", "!", "~", "++", "--");
    if (operator === undefined) return this.#postfix();
    if (operator === "++" || operator === "--") {
      if (this.#isPlain) this.#at -= 1;
      if (this.#isPlain) return { type: "unary", operator: operator === "++" ? "+" : "-", operand: this.#unary() };
      const before = this.#at;
      const operand = this.#unary();
      if (operand.type === "variable") return { type: "step", operator, isPrefix: true, variable: operand };
      // `--5` is twice a sign.
      this.#at = before;
      const sign = operator === "++" ? "+" : "-";
      return { type: "unary", operator: sign, operand: { type: "unary", operator: sign, operand: this.#unary() } };
    }
    return { type: "unary", operator: operator as "+" | "-" | "!" | "~", operand: this.#unary() };
  }

  #postfix(): Arithmetic {
    const operand = this.#primary();
    if (operand.type !== "variable") return operand;
    const operator = this.#isPlain ? undefined : this.#accept("++", "--");
    return operator === undefined
      ? operand
      : { type: "step", operator: operator as "++" | "--", isPrefix: false, variable: operand };
  }

  #primary(): Arithmetic {
    const token = this.#peek();
    if (token === "(") {
      this.#take();
      const inner = this.#comma();
      if (!this.#accept(")")) this.#fail("missing `)'");
      return inner;
    }
    if (/^\d/.test(token)) {
      const value = parseInteger(token, this.#isPlain);
      if (value === undefined) this.#fail("value too great for base");
      this.#take();
      return { type: "number", value };
    }
    if (/^[A-Za-z_]/.test(token)) return this.#variable();
    const rest = this.#rest() || this.#text.slice(this.#last);
    throw new ArithmeticSyntaxError("syntax error: operand expected", rest, "operand");
  }

  #variable(): Arithmetic & { type: "variable" } {
    const name = this.#take();
    if (this.#text[this.#at] !== "[") return { type: "variable", name, text: name };
    let depth = 0;
    const start = this.#at + 1;
    for (let at = this.#at; at < this.#text.length; at++) {
      if (this.#text[at] === "[") depth++;
      if (this.#text[at] === "]" && --depth === 0) {
        this.#at = at + 1;
        const key = this.#text.slice(start, at);
        return { type: "variable", name, key, text: `${name}[${key}]` };
      }
    }
    return this.#fail("bad array subscript");
  }
}

/** Decimal, 0octal, 0xhex and, unless plain, base#digits; undefined if it is none of them. */
export function parseInteger(text: string, isPlain = false): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (/^0[0-7]*$/.test(text)) return BigInt.asIntN(64, BigInt(`0o${text.slice(1) || "0"}`));
  if (/^[1-9]\d*$/.test(text)) return BigInt.asIntN(64, BigInt(text));
  if (isPlain) return undefined;
  const [, base, digits] = /^(\d+)#([\w@]+)$/.exec(text) ?? [];
  return base === undefined || digits === undefined ? undefined : inBase(Number(base), digits);
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";

function inBase(base: number, digits: string): bigint | undefined {
  if (base < 2 || base > 64) return undefined;
  let value = 0n;
  for (const each of base <= 36 ? digits.toLowerCase() : digits) {
    const digit = DIGITS.indexOf(each);
    if (digit < 0 || digit >= base) return undefined;
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
  }
  return value;
}

/** Undefined for an empty expression, which is 0. Throws ArithmeticSyntaxError. */
export function parseArithmetic(text: string, isPlain = false): Arithmetic | undefined {
  return text.trim() === "" ? undefined : new Parser(text, isPlain).parseAll();
}

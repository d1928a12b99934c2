/** Evaluates arithmetic expressions in 64-bit integers that wrap around. */
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { type Arithmetic, ArithmeticSyntaxError, parseArithmetic, parseInteger } from "./arithmetic-parser.ts";

/** Variables as expressions see them. `key` is the text between the brackets. */
export interface ArithmeticScope {
  get(name: string, key: string | undefined): string | undefined;
  set(name: string, key: string | undefined, value: string): void;
  /** Unset variables are an error (set -u). */
  readonly failsOnUnset: boolean;
  /** Only the operators of POSIX. */
  readonly isPlain: boolean;
}

/** An error of evaluation. `token` is where the shell says that it happened. */
export class ArithmeticError extends Error {
  override name = "ArithmeticError";
  readonly code: "syntax" | "operand" | "zero" | "exponent" | "recursion" | "unset";
  readonly token: string;
  readonly expression: string;

  constructor(code: ArithmeticError["code"], message: string, at: { token: string; expression: string }) {
    super(message);
    this.code = code;
    this.token = at.token;
    this.expression = at.expression;
  }
}

const MAX_RECURSION = 64;
const CACHED_EXPRESSIONS = 512;
const parsed = new BoundedCache<string, { tree: Arithmetic | undefined } | ArithmeticSyntaxError>(CACHED_EXPRESSIONS);

/** The value of an expression whose expansions are done. Throws ArithmeticError. */
export function evaluateArithmetic(text: string, scope: ArithmeticScope): bigint {
  return new Evaluation(text, scope, 0).value();
}

class Evaluation {
  readonly #text: string;
  readonly #scope: ArithmeticScope;
  readonly #depth: number;

  constructor(text: string, scope: ArithmeticScope, depth: number) {
    this.#text = text;
    this.#scope = scope;
    this.#depth = depth;
  }

  value(): bigint {
    const { isPlain } = this.#scope;
    const integer = parseInteger(this.#text, isPlain);
    if (integer !== undefined) return integer;
    const text = this.#text.replaceAll('"', "");
    const tree = parsed.getOrCompute(`${isPlain}${text}`, () => {
      try {
        return { tree: parseArithmetic(text, isPlain) };
      } catch (error) {
        if (error instanceof ArithmeticSyntaxError) return error;
        throw error;
      }
    });
    if (tree instanceof ArithmeticSyntaxError)
      this.#fail(tree.code === "operand" ? "operand" : "syntax", tree.message, tree.rest);
    return tree.tree ? this.#of(tree.tree) : 0n;
  }

  #fail(code: ArithmeticError["code"], message: string, token: string): never {
    throw new ArithmeticError(code, message, { token, expression: this.#text.trim() });
  }

  #of(node: Arithmetic): bigint {
    switch (node.type) {
      case "number":
        return node.value;
      case "variable":
        return this.#read(node);
      case "unary":
        return this.#unary(node.operator, this.#of(node.operand));
      case "step": {
        const before = this.#read(node.variable);
        const after = BigInt.asIntN(64, node.operator === "++" ? before + 1n : before - 1n);
        this.#scope.set(node.variable.name, node.variable.key, String(after));
        return node.isPrefix ? after : before;
      }
      case "choice":
        return this.#of(node.test) !== 0n ? this.#of(node.consequent) : this.#of(node.alternate);
      case "assignment": {
        const right = this.#of(node.value);
        const operator = node.operator.slice(0, -1);
        const value = operator === "" ? right : this.#binary(operator, this.#read(node.variable), right, node.text);
        this.#scope.set(node.variable.name, node.variable.key, String(value));
        return value;
      }
      case "binary": {
        if (node.operator === "&&") return this.#of(node.left) !== 0n && this.#of(node.right) !== 0n ? 1n : 0n;
        if (node.operator === "||") return this.#of(node.left) !== 0n || this.#of(node.right) !== 0n ? 1n : 0n;
        const left = this.#of(node.left);
        return this.#binary(node.operator, left, this.#of(node.right), node.rightText);
      }
    }
  }

  #read({ name, key, text }: Arithmetic & { type: "variable" }): bigint {
    const value = this.#scope.get(name, key);
    if (value === undefined) {
      if (this.#scope.failsOnUnset) this.#fail("unset", `${text}: unbound variable`, "");
      return 0n;
    }
    if (value === "") return 0n;
    if (this.#depth >= MAX_RECURSION) this.#fail("recursion", "expression recursion level exceeded", value);
    return new Evaluation(value, this.#scope, this.#depth + 1).value();
  }

  #unary(operator: string, value: bigint): bigint {
    switch (operator) {
      case "-":
        return BigInt.asIntN(64, -value);
      case "!":
        return value === 0n ? 1n : 0n;
      case "~":
        return ~value;
      default:
        return value;
    }
  }

  #binary(operator: string, left: bigint, right: bigint, rightText: string): bigint {
    switch (operator) {
      case "/":
      case "%":
        if (right === 0n) this.#fail("zero", "division by 0", rightText);
        return BigInt.asIntN(64, operator === "/" ? left / right : left % right);
      case "**":
        if (right < 0n) this.#fail("exponent", "exponent less than 0", rightText);
        return power(left, right);
      default:
        return OPERATORS[operator]!(left, right);
    }
  }
}

/** By squaring, in 64 bits at each step. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

const truth = (condition: boolean) => (condition ? 1n : 0n);
const wrap = (value: bigint) => BigInt.asIntN(64, value);

const OPERATORS: Record<string, (left: bigint, right: bigint) => bigint> = {
  "+": (left, right) => wrap(left + right),
  "-": (left, right) => wrap(left - right),
  "*": (left, right) => wrap(left * right),
  "<<": (left, right) => wrap(left << (right & 63n)),
  ">>": (left, right) => wrap(left >> (right & 63n)),
  "<": (left, right) => truth(left < right),
  "<=": (left, right) => truth(left <= right),
  ">": (left, right) => truth(left > right),
  ">=": (left, right) => truth(left >= right),
  "==": (left, right) => truth(left === right),
  "!=": (left, right) => truth(left !== right),
  "&": (left, right) => left & right,
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
  ",": (_left, right) => right,
};

/** `test` and `[`. */
import { type Context, complain } from "../context.ts";
import { compareFiles, isUnaryTest, testUnary } from "../frames/file-tests.ts";
import type { Builtin } from "./builtin.ts";

/** A wrong expression. The message has no prefix yet. */
class TestError extends Error {
  override name = "TestError";
}

export const test: Builtin = (call) => evaluate(call.context, call.name, call.args);

export const bracket: Builtin = (call) => {
  if (call.args.at(-1) !== "]") {
    report(call.context, call.name, call.context.shell.flavour === "bash" ? "missing `]'" : "missing ]");
    return 2;
  }
  return evaluate(call.context, call.name, call.args.slice(0, -1));
};

function evaluate(context: Context, name: string, args: readonly string[]): number {
  try {
    return new Expression(context, args).value() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    report(context, name, error.message);
    return 2;
  }
}

function report(context: Context, name: string, message: string): void {
  complain(context, message, context.shell.flavour === "busybox" ? undefined : name);
}

const BINARY = ["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];

class Expression {
  readonly #context: Context;
  readonly #args: readonly string[];
  #at = 0;

  constructor(context: Context, args: readonly string[]) {
    this.#context = context;
    this.#args = args;
  }

  /** POSIX decides by the number of arguments up to four. */
  value(): boolean {
    const args = this.#args;
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return args[0] !== "";
      case 2:
        return this.#two(args);
      case 3:
        return this.#three(args);
      case 4:
        if (args[0] === "!") return !this.#three(args.slice(1));
        if (args[0] === "(" && args[3] === ")") return this.#two(args.slice(1, 3));
        return this.#whole();
      default:
        return this.#whole();
    }
  }

  #two(args: readonly string[]): boolean {
    const [first, second] = [args[0]!, args[1]!];
    if (first === "!") return second === "";
    if (isUnaryTest(first)) return testUnary(this.#context, first, second);
    const { flavour } = this.#context.shell;
    if (flavour === "bash") throw new TestError(`${first}: unary operator expected`);
    if (BINARY.includes(second)) throw new TestError(`${second}: argument expected`);
    throw new TestError(flavour === "dash" ? `${first}: unexpected operator` : `${second}: unknown operand`);
  }

  #three(args: readonly string[]): boolean {
    const [first, second, third] = [args[0]!, args[1]!, args[2]!];
    if (BINARY.includes(second)) return this.#binary(first, second, third);
    if (second === "-a") return first !== "" && third !== "";
    if (second === "-o") return first !== "" || third !== "";
    if (first === "!") return !this.#two(args.slice(1));
    if (first === "(" && third === ")") return second !== "";
    const { flavour } = this.#context.shell;
    if (flavour === "bash") throw new TestError(`${second}: binary operator expected`);
    throw new TestError(flavour === "dash" ? `${first}: unexpected operator` : `${second}: unknown operand`);
  }

  #whole(): boolean {
    const value = this.#or();
    if (this.#at < this.#args.length) {
      const { flavour } = this.#context.shell;
      if (flavour === "bash") throw new TestError("too many arguments");
      throw new TestError(
        flavour === "dash"
          ? `${this.#args[this.#at]}: unexpected operator`
          : `${this.#args[this.#at]}: unknown operand`,
      );
    }
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#accept("-o")) value = this.#and() || value;
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#accept("-a")) value = this.#not() && value;
    return value;
  }

  #accept(word: string): boolean {
    if (this.#args[this.#at] !== word) return false;
    this.#at++;
    return true;
  }

  #not(): boolean {
    return this.#accept("!") ? !this.#not() : this.#primary();
  }

  #primary(): boolean {
    const args = this.#args;
    const first = args[this.#at++];
    if (first === undefined) throw new TestError("argument expected");
    const next = args[this.#at];
    if (next !== undefined && BINARY.includes(next) && this.#at + 1 < args.length) {
      this.#at += 2;
      return this.#binary(first, next, args[this.#at - 1]!);
    }
    if (first === "(") {
      const value = this.#or();
      if (!this.#accept(")"))
        throw new TestError(this.#context.shell.flavour === "bash" ? "`)' expected" : "closing paren expected");
      return value;
    }
    if (isUnaryTest(first) && next !== undefined) {
      this.#at++;
      return testUnary(this.#context, first, next);
    }
    return first !== "";
  }

  #binary(left: string, operator: string, right: string): boolean {
    switch (operator) {
      case "=":
        return left === right;
      case "==":
        if (this.#context.shell.flavour === "dash") throw new TestError(`${left}: unexpected operator`);
        return left === right;
      case "!=":
        return left !== right;
      case "<":
        return left < right;
      case ">":
        return left > right;
      case "-nt":
      case "-ot":
      case "-ef":
        return compareFiles(this.#context, operator, left, right);
      default: {
        const [a, b] = [this.#number(left), this.#number(right)];
        const results: Record<string, boolean> = {
          "-eq": a === b,
          "-ne": a !== b,
          "-lt": a < b,
          "-le": a <= b,
          "-gt": a > b,
          "-ge": a >= b,
        };
        return results[operator]!;
      }
    }
  }

  #number(text: string): bigint {
    if (/^\s*[-+]?\d+\s*$/.test(text)) return BigInt(text.trim().replace(/^\+/, ""));
    const { flavour } = this.#context.shell;
    if (flavour === "bash") throw new TestError(`${text}: integer expression expected`);
    throw new TestError(flavour === "dash" ? `Illegal number: ${text}` : `${text}: bad number`);
  }
}

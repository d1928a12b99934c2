/** expr: 64-bit arithmetic, comparisons, regular expressions on the arguments. Exit status 1: the result is empty or 0. */
import { compilePosix } from "../../lib/posix-regex.ts";
import { PosixSyntaxError } from "../../lib/posix-syntax.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";

export const expr = tool(
  (call) => {
    const words = call.args[0] === "--" ? call.args.slice(1) : call.args;
    if (words.length === 0)
      throw call.flavour === "gnu"
        ? new MissingOperand("missing operand", { status: 2 })
        : new UsageError("too few arguments", { status: 2, hasHint: false });
    const value = new Evaluation(call, words).run();
    call.print(`${value}\n`);
    return value === "" || /^-?0+$/.test(value) ? 1 : 0;
  },
  { usageStatus: 2 },
);

const LEVELS: readonly (readonly string[])[] = [
  ["|"],
  ["&"],
  ["<", "<=", "=", "==", "!=", ">=", ">"],
  ["+", "-"],
  ["*", "/", "%"],
  [":"],
];

class Evaluation {
  readonly #call: Call;
  readonly #words: readonly string[];
  #at = 0;

  constructor(call: Call, words: readonly string[]) {
    this.#call = call;
    this.#words = words;
  }

  run(): string {
    const value = this.#level(0);
    if (this.#at < this.#words.length) throw this.#syntax(`unexpected argument ${quoted(this.#words[this.#at]!)}`);
    return value;
  }

  #syntax(detail: string): UsageError {
    return new UsageError(this.#call.flavour === "gnu" ? `syntax error: ${detail}` : "syntax error", {
      status: 2,
      hasHint: false,
    });
  }

  #level(level: number): string {
    const operators = LEVELS[level];
    if (!operators) return this.#primary();
    let left = this.#level(level + 1);
    for (;;) {
      const operator = this.#words[this.#at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at++;
      left = this.#apply(operator, left, this.#level(level + 1));
    }
  }

  #apply(operator: string, left: string, right: string): string {
    const isTrue = (text: string) => text !== "" && !/^-?0+$/.test(text);
    if (operator === "|") return isTrue(left) ? left : isTrue(right) ? right : "0";
    if (operator === "&") return isTrue(left) && isTrue(right) ? left : "0";
    if (operator === ":") return this.#match(left, right);
    if (LEVELS[2]!.includes(operator)) return compare(operator, left, right) ? "1" : "0";
    const [a, b] = [left, right].map((text) => {
      if (!/^-?\d+$/.test(text))
        throw new UsageError(this.#call.flavour === "gnu" ? "non-integer argument" : "non-numeric argument", {
          status: 2,
          hasHint: false,
        });
      return BigInt(text);
    });
    if ((operator === "/" || operator === "%") && b === 0n)
      throw new UsageError("division by zero", { status: 2, hasHint: false });
    const results: Record<string, () => bigint> = {
      "+": () => a! + b!,
      "-": () => a! - b!,
      "*": () => a! * b!,
      "/": () => a! / b!,
      "%": () => a! % b!,
    };
    return results[operator]!().toString();
  }

  #match(text: string, pattern: string): string {
    try {
      const regex = compilePosix(pattern, { isExtended: false });
      const match = regex.find(text);
      const isAtStart = match?.[0]?.[0] === 0;
      if (regex.groups > 0) return isAtStart && match![1]![0] >= 0 ? text.slice(match![1]![0], match![1]![1]) : "";
      return isAtStart ? String(match![0]![1]) : "0";
    } catch (error) {
      if (!(error instanceof PosixSyntaxError)) throw error;
      throw new UsageError(error.message, { status: 2, hasHint: false });
    }
  }

  #next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw this.#syntax(`missing argument after ${quoted(this.#words.at(-1) ?? "")}`);
    return word;
  }

  #primary(): string {
    const word = this.#next();
    const hasMore = this.#at < this.#words.length;
    if (word === "(") {
      const value = this.#level(0);
      if (this.#words[this.#at++] !== ")")
        throw this.#syntax(`expecting ')' after ${quoted(this.#words[this.#at - 2] ?? "")}`);
      return value;
    }
    if (word === "+" && hasMore) return this.#next();
    if (word === "length" && hasMore) return String(this.#primary().length);
    if (word === "match" && hasMore) return this.#match(this.#primary(), this.#primary());
    if (word === "index" && hasMore) {
      const [text, set] = [this.#primary(), this.#primary()];
      return String([...text].findIndex((character) => set.includes(character)) + 1);
    }
    if (word === "substr" && hasMore) {
      const [text, from, length] = [this.#primary(), Number(this.#primary()), Number(this.#primary())];
      return from > 0 && length > 0 ? text.slice(from - 1, from - 1 + length) : "";
    }
    return word;
  }
}

function compare(operator: string, left: string, right: string): boolean {
  const isNumeric = /^-?\d+$/.test(left) && /^-?\d+$/.test(right);
  const order = isNumeric
    ? BigInt(left) < BigInt(right)
      ? -1
      : BigInt(left) > BigInt(right)
        ? 1
        : 0
    : left < right
      ? -1
      : left > right
        ? 1
        : 0;
  const results: Record<string, boolean> = {
    "<": order < 0,
    "<=": order <= 0,
    "=": order === 0,
    "==": order === 0,
    "!=": order !== 0,
    ">=": order >= 0,
    ">": order > 0,
  };
  return results[operator]!;
}

/** echo, basename, dirname, seq, true, false, test, expr: programs about their arguments. */
import { type Call, type Flavour, MissingOperand, type Tool, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { baseName, directoryName } from "../base/paths.ts";
import { withUsage } from "../processes/waiting.ts";
import { expandEscapes } from "./escapes.ts";

export const true_ = tool(() => 0);
export const false_ = tool(() => 1);

export const echo = tool((call) => {
  let at = 0;
  let hasNewline = true;
  let escapes = false;
  for (; at < call.args.length && /^-[neE]+$/.test(call.args[at]!); at++) {
    for (const letter of call.args[at]!.slice(1)) {
      if (letter === "n") hasNewline = false;
      else escapes = letter === "e";
    }
  }
  const text = call.args.slice(at).join(" ");
  if (!escapes) call.print(text + (hasNewline ? "\n" : ""));
  else {
    const { result, isCut } = expandEscapes(text, "echo");
    call.print(result + (hasNewline && !isCut ? "\n" : ""));
  }
  return 0;
});

export const basename = tool((call) => {
  const options = readOptions(call, {
    short: "as:z",
    long: { multiple: "a", suffix: "s", zero: "z" },
    stopsAtOperand: true,
  });
  const { operands } = options;
  if (operands.length === 0) throw new MissingOperand("missing operand");
  const isMany = options.has("a", "s");
  if (!isMany && operands.length > 2) throw new MissingOperand(`extra operand ${quoted(operands[2]!)}`);
  const suffix = options.value("s") ?? (isMany ? "" : (operands[1] ?? ""));
  for (const name of isMany ? operands : operands.slice(0, 1)) {
    const base = baseName(name);
    const isSuffixed = suffix !== "" && base !== suffix && base.endsWith(suffix);
    call.print((isSuffixed ? base.slice(0, -suffix.length) : base) + (options.has("z") ? "\0" : "\n"));
  }
  return 0;
});

export const dirname = tool((call) => {
  const options = readOptions(call, { short: "z", long: { zero: "z" }, stopsAtOperand: true });
  if (options.operands.length === 0) throw new MissingOperand("missing operand");
  for (const name of options.operands) call.print(directoryName(name) + (options.has("z") ? "\0" : "\n"));
  return 0;
});

/** Numbers that seq writes at once. */
const NUMBERS_PER_PIECE = 2048;
/** Numbers that take the host's time of one step. */
const NUMBERS_PER_STEP = 16;

/** Writes in pieces, so that `seq 1000000000` works behind `head`. */
export const seq: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const { state } = process;
      const { count, item, glue } = sequenceOf(process.argv.slice(1), flavour);
      for (let at = Number(state.at ?? 0); at < count; state.at = at) {
        const end = Math.min(count, at + NUMBERS_PER_PIECE);
        let text = "";
        while (at < end) text += `${item(at)}${++at === count ? "\n" : glue}`;
        process.charge(NUMBERS_PER_PIECE / NUMBERS_PER_STEP);
        state.at = at;
        if (!process.write(1, text) && at < count) return { type: "wait", for: [{ type: "writable", fd: 1 }] };
      }
      return { type: "exit", status: 0 };
    }),
});

interface Sequence {
  count: number;
  item(index: number): string;
  glue: string;
}

function sequenceOf(argv: readonly string[], flavour: Flavour): Sequence {
  // A negative number is an operand.
  const args = argv.map((argument) => (/^-[\d.]/.test(argument) ? ` ${argument}` : argument));
  const options = readOptions(
    { args, flavour },
    { short: "f:s:w", long: { format: "f", separator: "s", "equal-width": "w" } },
  );
  const numbers = options.operands.map((text) => text.trim());
  if (numbers.length === 0) throw new MissingOperand("missing operand");
  if (numbers.length > 3) throw new MissingOperand(`extra operand ${quoted(numbers[3]!)}`);
  for (const text of numbers) {
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) {
      throw new MissingOperand(`invalid floating point argument: ${quoted(text)}`);
    }
  }
  const [first, step, last] =
    numbers.length === 1
      ? ["1", "1", numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, "1", numbers[1]!]
        : (numbers as [string, string, string]);
  if (Number(step) === 0) throw new UsageError(`invalid Zero increment value: ${quoted(step)}`);
  const { count, item } = itemsOf({ first, step, last }, options.value("f"), options.has("w"));
  return { count, item, glue: options.value("s") ?? "\n" };
}

function itemsOf(
  { first, step, last }: { first: string; step: string; last: string },
  format: string | undefined,
  isPadded: boolean,
): Omit<Sequence, "glue"> {
  const digits = (text: string) => /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
  const places = Math.max(digits(first), digits(step));
  const factor = 10 ** Math.max(places, digits(last));
  const [from, by, to] = [first, step, last].map((text) => Math.round(Number(text) * factor)) as [
    number,
    number,
    number,
  ];
  const count = Math.max(0, Math.floor((to - from) / by) + 1) || 0;
  const show = (value: number) => (value / factor).toFixed(places);
  const width = isPadded && count > 0 ? Math.max(show(from).length, show(from + by * (count - 1)).length) : 0;
  const item = (index: number) => {
    const text = show(from + by * index);
    if (format !== undefined) return formatted(format, (from + by * index) / factor);
    return text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
  };
  return { count, item };
}

/** `%g`, `%03g`, `%.2f`. */
function formatted(format: string, value: number): string {
  return format.replace(
    /%([-0 +]*)(\d*)(?:\.(\d+))?([fgeE%])/,
    (_all, flags: string, width: string, places: string | undefined, kind: string) => {
      const text =
        kind === "f"
          ? value.toFixed(Number(places ?? 6))
          : kind === "g"
            ? String(Number(value.toPrecision(Number(places ?? 6))))
            : value.toExponential(Number(places ?? 6));
      return flags.includes("-")
        ? text.padEnd(Number(width))
        : text.padStart(Number(width || 0), flags.includes("0") ? "0" : " ");
    },
  );
}

/** A condition of test(1). @throws UsageError with status 2 */
export const test = tool(
  (call) => {
    const isBracket = call.name === "[";
    const words = [...call.args];
    if (isBracket && words.pop() !== "]")
      throw new UsageError(call.flavour === "gnu" ? `missing ${quoted("]")}` : "missing ]", {
        status: 2,
        hasHint: false,
      });
    return new Condition(call, words).evaluate() ? 0 : 1;
  },
  { usageStatus: 2 },
);

class Condition {
  readonly #call: Call;
  readonly #words: readonly string[];
  #at = 0;

  constructor(call: Call, words: readonly string[]) {
    this.#call = call;
    this.#words = words;
  }

  evaluate(): boolean {
    if (this.#words.length === 0) return false;
    if (this.#words.length === 1) return this.#words[0] !== "";
    const result = this.#or();
    if (this.#at < this.#words.length)
      throw new UsageError(`extra argument ${quoted(this.#words[this.#at]!)}`, { status: 2, hasHint: false });
    return result;
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#words[this.#at] === "-o") {
      this.#at++;
      result = this.#and() || result;
    }
    return result;
  }

  #and(): boolean {
    let result = this.#not();
    while (this.#words[this.#at] === "-a") {
      this.#at++;
      result = this.#not() && result;
    }
    return result;
  }

  #not(): boolean {
    if (this.#words[this.#at] !== "!" || this.#at + 1 >= this.#words.length) return this.#primary();
    this.#at++;
    return !this.#not();
  }

  #primary(): boolean {
    const [word, operator, other] = this.#words.slice(this.#at, this.#at + 3);
    if (word === undefined) throw new UsageError("argument expected", { status: 2, hasHint: false });
    if (operator !== undefined && other !== undefined && BINARY.has(operator)) {
      this.#at += 3;
      return this.#binary(word, operator, other);
    }
    if (word === "(" && this.#words.length > this.#at + 1) {
      this.#at++;
      const result = this.#or();
      if (this.#words[this.#at++] !== ")")
        throw new UsageError(`missing ${quoted(")")}`, { status: 2, hasHint: false });
      return result;
    }
    if (/^-[a-zA-Z]$/.test(word) && operator !== undefined) {
      this.#at += 2;
      return this.#unary(word[1]!, operator);
    }
    this.#at++;
    return word !== "";
  }

  #binary(left: string, operator: string, right: string): boolean {
    if (operator === "=" || operator === "==") return left === right;
    if (operator === "!=") return left !== right;
    if (operator === "<") return left < right;
    if (operator === ">") return left > right;
    const { files } = this.#call.process;
    if (operator === "-nt" || operator === "-ot" || operator === "-ef") {
      const [a, b] = [left, right].map((name) => files.find(this.#call.path(name)));
      if (operator === "-ef")
        return (
          a !== undefined &&
          b !== undefined &&
          files.realPath(this.#call.path(left)) === files.realPath(this.#call.path(right))
        );
      const [x, y] = [a?.modifiedAtMs ?? -1, b?.modifiedAtMs ?? -1];
      return operator === "-nt" ? x > y : x < y;
    }
    const isGnu = this.#call.flavour === "gnu";
    const [a, b] = [left, right].map((text) => {
      if (!/^\s*[-+]?\d+\s*$/.test(text))
        throw new UsageError(isGnu ? `invalid integer ${quoted(text)}` : `${text}: bad number`, {
          status: 2,
          hasHint: false,
        });
      return BigInt(text.trim().replace("+", ""));
    });
    return NUMERIC[operator]!(a!, b!);
  }

  #unary(letter: string, operand: string): boolean {
    const { files } = this.#call.process;
    if (letter === "n") return operand !== "";
    if (letter === "z") return operand === "";
    if (letter === "t") return this.#call.process.isTerminal(Number(operand));
    const path = this.#call.path(operand);
    const entry = letter === "h" || letter === "L" ? files.findLink(path) : files.find(path);
    if (!entry) return false;
    const access = { r: "r", w: "w", x: "x" }[letter];
    if (access) return canAccess(this.#call, path, access);
    const type = { f: "file", d: "directory", h: "link", L: "link", p: "fifo", S: "socket", c: "device" }[letter];
    if (type) return entry.type === type;
    if (letter === "s") return files.sizeBytes(entry) > 0;
    const bit = { u: 0o4000, g: 0o2000, k: 0o1000 }[letter];
    if (bit) return (entry.mode & bit) !== 0;
    if (letter === "O") return entry.uid === this.#call.process.credentials.uid;
    if (letter === "G") return entry.gid === this.#call.process.credentials.gid;
    return letter === "e" || letter === "a";
  }
}

function canAccess(call: Call, path: string, how: string): boolean {
  try {
    call.process.files.access(path, how);
    return true;
  } catch {
    return false;
  }
}

const NUMERIC: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};
const BINARY = new Set(["=", "==", "!=", "<", ">", "-nt", "-ot", "-ef", ...Object.keys(NUMERIC)]);

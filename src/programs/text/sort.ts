/** sort, tac, shuf, split, strings. */
import { FileError } from "../../files/errors.ts";
import { type Call, type Flavour, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { parseSize } from "../base/sizes.ts";
import { namesOf } from "./cat.ts";
import { linesOf } from "./fields.ts";

const SORT_RULES = {
  short: "bcCdfghik:mMno:rRsS:t:T:uVz",
  long: {
    "ignore-leading-blanks": "b",
    "dictionary-order": "d",
    "ignore-case": "f",
    "general-numeric-sort": "g",
    "human-numeric-sort": "h",
    "month-sort": "M",
    "numeric-sort": "n",
    "random-sort": "R",
    reverse: "r",
    "version-sort": "V",
    check: "?",
    key: "k",
    merge: "m",
    output: "o",
    stable: "s",
    "buffer-size": "S",
    "field-separator": "t",
    unique: "u",
    "zero-terminated": "z",
    parallel: ":",
    sort: ":",
  },
};

interface Key {
  field: number;
  character: number;
  endField?: number;
  endCharacter: number;
  flags: string;
}

type Compare = (a: string, b: string) => number;

export const sort = tool(
  (call) => {
    const options = readOptions(call, SORT_RULES);
    const separator = separatorOf(options);
    const global = ["b", "d", "f", "g", "h", "i", "M", "n", "r", "R", "V"].filter((flag) => options.has(flag)).join("");
    const keys = options.values("k").map((text) => parseKey(text, global, call.flavour));
    const compare = comparison(keys, global, separator);
    const end = options.has("z") ? "\0" : "\n";
    const lines: string[] = [];
    for (const name of namesOf(options.operands)) {
      try {
        lines.push(...split(call.read(name), end));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        const isGnu = call.flavour === "gnu";
        call.warn(
          `sort: ${isGnu ? (error.code === "EISDIR" ? `read failed: ${name}` : `cannot read: ${name}`) : `${name}`}: ${error.message}\n`,
        );
        return 2;
      }
    }
    if (options.has("c", "C", "check")) return check(call, options, lines, compare);
    const stable = options.has("s", "u") || keys.length === 0;
    const isReversed = global.includes("r");
    const full: Compare = (a, b) => compare(a, b) || (stable ? 0 : (isReversed ? -1 : 1) * byteOrder(a, b));
    const withFallback: Compare = (a, b) =>
      full(a, b) || (options.has("s", "u") ? 0 : (isReversed ? -1 : 1) * byteOrder(a, b));
    const order = global.includes("R") && keys.length === 0 ? shuffled(call, lines) : lines.sort(withFallback);
    const result = options.has("u") ? order.filter((line, i) => i === 0 || compare(order[i - 1]!, line) !== 0) : order;
    const text = result.map((line) => line + end).join("");
    const output = options.value("o");
    if (output === undefined) call.print(text);
    else call.process.files.write(call.path(output), text);
    return 0;
  },
  { usageStatus: 2, bytesPerStep: 64 },
);

function separatorOf(options: Options): string | undefined {
  const text = options.value("t");
  if (text === undefined) return undefined;
  const character = text === "\\0" ? "\0" : text;
  if (character === "") throw new UsageError("empty tab", { hasHint: false });
  if (character.length > 1) throw new UsageError(`multi-character tab ${quoted(text)}`, { hasHint: false });
  return character;
}

function split(text: string, end: string): string[] {
  if (text === "") return [];
  return (text.endsWith(end) ? text.slice(0, -1) : text).split(end);
}

function check(call: Call, options: Options, lines: readonly string[], compare: Compare): number {
  const isWrong = (i: number) => {
    const order =
      compare(lines[i - 1]!, lines[i]!) ||
      (options.has("k", "s", "u") ? 0 : byteOrder(lines[i - 1]!, lines[i]!) * (options.has("r") ? -1 : 1));
    return options.has("u") ? order >= 0 : order > 0;
  };
  const at = lines.findIndex((_, i) => i > 0 && isWrong(i));
  if (at < 0) return 0;
  if (!options.has("C"))
    call.warn(
      call.flavour === "gnu"
        ? `sort: ${options.operands[0] ?? "-"}:${at + 1}: disorder: ${lines[at]}\n`
        : `Check line ${at}\n`,
    );
  return 1;
}

function parseKey(text: string, global: string, flavour: Flavour): Key {
  const match = /^(\d+)(?:\.(\d+))?([bdfghiMnRrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnRrV]*))?$/.exec(text);
  if (!match) throw new UsageError(`-: invalid field specification ${quoted(text)}`, { status: 2, hasHint: false });
  const [, field, character = "1", flags, endField, endCharacter = "0", endFlags = ""] = match;
  if (field === "0") {
    const gnu = `field number is zero: invalid field specification ${quoted(text)}`;
    throw new UsageError(flavour === "gnu" ? gnu : "bad field specification", { status: 2, hasHint: false });
  }
  const own = flags + endFlags;
  return {
    field: Number(field),
    character: Number(character),
    endField: endField === undefined ? undefined : Number(endField),
    endCharacter: Number(endCharacter),
    flags: own === "" ? global : own,
  };
}

function comparison(keys: readonly Key[], global: string, separator: string | undefined): Compare {
  if (keys.length === 0) return byFlags(global);
  const parts = keys.map((key) => ({ key, compare: byFlags(key.flags) }));
  return (a, b) => {
    for (const { key, compare } of parts) {
      const order = compare(keyText(a, key, separator), keyText(b, key, separator));
      if (order !== 0) return order;
    }
    return 0;
  };
}

function keyText(line: string, key: Key, separator: string | undefined): string {
  const starts = fieldStarts(line, separator);
  let from = starts[key.field - 1]?.[0] ?? line.length;
  const skipsBlanks = key.flags.includes("b");
  if (skipsBlanks) while (from < line.length && /[ \t]/.test(line[from]!)) from++;
  from += key.character - 1;
  if (key.endField === undefined) return line.slice(from);
  const end = starts[key.endField - 1];
  if (!end) return line.slice(from);
  let to = end[1];
  if (key.endCharacter > 0) {
    let start = end[0];
    if (skipsBlanks) while (start < line.length && /[ \t]/.test(line[start]!)) start++;
    to = Math.min(line.length, start + key.endCharacter);
  }
  return line.slice(from, Math.max(from, to));
}

/** Start and end of each field. Without a separator the blanks before a field belong to it. */
function fieldStarts(line: string, separator: string | undefined): [number, number][] {
  if (separator !== undefined) {
    let at = 0;
    return line.split(separator).map((field) => {
      const range: [number, number] = [at, at + field.length];
      at += field.length + 1;
      return range;
    });
  }
  return [...line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)].map(({ index, 0: text }) => [index, index + text.length]);
}

function byFlags(flags: string): Compare {
  const sign = flags.includes("r") ? -1 : 1;
  const base = baseOrder(flags);
  return (a, b) => sign * base(a, b);
}

function baseOrder(flags: string): Compare {
  if (flags.includes("n")) return (a, b) => numeric(a) - numeric(b);
  if (flags.includes("g")) return (a, b) => generalOrder(a, b);
  if (flags.includes("h")) return (a, b) => human(a) - human(b);
  if (flags.includes("M")) return (a, b) => month(a) - month(b);
  if (flags.includes("V")) return versionOrder;
  const prepare = (text: string) => {
    let result = flags.includes("b") ? text.replace(/^[ \t]+/, "") : text;
    if (flags.includes("d")) result = result.replace(/[^a-zA-Z0-9 \t]/g, "");
    if (flags.includes("i")) result = result.replace(/[^ -~]/g, "");
    return flags.includes("f") ? result.toUpperCase() : result;
  };
  return (a, b) => byteOrder(prepare(a), prepare(b));
}

export function byteOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function numeric(text: string): number {
  return Number(/^[ \t]*(-?\d*\.?\d*)/.exec(text)?.[1] || 0) || 0;
}

function generalOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => {
    const digits = /^[ \t]*([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?))/i.exec(text)?.[1];
    return digits === undefined ? Number.NEGATIVE_INFINITY : Number(digits.replace(/inf(inity)?/i, "Infinity"));
  });
  return left === right ? 0 : left! - right!;
}

function human(text: string): number {
  const [, digits = "0", suffix = ""] = /^[ \t]*(-?\d*\.?\d*)([KkMGTPEZY]?)/.exec(text) ?? [];
  const rank = " KMGTPEZY".indexOf(suffix.toUpperCase() || " ");
  return Math.sign(Number(digits)) * (rank * 1e15 + Math.abs(Number(digits)));
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

function month(text: string): number {
  return MONTHS.indexOf(text.trim().slice(0, 3).toUpperCase());
}

/** As filevercmp of gnulib: runs of digits are numbers, `~` is before everything. */
export function versionOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|[^\d]/g) ?? []);
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const [x = "", y = ""] = [left![i], right![i]];
    if (x === y) continue;
    if (x === "~" || y === "~") return x === "~" ? -1 : 1;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const order = BigInt(x) < BigInt(y) ? -1 : BigInt(x) > BigInt(y) ? 1 : 0;
      if (order !== 0) return order;
      continue;
    }
    const rank = (text: string) => (text === "" ? 0 : /\d/.test(text) ? 1 : /[a-z]/i.test(text) ? 2 : 3);
    return rank(x) - rank(y) || byteOrder(x, y);
  }
  return 0;
}

export const tac = tool((call) => {
  const options = readOptions(call, { short: "brs:", long: { separator: "s" } });
  let status = 0;
  for (const name of namesOf(options.operands)) {
    try {
      const parts = call
        .read(name)
        .split(/(?<=\n)/)
        .filter((part) => part !== "");
      call.print(parts.reverse().join(""));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.warn(
        `tac: ${call.flavour === "gnu" ? `failed to open ${quoted(name)} for reading` : name}: ${error.message}\n`,
      );
      status = 1;
    }
  }
  return status;
});

export const shuf = tool((call) => {
  const options = readOptions(call, {
    short: "ei:n:o:rz",
    long: {
      echo: "e",
      "input-range": "i",
      "head-count": "n",
      output: "o",
      repeat: "r",
      "random-source": ":",
      "zero-terminated": "z",
    },
  });
  const range = /^(\d+)-(\d+)$/.exec(options.value("i") ?? "");
  if (options.has("i") && !range)
    throw new UsageError(`invalid input range: ${quoted(options.value("i") ?? "")}`, { hasHint: false });
  const items = range
    ? Array.from({ length: Math.min(1_000_000, Number(range[2]) - Number(range[1]) + 1) }, (_, i) =>
        String(Number(range[1]) + i),
      )
    : options.has("e")
      ? [...options.operands]
      : linesOf(call.read(options.operands[0] ?? "-"));
  const count = Number(options.value("n") ?? (options.has("r") ? 100_000 : items.length));
  const drawn = options.has("r")
    ? Array.from({ length: count }, () => items[call.process.random() % items.length]!)
    : shuffled(call, items).slice(0, count);
  const text = drawn.map((line) => `${line}\n`).join("");
  const output = options.value("o");
  if (output === undefined) call.print(text);
  else call.process.files.write(call.path(output), text);
  return 0;
});

function shuffled(call: Call, items: readonly string[]): string[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = call.process.random() % (i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}

export const split_ = tool((call) => {
  const options = readOptions(call, {
    short: "a:b:C:dl:n:x",
    long: {
      bytes: "b",
      lines: "l",
      "numeric-suffixes": "?",
      "suffix-length": "a",
      "additional-suffix": ":",
      number: "n",
    },
    numberOption: "l",
  });
  const [input = "-", prefix = "x"] = options.operands;
  const content = call.read(input);
  const bytes = options.value("b");
  const pieces =
    bytes === undefined
      ? byLines(content, Number(options.value("l") ?? 1000))
      : byBytes(content, parseSize(bytes) ?? 0);
  const length = Number(options.value("a") ?? 2);
  const isNumeric = options.has("d", "numeric-suffixes");
  for (const [i, piece] of pieces.entries()) {
    call.process.files.write(
      call.path(prefix + suffix(i, length, isNumeric) + (options.value("additional-suffix") ?? "")),
      piece,
    );
  }
  return 0;
});

function byLines(text: string, count: number): string[] {
  const lines = text.split(/(?<=\n)/).filter((line) => line !== "");
  return Array.from({ length: Math.ceil(lines.length / count) }, (_, i) =>
    lines.slice(i * count, (i + 1) * count).join(""),
  );
}

function byBytes(text: string, size: number): string[] {
  if (size <= 0) throw new UsageError("invalid number of bytes: '0'", { hasHint: false });
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
}

function suffix(index: number, length: number, isNumeric: boolean): string {
  if (isNumeric) return String(index).padStart(length, "0");
  let text = "";
  for (let rest = index, i = 0; i < length; i++, rest = Math.floor(rest / 26))
    text = String.fromCharCode(97 + (rest % 26)) + text;
  return text;
}

export const strings = tool((call) => {
  const options = readOptions(call, {
    short: "an:ft:o",
    long: { all: "a", bytes: "n", radix: "t" },
    numberOption: "n",
  });
  const least = Number(options.value("n") ?? 4);
  for (const name of namesOf(options.operands)) {
    for (const run of call.read(name).match(/[\t -~]+/g) ?? [])
      if (run.length >= least) call.print(`${options.has("f") ? `${name}: ` : ""}${run}\n`);
  }
  return 0;
});

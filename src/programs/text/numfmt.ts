/** numfmt of GNU coreutils: numbers with units. */
import { type Call, tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { linesOf } from "./fields.ts";

const RULES = {
  short: "d:z",
  long: {
    ...{ debug: "-", delimiter: "d", field: ":", format: ":", from: ":", "from-unit": ":", grouping: "-", header: "?" },
    ...{ invalid: ":", padding: ":", round: ":", suffix: ":", to: ":", "to-unit": ":", "zero-terminated": "z" },
  },
};

const LETTERS = "KMGTPEZY";
const SCALES = {
  from: ["none", "auto", "si", "iec", "iec-i"],
  to: ["none", "si", "iec", "iec-i"],
  round: ["up", "down", "from-zero", "towards-zero", "nearest"],
  invalid: ["abort", "fail", "warn", "ignore"],
} as const;

/** A text that is no number. */
class BadNumber extends Error {
  override name = "BadNumber";
}

export const numfmt = tool((call) => {
  const options = readOptions(call, RULES);
  for (const name of Object.keys(SCALES) as (keyof typeof SCALES)[]) checkChoice(options, name);
  if (options.operands.length > 0) return convertAll(call, options, options.operands);
  const lines = linesOf(call.input());
  const header = options.has("header") ? Number(options.value("header") || 1) : 0;
  for (const line of lines.slice(0, header)) call.print(`${line}\n`);
  return convertAll(call, options, lines.slice(header));
});

function checkChoice(options: Options, name: keyof typeof SCALES): void {
  const value = options.value(name);
  const choices: readonly string[] = SCALES[name];
  if (value === undefined || choices.includes(value)) return;
  const list = choices.map((choice) => `  - '${choice}'\n`).join("");
  throw new UsageError(`invalid argument '${value}' for '--${name}'\nValid arguments are:\n${list.trimEnd()}`);
}

function convertAll(call: Call, options: Options, lines: readonly string[]): number {
  const mode = options.value("invalid") ?? "abort";
  let status = 0;
  for (const line of lines) {
    try {
      call.print(`${convertLine(line, options)}\n`);
    } catch (error) {
      if (!(error instanceof BadNumber)) throw error;
      if (mode !== "ignore") call.warn(`numfmt: ${error.message}\n`);
      if (mode === "abort") return 2;
      if (mode === "fail") status = 2;
      call.print(`${line}\n`);
    }
  }
  return status;
}

function convertLine(line: string, options: Options): string {
  const delimiter = options.value("d");
  const isChosen = chosenFields(options.value("field") ?? "1");
  if (delimiter !== undefined) {
    return line
      .split(delimiter)
      .map((text, i) => (isChosen(i + 1) ? convert(text, options) : text))
      .join(delimiter);
  }
  let field = 0;
  return line.replace(/(\s*)(\S+)/g, (all, blanks: string, text: string) => {
    field++;
    return isChosen(field) ? `${blanks}${convert(text, options)}` : all;
  });
}

function chosenFields(list: string): (field: number) => boolean {
  const ranges = list.split(",").map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!match || part === "") throw new UsageError(`invalid field value '${part}'`);
    const [, from = "", dash = "", to = ""] = match;
    return { from: Number(from || 1), to: dash === "" ? Number(from) : Number(to || Number.POSITIVE_INFINITY) };
  });
  return (field) => ranges.some(({ from, to }) => field >= from && field <= to);
}

function convert(text: string, options: Options): string {
  const suffix = options.value("suffix") ?? "";
  const bare = suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  const value = (parse(bare, options) * unit(options, "from-unit")) / unit(options, "to-unit");
  const [, flags = "", width = "", , digits] = /^%([-0' ]*)(\d*)(\.(\d+))?f$/.exec(options.value("format") ?? "") ?? [];
  const decimals = digits === undefined ? undefined : Number(digits);
  const shown = scaled(value, options, decimals, /^-?\d+\.(\d+)$/.exec(bare)?.[1]?.length ?? 0) + suffix;
  const padding = Number(options.value("padding") ?? 0);
  const total = width === "" ? padding : flags.includes("-") ? -Number(width) : Number(width);
  return total < 0 ? shown.padEnd(-total) : shown.padStart(total);
}

function unit(options: Options, name: string): number {
  const text = options.value(name);
  if (text === undefined) return 1;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0)) throw new UsageError(`invalid unit size: '${text}'`, { hasHint: false });
  return value;
}

function parse(text: string, options: Options): number {
  const [, digits, letter = "", mark = "", rest = ""] = /^(-?\d+(?:\.\d+)?)([KMGTPEZY]?)(i?)(.*)$/.exec(text) ?? [];
  if (digits === undefined) throw new BadNumber(`invalid number: '${text}'`);
  const from = options.value("from") ?? "none";
  if (rest !== "") throw new BadNumber(`invalid suffix in input: '${text}'`);
  if (letter === "") return Number(digits);
  if (from === "none") throw new BadNumber(`rejecting suffix in input: '${text}' (consider using --from)`);
  if (from === "iec-i" && mark === "") {
    throw new BadNumber(`missing 'i' suffix in input: '${text}' (e.g Ki/Mi/Gi)`);
  }
  const base = from === "si" || (from === "auto" && mark === "") ? 1000 : 1024;
  return Number(digits) * base ** (LETTERS.indexOf(letter) + 1);
}

function round(value: number, mode: string): number {
  switch (mode) {
    case "up":
      return Math.ceil(value);
    case "down":
      return Math.floor(value);
    case "towards-zero":
      return Math.trunc(value);
    case "nearest":
      return Math.sign(value) * Math.round(Math.abs(value));
    default:
      return Math.sign(value) * Math.ceil(Math.abs(value));
  }
}

/** Rounded to decimals. The product is cleaned of the error of binary fractions first. */
function rounded(value: number, decimals: number, mode: string): number {
  const power = 10 ** decimals;
  return round(Number((value * power).toPrecision(15)), mode) / power;
}

function scaled(value: number, options: Options, decimals: number | undefined, given: number): string {
  const to = options.value("to") ?? "none";
  const mode = options.value("round") ?? "from-zero";
  if (to === "none") {
    const digits = decimals ?? given;
    return rounded(value, digits, mode).toFixed(digits);
  }
  const base = to === "si" ? 1000 : 1024;
  let power = 0;
  let left = value;
  for (; Math.abs(left) >= base && power < LETTERS.length; power++) left /= base;
  const digitsOf = (number: number) => decimals ?? (power > 0 && Math.abs(number) < 10 ? 1 : 0);
  let shown = rounded(left, digitsOf(left), mode);
  if (Math.abs(shown) >= base && power < LETTERS.length) {
    shown /= base;
    power++;
  }
  const letter = power === 0 ? "" : LETTERS[power - 1]! + (to === "iec-i" ? "i" : "");
  return shown.toFixed(digitsOf(shown)) + letter;
}

/** Values of awk: numbers, texts, and inputs that look like numbers. */
import { formatFloat } from "../../shell/words/float-format.ts";

/** A text that came from outside and looks like a number: it compares as one. */
export interface NumericText {
  text: string;
  number: number;
}

/** null is the value of a variable that was never set. */
export type Value = number | string | NumericText | null;

const NUMBER =
  /^[ \t\n\r\f\v]*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)[ \t\n\r\f\v]*$/i;
const PREFIX = /^[ \t\n\r\f\v]*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;
const HEXADECIMAL = /^[ \t\n]*([-+]?)(0x[0-9a-f]+)/i;

/** The value of a field, a line or an argument. */
export function inputValue(text: string): Value {
  const first = text.charCodeAt(0);
  // Most texts begin with a letter.
  if (first > 57 && !/^[iIn]/.test(text)) return text;
  return NUMBER.test(text) && !/^[iIn]/.test(text) ? { text, number: numberOfText(text) } : text;
}

/** The number at the beginning of a text as strtod(3) reads it, 0 without one. */
function numberOfText(text: string): number {
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal) return Number(hexadecimal[2]) * (hexadecimal[1] === "-" ? -1 : 1);
  const digits = PREFIX.exec(text)?.[0];
  if (digits !== undefined) return Number(digits);
  const [, sign, word] = /^[ \t]*([-+]?)(inf|nan)/i.exec(text) ?? [];
  if (word === undefined) return 0;
  return word.toLowerCase() === "nan" ? Number.NaN : sign === "-" ? -Infinity : Infinity;
}

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (value === null) return 0;
  return typeof value === "string" ? numberOfText(value) : value.number;
}

export function toBoolean(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === "number") return value !== 0;
  return typeof value === "string" ? value !== "" : value.number !== 0;
}

/** Numbers as texts; `most` is the largest integer that is printed without an exponent. */
export function numberText(value: number, format: string, most: number): string {
  if (Number.isInteger(value) && Math.abs(value) <= most) return value === 0 ? "0" : integerText(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  const [, flags = "", width = "", precision, kind] = /^%([-+ 0#]*)(\d*)(?:\.(\d+))?l?([efgEFGdi])$/.exec(format) ?? [];
  if (kind === undefined) return formatFloat(value, { flags: "", precision: 6, kind: "g" });
  const text =
    kind === "d" || kind === "i"
      ? String(Math.trunc(value))
      : formatFloat(value, { flags, precision: precision === undefined ? 6 : Number(precision), kind });
  return text.padStart(Number(width));
}

export function integerText(value: number): string {
  return Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
}

/** Numbers compare as numbers if no operand is a text; a variable that was never set is both. */
export function compareValues(left: Value, right: Value, text: (value: Value) => string): number {
  if (typeof left !== "string" && typeof right !== "string") {
    const difference = toNumber(left) - toNumber(right);
    return Number.isNaN(difference) ? (Object.is(toNumber(left), toNumber(right)) ? 0 : 1) : difference;
  }
  const [a, b] = [text(left), text(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

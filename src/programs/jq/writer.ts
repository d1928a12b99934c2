/** JSON as jq prints it: numbers with 17 digits, escapes, indentation, sorted keys, colours. */
import { isObject, type JqObject, type Meter, sortedKeys, type Value } from "./values.ts";

export interface Style {
  /** Blanks for each level; undefined: one line. */
  indent?: string;
  sortsKeys?: boolean;
  /** Escapes all but ASCII. */
  isAscii?: boolean;
  /** Escape sequences for null, false, true, numbers, strings, arrays, objects. */
  colors?: readonly string[];
}

const RESET = "\x1b[0m";
const KEY_COLOR = "\x1b[34;1m";

/** The forms of the limits of a double that jq prints for infinite numbers. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "null";
  if (!Number.isFinite(value)) return value > 0 ? "1.7976931348623157e+308" : "-1.7976931348623157e+308";
  if (Object.is(value, -0)) return "-0";
  const [, sign = "", first = "", rest = "", exponent = "0"] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const digits = first + rest;
  const point = Number(exponent) + 1;
  if (value !== 0 && (point <= -4 || point > digits.length + 15)) {
    const power = point - 1;
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${sign}${first}${rest === "" ? "" : `.${rest}`}e${power < 0 ? "-" : "+"}${size}`;
  }
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + "0".repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quotedText(text: string, isAscii = false): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that JSON escapes
  const escaped = text.replace(/["\\\x00-\x1f\x7f]/g, (character) => ESCAPES[character] ?? unicodeEscape(character));
  return `"${isAscii ? escaped.replace(/[^\x20-\x7e]/g, unicodeEscape) : escaped}"`;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** JSON on one line. Ends soon after `limit` characters. */
export function textOf(value: Value, meter?: Meter, limit = Number.POSITIVE_INFINITY): string {
  return new Writer({}, meter, limit).write(value);
}

export function styledText(value: Value, style: Style, meter: Meter): string {
  return new Writer(style, meter, Number.POSITIVE_INFINITY).write(value);
}

class Writer {
  readonly #style: Style;
  readonly #meter: Meter | undefined;
  readonly #limit: number;
  #text = "";

  constructor(style: Style, meter: Meter | undefined, limit: number) {
    this.#style = style;
    this.#meter = meter;
    this.#limit = limit;
  }

  write(value: Value): string {
    this.#value(value, 0);
    this.#meter?.chargeText(this.#text.length);
    return this.#text;
  }

  #value(value: Value, level: number): void {
    if (this.#text.length > this.#limit) return;
    this.#meter?.charge(2);
    const color = this.#color(value);
    if (Array.isArray(value)) this.#array(value, level, color);
    else if (isObject(value)) this.#object(value, level, color);
    else this.#text += color + this.#scalar(value) + (color === "" ? "" : RESET);
  }

  #scalar(value: null | boolean | number | string): string {
    if (typeof value === "number") return numberText(value);
    return typeof value === "string" ? quotedText(value, this.#style.isAscii) : String(value);
  }

  #color(value: Value): string {
    const { colors } = this.#style;
    if (!colors) return "";
    if (value === null) return colors[0]!;
    if (typeof value === "boolean") return colors[value ? 2 : 1]!;
    if (typeof value === "number") return colors[3]!;
    if (typeof value === "string") return colors[4]!;
    return colors[Array.isArray(value) ? 5 : 6]!;
  }

  #newLine(level: number): void {
    if (this.#style.indent !== undefined) this.#text += `\n${this.#style.indent.repeat(level)}`;
  }

  #array(items: readonly Value[], level: number, color: string): void {
    const reset = color === "" ? "" : RESET;
    this.#text += `${color}[`;
    if (items.length === 0) {
      this.#text += `]${reset}`;
      return;
    }
    for (const [i, item] of items.entries()) {
      if (this.#text.length > this.#limit) return;
      if (i > 0) this.#text += `${color},`;
      this.#newLine(level + 1);
      this.#value(item, level + 1);
    }
    this.#text += color;
    this.#newLine(level);
    this.#text += `${color}]${reset}`;
  }

  #object(object: JqObject, level: number, color: string): void {
    const { sortsKeys = false, indent, isAscii = false } = this.#style;
    const reset = color === "" ? "" : RESET;
    this.#text += `${color}{`;
    if (object.size === 0) {
      this.#text += `}${reset}`;
      return;
    }
    const keys = sortsKeys && this.#meter ? sortedKeys(object, this.#meter) : object.keys();
    let isFirst = true;
    for (const key of keys) {
      if (this.#text.length > this.#limit) return;
      if (!isFirst) this.#text += `${color},`;
      this.#newLine(level + 1);
      isFirst = false;
      const name = quotedText(key, isAscii);
      this.#text += color === "" ? name : `${reset}${KEY_COLOR}${name}${reset}`;
      this.#text += `${color}:${indent === undefined ? "" : " "}${reset}`;
      this.#value(object.get(key)!, level + 1);
    }
    this.#text += color;
    this.#newLine(level);
    this.#text += `${color}}${reset}`;
  }
}

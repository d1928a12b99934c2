/**
 * Go's fmt: how values print, and `printf`.
 * Source: Go's fmt/print.go
 */
import { goQuote } from "../../../lib/go-quote.ts";
import type { Value } from "./nodes.ts";
import { goFloat } from "./strings.ts";

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Go's `%v`. */
export function valueText(value: Value): string {
  if (value === undefined || value === null) return "<nil>";
  if (isList(value)) return `[${value.map(valueText).join(" ")}]`;
  if (isMap(value)) {
    const entries = Object.keys(value)
      .sort()
      .map((key) => `${key}:${valueText(value[key])}`);
    return `map[${entries.join(" ")}]`;
  }
  return typeof value === "number" ? goFloat(value) : String(value);
}

/** The name of a value's Go type. */
export function typeName(value: Value): string {
  if (value === undefined || value === null) return "<nil>";
  if (isList(value)) return "[]interface {}";
  if (isMap(value)) return "map[string]interface {}";
  const names: Readonly<Record<string, string>> = { number: "float64", bigint: "int64", boolean: "bool" };
  return names[typeof value] ?? "string";
}

/** Blanks between operands when neither is a text. */
export function printText(values: readonly Value[]): string {
  return values
    .map((value, i) => {
      const hasBlank = i > 0 && typeof value !== "string" && typeof values[i - 1] !== "string";
      return `${hasBlank ? " " : ""}${valueText(value)}`;
    })
    .join("");
}

interface Verb {
  flags: string;
  width: number;
  precision: number | undefined;
  letter: string;
}

const VERB = /%([-+# 0]*)(\d+)?(?:\.(\d*))?(.)/gsu;

export function formatText(format: string, values: readonly Value[]): string {
  let used = 0;
  const text = format.replaceAll(VERB, (_, flags: string, width?: string, precision?: string, letter = "") => {
    if (letter === "%") return "%";
    if (used >= values.length) return `%!${letter}(MISSING)`;
    const verb = {
      flags,
      width: Number(width ?? 0),
      precision: precision === undefined ? undefined : Number(precision),
      letter,
    };
    return padded(verb, values[used++]);
  });
  const extra = values.slice(used).map((value) => `${typeName(value)}=${valueText(value)}`);
  const shown = text.replace(/%$/, "%!(NOVERB)");
  return extra.length === 0 ? shown : `${shown}%!(EXTRA ${extra.join(", ")})`;
}

function padded(verb: Verb, value: Value): string {
  const text = plainText(verb, value) ?? `%!${verb.letter}(${typeName(value)}=${valueText(value)})`;
  const missing = verb.width - [...text].length;
  if (missing <= 0) return text;
  if (verb.flags.includes("-")) return text + " ".repeat(missing);
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (!verb.flags.includes("0") || !isNumber) return " ".repeat(missing) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  return sign + "0".repeat(missing) + text.slice(sign.length);
}

/** Undefined where the verb does not fit the value. */
function plainText(verb: Verb, value: Value): string | undefined {
  const { letter } = verb;
  if (letter === "v")
    return verb.flags.includes("+") && typeof value === "bigint" ? signed(verb, value) : valueText(value);
  if (letter === "T") return typeName(value);
  if (typeof value === "string") return textVerb(verb, value);
  if (typeof value === "boolean") return letter === "t" ? String(value) : undefined;
  if (typeof value === "bigint") return integerVerb(verb, value);
  if (typeof value === "number") return floatVerb(verb, value);
  if (isList(value)) return `[${value.map((one) => padded({ ...verb, width: 0 }, one)).join(" ")}]`;
  return undefined;
}

function textVerb({ letter, precision }: Verb, value: string): string | undefined {
  const text = precision === undefined ? value : [...value].slice(0, precision).join("");
  const hex = () => [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  switch (letter) {
    case "s":
      return text;
    case "q":
      return goQuote(text);
    case "x":
      return hex();
    case "X":
      return hex().toUpperCase();
    default:
      return undefined;
  }
}

function signed({ flags }: Verb, value: bigint | number): string {
  const text = typeof value === "bigint" ? String(value) : goFloat(value);
  return flags.includes("+") && !text.startsWith("-") ? `+${text}` : text;
}

function integerVerb(verb: Verb, value: bigint): string | undefined {
  switch (verb.letter) {
    case "d":
      return signed(verb, value);
    case "b":
      return value.toString(2);
    case "o":
      return value.toString(8);
    case "x":
      return value.toString(16);
    case "X":
      return value.toString(16).toUpperCase();
    case "c":
      return String.fromCodePoint(Number(value));
    case "q":
      return `'${String.fromCodePoint(Number(value))}'`;
    case "U":
      return `U+${value.toString(16).toUpperCase().padStart(4, "0")}`;
    default:
      return undefined;
  }
}

function floatVerb(verb: Verb, value: number): string | undefined {
  const sign = verb.flags.includes("+") && value >= 0 ? "+" : "";
  switch (verb.letter) {
    case "f":
    case "F":
      return sign + value.toFixed(verb.precision ?? 6);
    case "e":
    case "E": {
      const text = value.toExponential(verb.precision ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
      return sign + (verb.letter === "E" ? text.toUpperCase() : text);
    }
    case "g":
    case "G":
      return signed(verb, verb.precision === undefined ? value : Number(value.toPrecision(verb.precision || 1)));
    default:
      return undefined;
  }
}

/** Text functions of CEL's strings extension and of Kubernetes' libraries: find, format, replace. */
import type { Environment } from "@marcbachmann/cel-js";
import { toHex } from "../../lib/encoding.ts";
import { charge } from "../metering.ts";
import { fromCel } from "../values.ts";
import { registerRegex } from "./regex.ts";

export function registerStrings(environment: Environment): void {
  registerRegex(environment);
  environment
    .registerFunction("string.charAt(int): string", charAt)
    .registerFunction("string.replace(string, string): string", (text: string, old: string, next: string) =>
      replace(text, old, next, -1n),
    )
    .registerFunction("string.replace(string, string, int): string", replace)
    .registerFunction("string.reverse(): string", (text: string) => [...text].reverse().join(""))
    .registerFunction("string.format(list): string", format);
}

function charAt(text: string, index: bigint): string {
  if (index < 0n || index > BigInt(text.length)) throw new Error("charAt: out of the text's range");
  return text.charAt(Number(index));
}

function replace(text: string, old: string, next: string, limit: bigint): string {
  const parts = text.split(old);
  const max = limit < 0n ? parts.length - 1 : Math.min(parts.length - 1, Number(limit));
  charge((text.length + max * next.length) / 10);
  return (
    parts
      .slice(0, max)
      .map((part) => part + next)
      .join("") + parts.slice(max).join(old)
  );
}

/** `%s %d %f %e %x %X %o %b %%`, with a precision for f and e. */
function format(template: string, values: readonly unknown[]): string {
  let next = 0;
  const result = template.replaceAll(
    /%(?:\.(\d{1,3}))?(.)/gs,
    (clause, precision: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (next >= values.length) throw new Error(`format: there is no value for ${clause}`);
      const text = formatOne(verb, values[next++], precision === undefined ? 6 : Math.min(100, Number(precision)));
      charge(text.length / 10);
      return text;
    },
  );
  return result;
}

function formatOne(verb: string, value: unknown, precision: number): string {
  const isNumber = typeof value === "bigint" || typeof value === "number";
  switch (verb) {
    case "s":
      return textOf(value);
    case "d":
      if (typeof value === "bigint") return String(value);
      break;
    case "f":
      if (isNumber) return Number(value).toFixed(precision);
      break;
    case "e":
      if (isNumber)
        return Number(value)
          .toExponential(precision)
          .replace(/e([-+])(\d)$/, "e$10$2");
      break;
    case "x":
    case "X": {
      const digits = typeof value === "bigint" ? value.toString(16) : typeof value === "string" ? hexOf(value) : null;
      if (digits !== null) return verb === "x" ? digits : digits.toUpperCase();
      break;
    }
    case "o":
      if (typeof value === "bigint") return value.toString(8);
      break;
    case "b":
      if (typeof value === "bigint") return value.toString(2);
      if (typeof value === "boolean") return value ? "1" : "0";
      break;
    default:
      throw new Error(`format: there is no %${verb}`);
  }
  throw new Error(`format: %${verb} cannot show ${textOf(value)}`);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return shown(fromCel(value));
}

/** `[1, a]`, `{b: true}`: texts without quotes, keys in order. */
function shown(plain: unknown): string {
  if (typeof plain !== "object" || plain === null) return String(plain);
  if (Array.isArray(plain)) return `[${plain.map(shown).join(", ")}]`;
  const entries = Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${name}: ${shown(item)}`).join(", ")}}`;
}

function hexOf(text: string): string {
  return toHex(new TextEncoder().encode(text));
}

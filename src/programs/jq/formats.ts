/** Formats: `@text`, `@json`, `@html`, `@uri`, `@csv`, `@tsv`, `@sh`, `@base64`, `@base64d`, `@base32`, `@base32d`. */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { described, stringOf } from "./messages.ts";
import { JqError, type Meter, type Value } from "./values.ts";
import { numberText, textOf } from "./writer.ts";

const HTML: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&quot;" };
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const FORMATS: Readonly<Record<string, (value: Value, meter: Meter) => string>> = {
  "@text": stringOf,
  "@json": (value, meter) => textOf(value, meter),
  "@html": (value, meter) => stringOf(value, meter).replace(/[<>&'"]/g, (character) => HTML[character]!),
  "@uri": (value, meter) =>
    bytesOfText(stringOf(value, meter)).replace(
      /[^A-Za-z0-9\-_.!~*'()]/g,
      (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    ),
  "@csv": (value, meter) => row(value, meter, { name: "csv", separator: ",", text: csvText }),
  "@tsv": (value, meter) => row(value, meter, { name: "tsv", separator: "\t", text: tsvText }),
  "@sh": (value, meter) => (Array.isArray(value) ? value : [value]).map((item) => shellWord(item, meter)).join(" "),
  "@base64": (value, meter) => btoa(bytesOfText(stringOf(value, meter))),
  "@base64d": (value, meter) => textOfBytes(decodeBase64(stringOf(value, meter))),
  "@base32": (value, meter) => encodeBase32(bytesOfText(stringOf(value, meter))),
  "@base32d": (value, meter) => textOfBytes(decodeBase32(stringOf(value, meter))),
};

export function isFormat(name: string): boolean {
  return Object.hasOwn(FORMATS, name);
}

/** @throws JqError */
export function applyFormat(name: string, value: Value, meter: Meter): string {
  const format = FORMATS[name];
  if (!format) throw new JqError(`${name.slice(1)} is not a valid format`);
  const text = format(value, meter);
  meter.chargeText(text.length);
  return text;
}

const csvText = (text: string) => `"${text.replaceAll('"', '""')}"`;
const TSV: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\" };
const tsvText = (text: string) => text.replace(/[\t\n\r\\]/g, (character) => TSV[character]!);

function row(
  value: Value,
  meter: Meter,
  { name, separator, text }: { name: string; separator: string; text: (text: string) => string },
): string {
  if (!Array.isArray(value)) throw new JqError(`${described(value)} cannot be ${name}-formatted, only array`);
  meter.charge(value.length);
  return value
    .map((item) => {
      if (item === null) return "";
      if (typeof item === "number") return numberText(item);
      if (typeof item === "boolean") return String(item);
      if (typeof item === "string") return text(item);
      throw new JqError(`${described(item)} is not valid in a csv row`);
    })
    .join(separator);
}

function shellWord(value: Value, meter: Meter): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "'\\''")}'`;
  if (value !== null && typeof value === "object") {
    throw new JqError(`${described(value)} can not be escaped for shell`);
  }
  return stringOf(value, meter);
}

function decodeBase64(text: string): string {
  const invalid = () => new JqError(`${described(text)} is not valid base64 data`);
  const digits = text.replace(/=+$/, "");
  if (/[^A-Za-z0-9+/]/.test(digits)) throw invalid();
  if (digits.length % 4 === 1) throw new JqError(`${described(text)} trailing base64 byte found`);
  return atob(digits);
}

function encodeBase32(bytes: string): string {
  let result = "";
  let bits = 0;
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    bits = (bits << 8) | bytes.charCodeAt(i);
    for (count += 8; count >= 5; count -= 5) result += BASE32[(bits >> (count - 5)) & 31];
    bits &= (1 << count) - 1;
  }
  if (count > 0) result += BASE32[(bits << (5 - count)) & 31];
  return result.padEnd(Math.ceil(result.length / 8) * 8, "=");
}

function decodeBase32(text: string): string {
  let result = "";
  let bits = 0;
  let count = 0;
  for (const digit of text.replace(/=+$/, "")) {
    const value = BASE32.indexOf(digit);
    if (value < 0) throw new JqError(`${described(text)} is not valid base32 data`);
    bits = (bits << 5) | value;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    result += String.fromCharCode((bits >> count) & 255);
    bits &= (1 << count) - 1;
  }
  return result;
}

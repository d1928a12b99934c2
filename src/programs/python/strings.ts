/** Literals of Python: strings with prefixes and escapes, numbers. */
import { bytesOfText } from "../../lib/bytes.ts";

const SIMPLE: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
};

export interface StringParts {
  isBytes: boolean;
  isRaw: boolean;
  isFormat: boolean;
  /** Offsets of the content within the literal. */
  from: number;
  to: number;
}

/** Prefix and quotes of a string literal. */
export function stringParts(literal: string): StringParts {
  const prefix = /^[a-zA-Z]*/.exec(literal)![0].toLowerCase();
  const quotes = /^('''|"""|'|")/.exec(literal.slice(prefix.length))?.[0] ?? '"';
  return {
    isBytes: prefix.includes("b"),
    isRaw: prefix.includes("r"),
    isFormat: prefix.includes("f"),
    from: prefix.length + quotes.length,
    to: Math.max(prefix.length + quotes.length, literal.length - quotes.length),
  };
}

/** The text of a literal's content, escapes resolved. */
export function resolveEscapes(content: string, { isRaw, isBytes }: Pick<StringParts, "isRaw" | "isBytes">): string {
  if (isRaw || !content.includes("\\")) return isBytes ? bytesOfText(content) : content;
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;
  return content.replace(pattern, (whole, x, u, long, octal, simple: string | undefined) => {
    if (x !== undefined) return String.fromCharCode(Number.parseInt(x, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (!isBytes && (u ?? long) !== undefined) return String.fromCodePoint(Number.parseInt(u ?? long, 16));
    return SIMPLE[simple ?? ""] ?? whole;
  });
}

/** `1_000`, `0x1F`, `0b1`, `0o7`, `1.5e3`. */
export function numberOf(literal: string): bigint | number {
  const plain = literal.replaceAll("_", "");
  if (/^0[xXbBoO]/.test(plain)) return BigInt(plain.toLowerCase());
  return /^\d+$/.test(plain) ? BigInt(plain) : Number(plain);
}

/** Regular expressions of awk: POSIX's extended ones with the escapes of awk's texts. */
import { compilePosix, type PosixRegex } from "../../lib/posix-regex.ts";
import { PosixSyntaxError } from "../../lib/posix-syntax.ts";
import { AwkError } from "./errors.ts";
import { unescapeText } from "./lexer.ts";

const cache = new Map<string, PosixRegex>();
const MAX_CACHED = 100;

/** `braces`: `{2}` counts; without, as in mawk, a brace is a character. @throws AwkError */
export function regexOf(source: string, braces: boolean): PosixRegex {
  const key = `${braces ? 1 : 0}${source}`;
  const known = cache.get(key);
  if (known) return known;
  try {
    const regex = compilePosix(translate(source, braces), { isExtended: true });
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(key, regex);
    return regex;
  } catch (error) {
    if (!(error instanceof PosixSyntaxError)) throw error;
    throw new AwkError(`regular expression compile failed (${error.message.toLowerCase()})\n${source}`);
  }
}

/** Start and end of the first match at or behind `from`. */
export function findRegex(
  source: string,
  text: string,
  from: number,
  braces: boolean,
): readonly [number, number] | undefined {
  return regexOf(source, braces).find(text, from)?.[0];
}

function translate(source: string, braces: boolean): string {
  let isInSet = false;
  let result = "";
  for (let at = 0; at < source.length; at++) {
    const character = source[at]!;
    if (character === "\\" && at + 1 < source.length) {
      const octal = /^[0-7]{1,3}/.exec(source.slice(at + 1, at + 4))?.[0];
      const next = source[at + 1]!;
      at += octal?.length ?? 1;
      if (octal !== undefined || /["/ntrfva]/.test(next)) {
        const value = unescapeText(`\\${octal ?? next}`, "gawk");
        result += !isInSet && /[.[\](){}*+?^$|\\]/.test(value) ? `\\${value}` : value;
      } else if (next === "y") result += "\\b";
      else result += isInSet && next !== "\\" ? next : `\\${next}`;
      continue;
    }
    if (!isInSet && character === "[") {
      isInSet = true;
      result += character;
      if (source[at + 1] === "^") result += source[++at];
      if (source[at + 1] === "]") result += source[++at];
      continue;
    }
    if (isInSet && character === "[" && /[:.=]/.test(source[at + 1] ?? "")) {
      const end = source.indexOf(`${source[at + 1]}]`, at + 2);
      if (end > 0) {
        result += source.slice(at, end + 2);
        at = end + 1;
        continue;
      }
    }
    if (character === "]") isInSet = false;
    result += !isInSet && !braces && (character === "{" || character === "}") ? `\\${character}` : character;
  }
  return result;
}

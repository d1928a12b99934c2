/**
 * Base64 by the rules of Go's decoder: line breaks are ignored, padding is required, and errors name the offending
 * byte.
 */

const DIGIT = /[A-Za-z0-9+/]/;
const WELL_FORMED = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Go's error for invalid base64; undefined for valid base64. */
export function base64Error(text: string): string | undefined {
  if (WELL_FORMED.test(text)) return undefined;
  const offset = firstBadByte(text);
  return offset === undefined ? undefined : `illegal base64 data at input byte ${offset}`;
}

function firstBadByte(text: string): number | undefined {
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (isLineBreak(char)) continue;
    if (DIGIT.test(char)) {
      digits = (digits + 1) % 4;
      continue;
    }
    if (char !== "=" || digits < 2) return at;
    return badPadding(text, at + 1, digits);
  }
  return digits === 0 ? undefined : text.length - digits;
}

/** After the first `=`: a second one if two digits came before, then nothing. */
function badPadding(text: string, from: number, digits: number): number | undefined {
  let at = skipLineBreaks(text, from);
  if (digits === 2) {
    if (at === text.length) return text.length;
    if (text[at] !== "=") return at;
    at = skipLineBreaks(text, at + 1);
  }
  return at < text.length ? at : undefined;
}

function skipLineBreaks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isLineBreak(text[at]!)) at++;
  return at;
}

function isLineBreak(char: string): boolean {
  return char === "\n" || char === "\r";
}

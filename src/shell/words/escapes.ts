/** Backslash sequences of `$'…'`, `echo -e` and `printf`. */
import { bytesOfText } from "../../lib/bytes.ts";

const NAMED: Record<string, string> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "?": "?",
};

const ANSI_C = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c([\s\S])|([0-7]{1,3})|([\s\S]))/g;

export interface CharacterOptions {
  hasUnicode: boolean;
  hasEscape: boolean;
  isUtf8: boolean;
}

/** The text between the quotes of `$'…'`. */
export function decodeAnsiC(text: string, options: CharacterOptions): string {
  return text.replace(ANSI_C, (all, hex, short, long, control, octal, other) => {
    if (hex !== undefined) return byte(Number.parseInt(hex, 16));
    if (short !== undefined || long !== undefined) {
      return options.hasUnicode ? codePoint(Number.parseInt(short ?? long, 16), options.isUtf8) : all;
    }
    if ((other === "e" || other === "E") && !options.hasEscape) return all;
    if (control !== undefined) return byte(control.charCodeAt(0) & 0x1f);
    if (octal !== undefined) return byte(Number.parseInt(octal, 8));
    return NAMED[other] ?? all;
  });
}

function byte(code: number): string {
  return String.fromCharCode(code & 0xff);
}

/** Outside UTF-8 a character that is not ASCII stays a sequence. */
function codePoint(code: number, isUtf8: boolean): string {
  if (code > 0x7f && !isUtf8) {
    const digits = code.toString(16).toUpperCase();
    return code > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
  }
  return bytesOfText(code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code));
}

export interface Decoded {
  text: string;
  /** `\c`: no more output. */
  isCut: boolean;
}

export interface EscapeStyle {
  /** `\0nnn` of echo and %b; otherwise `\nnn` only. */
  zeroOctal: boolean;
  /** `\nnn` without the zero. */
  bareOctal: boolean;
  hex: boolean;
  unicode: boolean;
  /** `\e`. */
  escape: boolean;
  /** `\"`, as in the format of printf. */
  quotes: boolean;
  /** `\c` cuts the output. */
  cuts: boolean;
  isUtf8?: boolean;
}

/** Decodes the sequences that the style has; others stay as they are. */
export function decodeEscapes(text: string, style: EscapeStyle): Decoded {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\" || i + 1 >= text.length) {
      result += text[i];
      continue;
    }
    const rest = text.slice(i + 1, i + 12);
    if (style.cuts && rest[0] === "c") return { text: result, isCut: true };
    const [decoded, used] = decodeOne(rest, style);
    result += decoded;
    i += used;
  }
  return { text: result, isCut: false };
}

/** The bytes, and the characters after the backslash that they took. */
function decodeOne(rest: string, style: EscapeStyle): [string, number] {
  const octal = /^[0-7]{1,3}/.exec(rest)?.[0];
  if (style.zeroOctal && rest[0] === "0") {
    const digits = /^0[0-7]{0,3}/.exec(rest)![0];
    return [byte(Number.parseInt(digits, 8)), digits.length];
  }
  if (style.bareOctal && octal) return [byte(Number.parseInt(octal, 8)), octal.length];
  const hex = style.hex ? /^x([0-9a-fA-F]{1,2})/.exec(rest) : null;
  if (hex) return [byte(Number.parseInt(hex[1]!, 16)), hex[0].length];
  const unicode = style.unicode ? (/^u([0-9a-fA-F]{1,4})/.exec(rest) ?? /^U([0-9a-fA-F]{1,8})/.exec(rest)) : null;
  if (unicode) return [codePoint(Number.parseInt(unicode[1]!, 16), style.isUtf8 === true), unicode[0].length];
  const name = rest[0]!;
  const isKnown = name in NAMED && (style.quotes || !`'"?`.includes(name)) && (style.escape || !"eE".includes(name));
  return isKnown ? [NAMED[name]!, 1] : [`\\${name}`, 1];
}

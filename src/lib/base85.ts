/**
 * Bytes as text, four in five characters: a quarter more, where base64 takes a third more. The characters need no escape
 * in JSON. ZeroMQ: rfc.zeromq.org/spec/32 (Z85); the last group may be short, as in Ascii85.
 */
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const VALUES = new Uint8Array(128);
for (const [value, code] of CODES.entries()) VALUES[code] = value;
/** Characters that are made from codes at once: the arguments of one call are limited. */
const CHUNK = 8192;

/** `bytes` is a byte string: one character (code 0 to 255) for each byte. */
export function toBase85(bytes: string): string {
  const groups = Math.ceil(bytes.length / 4);
  const missing = groups * 4 - bytes.length;
  const codes = new Uint8Array(groups * 5);
  for (let group = 0; group < groups; group++) {
    let value = 0;
    for (let i = group * 4; i < group * 4 + 4; i++) value = value * 256 + (i < bytes.length ? bytes.charCodeAt(i) : 0);
    for (let i = 4; i >= 0; i--) {
      codes[group * 5 + i] = CODES[value % 85]!;
      value = Math.floor(value / 85);
    }
  }
  return textOf(codes.subarray(0, codes.length - missing));
}

export function fromBase85(text: string): string {
  const groups = Math.ceil(text.length / 5);
  const missing = groups * 5 - text.length;
  const codes = new Uint8Array(groups * 4);
  for (let group = 0; group < groups; group++) {
    let value = 0;
    // The highest digit stands for the missing ones, so the bytes that are kept round to the right value.
    for (let i = group * 5; i < group * 5 + 5; i++)
      value = value * 85 + (i < text.length ? VALUES[text.charCodeAt(i)]! : 84);
    for (let i = 3; i >= 0; i--) {
      codes[group * 4 + i] = value % 256;
      value = Math.floor(value / 256);
    }
  }
  return textOf(codes.subarray(0, codes.length - missing));
}

function textOf(codes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < codes.length; at += CHUNK) text += String.fromCharCode(...codes.subarray(at, at + CHUNK));
  return text;
}

/** Byte strings of texts and of base64: one character (code 0 to 255) for each byte. */
import type { Bytes } from "./entry.ts";

/** The UTF-8 bytes of a text. */
export function bytesOfText(text: string): Bytes {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in both.
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The bytes that base64 encodes: values of Secrets and of `binaryData`. */
export function bytesOfBase64(base64: string): Bytes {
  return atob(base64);
}

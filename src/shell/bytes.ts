/** UTF-8 byte strings: one character (code 0 to 255) for each byte. */
import type { Bytes } from "../files/entry.ts";

export function bytesOfText(text: string): Bytes {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in both.
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Invalid UTF-8 becomes U+FFFD. */
export function textOfBytes(bytes: Bytes): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in both.
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

/** Byte strings and texts: the bundled tools work on Unicode text. */
import type { Bytes } from "../../files/entry.ts";

/** The UTF-8 bytes of a text. */
export function bytesOfText(text: string): Bytes {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in both
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return stringOfBytes(new TextEncoder().encode(text));
}

/** Invalid UTF-8 becomes U+FFFD. */
export function textOfBytes(bytes: Bytes): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in both
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : new TextDecoder().decode(bytesOfString(bytes));
}

export function bytesOfString(bytes: Bytes): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = bytes.charCodeAt(i);
  return result;
}

const CHUNK = 8192;

export function stringOfBytes(bytes: Uint8Array): Bytes {
  let text = "";
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return text;
}

/**
 * Byte strings: one character (code 0 to 255) for each byte. Files and streams of containers are byte strings, because
 * they are part of the cluster's JSON. These functions convert them from and to bytes, text and base64.
 */

export function bytesOf(byteString: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteString.length);
  for (let i = 0; i < byteString.length; i++) bytes[i] = byteString.charCodeAt(i);
  return bytes;
}

/** Characters of one call: an engine limits the arguments of a function. */
const CHUNK = 8192;

export function byteString(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with the control characters
const ASCII = /^[\x00-\x7f]*$/;

/** The UTF-8 byte string of a text. */
export function bytesOfText(text: string): string {
  return ASCII.test(text) ? text : byteString(new TextEncoder().encode(text));
}

/** The text of a UTF-8 byte string. Invalid bytes become U+FFFD. */
export function textOfBytes(bytes: string): string {
  return ASCII.test(bytes) ? bytes : new TextDecoder().decode(bytesOf(bytes));
}

/** The byte string that base64 encodes: values of Secrets and of `binaryData`. */
export function bytesOfBase64(base64: string): string {
  return atob(base64);
}

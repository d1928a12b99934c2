/** Conversions between text and byte strings. */

export function toUtf8(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with control characters
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return String.fromCharCode(...new TextEncoder().encode(text));
}

export function fromUtf8(bytes: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with control characters
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

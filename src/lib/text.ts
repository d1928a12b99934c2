/** Lengths of texts: UTF-8 bytes, and cuts to a maximum of characters. */

/** Length of a text in bytes of UTF-8, as Go counts it. A lone surrogate counts two bytes, so that pairs count four. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes++;
    if (unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff)) bytes++;
  }
  return bytes;
}

/** The text, or its beginning and `…` where it is longer than `maxLength` characters. No character is cut in two. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const isCutInPair = /[\ud800-\udbff]/.test(text[maxLength - 1] ?? "");
  return `${text.slice(0, isCutInPair ? maxLength - 1 : maxLength)}…`;
}

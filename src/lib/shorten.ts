/** The text, or its beginning and `…` where it is longer than `maxLength` characters. No character is cut in two. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const isCutInPair = /[\ud800-\udbff]/.test(text[maxLength - 1] ?? "");
  return `${text.slice(0, isCutInPair ? maxLength - 1 : maxLength)}…`;
}

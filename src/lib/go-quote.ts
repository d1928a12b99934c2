const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};
/** Characters that Go does not count as printable: control and format characters, and separators except the space. */
const UNPRINTABLE = /["\\]|(?! )[\p{C}\p{Z}]/gu;

/** The text as Go's strconv.Quote writes it: in double quotes, unprintable characters escaped. */
export function goQuote(text: string): string {
  return `"${text.replace(UNPRINTABLE, escapeOf)}"`;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, "0")}`;
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

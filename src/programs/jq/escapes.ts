/** Escapes of one letter in strings of JSON and of jq, by the letter behind the backslash. RFC 8259, section 7 */
export const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

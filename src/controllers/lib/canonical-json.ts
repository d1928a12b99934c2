/** JSON with sorted keys and no absent fields, as Go's encoder writes a map: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return goEscaped(JSON.stringify(value) ?? "null");
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${goEscaped(JSON.stringify(key))}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}

/** Go also escapes what could end a script in HTML. */
function goEscaped(text: string): string {
  return text.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

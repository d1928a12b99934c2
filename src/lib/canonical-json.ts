/**
 * JSON text as Go's encoder writes it: the keys of maps are sorted, and characters that could end a script in HTML are
 * escaped. Clients compare and hash such texts byte for byte.
 */
import { isBigInteger } from "./json.ts";

/** JSON with sorted keys and without undefined fields, as Go's encoder writes a map: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (isBigInteger(value)) return value.rawJSON;
  if (value === null || typeof value !== "object") return escapeHtml(JSON.stringify(value) ?? "null");
  const fields = sortedEntries(value).map(
    ([key, field]) => `${escapeHtml(JSON.stringify(key))}:${canonicalJson(field)}`,
  );
  return `{${fields.join(",")}}`;
}

/**
 * A deep copy with sorted keys, as after Go's decoder and encoder for untyped values: integers beyond 2^53 lose digits.
 * JavaScript orders keys that are array indexes first; the API has no such names.
 */
export function sortedCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedCopy);
  if (isBigInteger(value)) return Number(value.rawJSON);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(sortedEntries(value).map(([key, field]) => [key, sortedCopy(field)]));
}

const UNSAFE_IN_HTML = /[<>&\u2028\u2029]/;
const ALL_UNSAFE_IN_HTML = new RegExp(UNSAFE_IN_HTML.source, "g");

/** JSON text with `<`, `>`, `&` and Unicode's line separators escaped. In JSON they occur only in strings. */
export function escapeHtml(json: string): string {
  if (!UNSAFE_IN_HTML.test(json)) return json;
  return json.replace(ALL_UNSAFE_IN_HTML, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Values as Go's `%v` prints them: `map[spec:map[replicas:2]]`. Some error messages quote whole patches in this form.
 */
import { isBigInteger, isJsonObject, type JsonValue } from "../lib/json.ts";

export function formatGoValue(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(formatGoValue).join(" ")}]`;
  if (isBigInteger(value)) return value.rawJSON;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.keys(value).sort();
  return `map[${entries.map((key) => `${key}:${formatGoValue(value[key])}`).join(" ")}]`;
}

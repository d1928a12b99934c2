import { isJsonObject, type JsonValue } from "../../../lib/json.ts";

/** JSON in one line as Go writes maps: keys sorted, `<`, `>` and `&` escaped. */
export function compactJson(value: JsonValue): string {
  const text = JSON.stringify(sorted(value));
  return text.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("&", "\\u0026");
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

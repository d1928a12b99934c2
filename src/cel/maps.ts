/**
 * CEL maps with keys from users. The library represents maps as plain objects and reads an object's constructor for its
 * type. So a map with the key `constructor` must be a JavaScript Map.
 */
import { defineField } from "../lib/json.ts";

/** The one key that a plain object cannot have. */
export const CONSTRUCTOR = "constructor";

export function mapOf(
  entries: readonly (readonly [string, unknown])[],
): Record<string, unknown> | Map<string, unknown> {
  if (entries.some(([name]) => name === CONSTRUCTOR)) return new Map(entries);
  const result: Record<string, unknown> = {};
  for (const [name, item] of entries) defineField(result, name, item);
  return result;
}

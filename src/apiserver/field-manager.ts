/** The name that managedFields record for a write. */

import type { FieldError } from "../kinds/kind.ts";
import { MAX_FIELD_MANAGER_BYTES } from "../lib/limits.ts";
import { utf8Length } from "../lib/text.ts";
import type { ApiRequest } from "./request.ts";

/** Letters, digits, marks, punctuation, symbols and the ASCII space: Go's unicode.IsPrint. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** The named manager, or the first part of the User-Agent: `kubectl/v1.35.2 (linux/amd64)` is `kubectl`. */
export function fieldManager(request: ApiRequest): string {
  return request.query.get("fieldManager") || prefixOfUserAgent(request.headers["user-agent"] ?? "");
}

function prefixOfUserAgent(agent: string): string {
  let prefix = "";
  for (const character of agent.split("/")[0]!) {
    if (!PRINTABLE.test(character)) continue;
    if (utf8Length(prefix + character) > MAX_FIELD_MANAGER_BYTES) break;
    prefix += character;
  }
  return prefix;
}

export function validateFieldManager(manager: string): FieldError[] {
  const errors: FieldError[] = [];
  if (utf8Length(manager) > MAX_FIELD_MANAGER_BYTES) {
    errors.push({
      type: "FieldValueTooLong",
      field: "fieldManager",
      message: `Too long: may not be more than ${MAX_FIELD_MANAGER_BYTES} bytes`,
    });
  }
  let position = 0;
  for (const character of manager) {
    if (!PRINTABLE.test(character)) {
      const what = `invalid character ${codePoint(character)} (at position ${position})`;
      const message = `Invalid value: ${JSON.stringify(manager)}: ${what}`;
      errors.push({ type: "FieldValueInvalid", field: "fieldManager", message });
    }
    position += utf8Length(character);
  }
  return errors;
}

/** `U+0007`. */
function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Octets of texts and JSON values in UTF-8, also as strings inside other JSON texts. */
import { isBigInteger } from "./json.ts";

/** The size of a text without writing it out. Sizes of texts add up to the size of their concatenation. */
export interface TextSize {
  /** Octets in UTF-8. */
  octets: number;
  /** Quotation marks and backslashes. Each of them is escaped when the text becomes a string of another JSON text. */
  escapes: number;
}

/** A text without these characters has the same length in JSON as in JavaScript. */
const NEEDS_CARE = /[^ !#-[\]-~]/;

/** The size of a text without control characters, as JSON texts are. */
export function textSize(text: string): TextSize {
  let octets = text.length;
  let escapes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22 || unit === 0x5c) escapes++;
    else if (unit >= 0x80) octets += furtherOctets(unit);
  }
  return { octets, escapes };
}

/** The size of a value's canonical JSON text (`stringifyJson`), without writing it. */
export function jsonSize(value: unknown): TextSize {
  const size: TextSize = { octets: 0, escapes: 0 };
  addValue(size, value);
  return size;
}

/** Octets of a text of this size as a string in a JSON text, nested `depth` times, without the quotation marks. */
export function octetsAsString({ octets, escapes }: TextSize, depth = 1): number {
  return octets + (2 ** depth - 1) * escapes;
}

function addValue(size: TextSize, value: unknown): void {
  if (typeof value === "string") addString(size, value);
  else if (typeof value === "number") size.octets += Number.isFinite(value) ? String(value).length : 4;
  else if (typeof value === "boolean") size.octets += value ? 4 : 5;
  else if (value === null || value === undefined) size.octets += 4;
  else if (isBigInteger(value)) size.octets += value.rawJSON.length;
  else if (Array.isArray(value)) addItems(size, value);
  else addFields(size, value);
}

function addItems(size: TextSize, items: readonly unknown[]): void {
  size.octets += items.length === 0 ? 2 : items.length + 1;
  for (const item of items) addValue(size, item);
}

function addFields(size: TextSize, value: object): void {
  let isEmpty = true;
  size.octets++;
  const fields = value as Record<string, unknown>;
  for (const key in fields) {
    const item = fields[key];
    if (item === undefined) continue;
    isEmpty = false;
    addString(size, key);
    addValue(size, item);
    size.octets += 2;
  }
  if (isEmpty) size.octets++;
}

function addString(size: TextSize, text: string): void {
  if (!NEEDS_CARE.test(text)) {
    size.octets += text.length + 2;
    size.escapes += 2;
    return;
  }
  const written = textSize(JSON.stringify(text));
  size.octets += written.octets;
  size.escapes += written.escapes;
}

/**
 * Octets of a UTF-16 unit in UTF-8 beyond the first one. Each half of a surrogate pair has two of the pair's four
 * octets.
 */
function furtherOctets(unit: number): number {
  if (unit < 0x800) return 1;
  return unit >= 0xd800 && unit <= 0xdfff ? 1 : 2;
}

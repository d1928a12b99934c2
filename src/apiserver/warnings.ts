/** The Warning headers of an answer (RFC 7234, section 5.5): each text once, within the limits of clients. */
import { MAX_WARNING_CHARACTERS, MAX_WARNINGS_CHARACTERS } from "../lib/limits.ts";

/** Control characters cannot be part of a header. */
const CONTROL = /\p{Cc}/u;

/** Collects the warnings of one request, in the order of their first occurrence. */
export class Warnings {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (text !== "") this.#texts.add(text);
  }

  /** The header's value, `299 - "…"` for each warning; undefined without warnings. */
  header(): string | undefined {
    const texts = [...this.#texts].filter((text) => !CONTROL.test(text) && text.isWellFormed());
    if (texts.length === 0) return undefined;
    const total = texts.reduce((sum, text) => sum + lengthOf(text), 0);
    const shown = total <= MAX_WARNINGS_CHARACTERS ? texts : shortened(texts);
    return asBytes(shown.map((text) => `299 - "${text.replace(/["\\]/g, "\\$&")}"`).join(", "));
  }
}

/** Cuts each warning to its limit, and drops the warnings beyond the total limit. */
function shortened(texts: readonly string[]): string[] {
  const kept: string[] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= MAX_WARNINGS_CHARACTERS) break;
    const short = [...text].slice(0, MAX_WARNING_CHARACTERS).join("");
    kept.push(short);
    written += lengthOf(short);
  }
  return kept;
}

/** The length in characters (code points), not in UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** The text's UTF-8 bytes as one character each, because header values are byte strings. */
function asBytes(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

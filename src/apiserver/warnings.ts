/** The Warning headers of an answer (RFC 7234, section 5.5): each text once, and no more than clients take. */
import { MAX_WARNING_CHARACTERS, MAX_WARNINGS_CHARACTERS } from "../lib/limits.ts";

/** Text with these makes no header. */
const CONTROL = /\p{Cc}/u;

/** Collects the warnings of one request, in the order of their first time. */
export class Warnings {
  readonly #texts = new Set<string>();

  add(text: string): void {
    if (text !== "") this.#texts.add(text);
  }

  /** The header's value, `299 - "…"` for each; undefined when there is nothing to say. */
  header(): string | undefined {
    const texts = [...this.#texts].filter((text) => !CONTROL.test(text) && text.isWellFormed());
    if (texts.length === 0) return undefined;
    const total = texts.reduce((sum, text) => sum + lengthOf(text), 0);
    const shown = total <= MAX_WARNINGS_CHARACTERS ? texts : shortened(texts);
    return asBytes(shown.map((text) => `299 - "${text.replace(/["\\]/g, "\\$&")}"`).join(", "));
  }
}

/** Long ones lose their ends, and once there is enough the rest is not said. */
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

/** In characters, which may be two units of JavaScript's strings. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** A header is bytes, and here one character stands for each. */
function asBytes(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

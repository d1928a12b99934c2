/** Formats values for messages and evidence: bounded, and on one line. */
import { MAX_SHOWN_VALUE_LENGTH } from "../../lib/limits.ts";

/** Replaces a confidential value, such as a Secret's. */
export const HIDDEN = "(not shown)";

/** A value in a sentence. */
export function show(value: unknown): string {
  return cut(JSON.stringify(value) ?? "nothing");
}

/** A value in evidence: the value itself, or the beginning of its text where it is long. */
export function shown(value: unknown): unknown {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN_VALUE_LENGTH ? cut(text) : value;
}

/** Names in a sentence. */
export function listed(names: readonly string[], max: number): string {
  const more = names.length - max;
  return more > 0 ? `${names.slice(0, max).join(", ")} and ${more} more` : names.join(", ");
}

function cut(text: string): string {
  return text.length > MAX_SHOWN_VALUE_LENGTH ? `${text.slice(0, MAX_SHOWN_VALUE_LENGTH)}…` : text;
}

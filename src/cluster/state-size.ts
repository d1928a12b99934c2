/**
 * Sizes of private states as JSON. A cache by identity works because private states are replaced and never changed; most
 * rows change for other reasons.
 */
import { jsonSize, type TextSize } from "../lib/text-size.ts";

const sizes = new WeakMap<object, TextSize>();

export function sizeOfState(state: unknown): TextSize {
  if (typeof state !== "object" || state === null) return jsonSize(state);
  const size = sizes.get(state) ?? jsonSize(state);
  sizes.set(state, size);
  return size;
}

/** Octets of a key's private states as stored: the JSON text of the record. */
export function octetsOfStates(states: Readonly<Record<string, unknown>> | null): number {
  if (states === null) return 0;
  const entries = Object.entries(states);
  // Braces, commas, and a colon for each entry.
  const punctuation = 2 + Math.max(0, entries.length - 1) + entries.length;
  return entries.reduce((sum, [name, state]) => sum + jsonSize(name).octets + sizeOfState(state).octets, punctuation);
}

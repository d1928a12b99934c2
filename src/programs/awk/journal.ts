/**
 * Effects of one action of awk. An action cannot be suspended in its middle, because its state is the call stack. When
 * it must wait, it is given up and later runs again from its beginning. Effects that it had before are then taken from
 * the journal instead of being repeated.
 */
import type { JsonValue } from "../../lib/json.ts";

export class Journal {
  #at = 0;
  #entries: JsonValue[];

  constructor(entries: JsonValue[] = []) {
    this.#entries = entries;
  }

  /** The result of an effect, which happens once; it must be JSON. An effect that throws has not happened. */
  once<T>(effect: () => T): T {
    if (this.#at < this.#entries.length) return this.#entries[this.#at++] as T;
    const result = effect();
    this.#entries.push(result as JsonValue);
    this.#at++;
    return result;
  }

  /** The action has ended: its effects are not needed any more. */
  clear(): void {
    this.#entries = [];
    this.#at = 0;
  }

  entries(): JsonValue[] {
    return this.#entries;
  }
}

/** What a generator draws from: fast-check's choices, in the words that the generators use. */
import fc from "fast-check";

export class Draw {
  /** How many values of a hundred are hostile. Set for each request: what is refused for its first field shows little. */
  hostility = 0;
  readonly #gen: fc.GeneratorValue;

  constructor(gen: fc.GeneratorValue) {
    this.#gen = gen;
  }

  /** A number from 0 to below `limit`. */
  below(limit: number): number {
    return this.#gen(evenly, limit - 1);
  }

  /** True so many times out of a hundred. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  some<T>(choices: readonly T[], percent: number): T[] {
    return choices.filter(() => this.chance(percent));
  }

  /** Any JSON at all. */
  json(): unknown {
    return this.#gen(fc.jsonValue, JSON_SIZE);
  }

  /** Any text, halves of characters and control characters included. */
  text(): string {
    return this.#gen(fc.string, TEXT);
  }

  bytes(maxLength: number): Uint8Array {
    return this.#gen(fc.uint8Array, { maxLength });
  }
}

const JSON_SIZE: fc.JsonSharedConstraints = { maxDepth: 3 };
const TEXT: fc.StringConstraints = { unit: "binary", maxLength: 24 };

/** Without fast-check's liking for small and large numbers, which would make all that is rare frequent. */
const evenly = (max: number) => fc.noBias(fc.nat(max));

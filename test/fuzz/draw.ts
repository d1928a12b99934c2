/** The random source of generators: fast-check's choices with the names that the generators use. */
import fc from "fast-check";

export class Draw {
  /** Hostile values of a hundred, set for each request. A request that fails at its first field tests little. */
  hostility = 0;
  readonly #gen: fc.GeneratorValue;

  constructor(gen: fc.GeneratorValue) {
    this.#gen = gen;
  }

  /** A number from 0 to `limit` - 1. */
  below(limit: number): number {
    return this.#gen(evenly, limit - 1);
  }

  /** True with this probability in percent. */
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

  /** Any text, including lone surrogates and control characters. */
  text(): string {
    return this.#gen(fc.string, TEXT);
  }

  bytes(maxLength: number): Uint8Array {
    return this.#gen(fc.uint8Array, { maxLength });
  }
}

const JSON_SIZE: fc.JsonSharedConstraints = { maxDepth: 3 };
const TEXT: fc.StringConstraints = { unit: "binary", maxLength: 24 };

/** Without fast-check's bias to small and large numbers, which would make rare choices frequent. */
const evenly = (max: number) => fc.noBias(fc.nat(max));

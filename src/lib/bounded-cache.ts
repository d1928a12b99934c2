/**
 * A map with a limit: the least recently used entries go until the rest fits. For values that can be computed or loaded
 * again. Every entry counts as one unless `weigh` says more; an entry that alone exceeds the limit is not kept.
 */
export class BoundedCache<K, V> {
  /** In order of use, oldest first. */
  readonly #entries = new Map<K, V>();
  readonly #limit: number;
  readonly #weigh: (key: K, value: V) => number;
  #weight = 0;

  /** `weigh` must give the same weight for an entry every time. */
  constructor(limit: number, weigh: (key: K, value: V) => number = () => 1) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which then counts as the most recently used one. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.delete(key);
    const weight = this.#weigh(key, value);
    if (weight > this.#limit) return;
    this.#entries.set(key, value);
    this.#weight += weight;
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#limit) break;
      this.delete(oldest);
    }
  }

  delete(key: K): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(key, value);
  }

  /** The cached value, or the computed one, which is then cached. Errors of `compute` are passed on and not cached. */
  getOrCompute(key: K, compute: () => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = compute();
    this.set(key, value);
    return value;
  }
}

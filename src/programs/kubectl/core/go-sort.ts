/**
 * Go's sort.Sort. It is not stable: equal elements come out in an order that kubectl's users see (`--sort-by`, events).
 * Source: Go's sort/zsortinterface.go (pattern-defeating quicksort)
 */

/** Sorts in place. `isLess` compares two elements. */
export function goSort<T>(list: T[], isLess: (a: T, b: T) => boolean): T[] {
  new Sorter(list, isLess).run();
  return list;
}

const MAX_INSERTION = 12;
const NINTHER = 50;
const MAX_SWAPS = 12;
const SHORTEST_SHIFTING = 50;
const SHIFTING_STEPS = 5;

type Hint = "increasing" | "decreasing" | "unknown";

class Sorter<T> {
  readonly #list: T[];
  readonly #isLess: (a: T, b: T) => boolean;
  #swaps = 0;

  constructor(list: T[], isLess: (a: T, b: T) => boolean) {
    this.#list = list;
    this.#isLess = isLess;
  }

  run(): void {
    const { length } = this.#list;
    if (length > 1) this.#quickSort(0, length, bitLength(length));
  }

  #less(i: number, j: number): boolean {
    return this.#isLess(this.#list[i]!, this.#list[j]!);
  }

  #swap(i: number, j: number): void {
    const list = this.#list;
    [list[i], list[j]] = [list[j]!, list[i]!];
  }

  /** `limit`: bad pivots that are allowed before heapsort takes over. */
  #quickSort(from: number, to: number, limit: number): void {
    let [a, b, badPivots] = [from, to, limit];
    let wasBalanced = true;
    let wasPartitioned = true;
    for (;;) {
      const length = b - a;
      if (length <= MAX_INSERTION || badPivots === 0) break;
      if (!wasBalanced) {
        this.#breakPatterns(a, b);
        badPivots--;
      }
      let { pivot, hint } = this.#choosePivot(a, b);
      if (hint === "decreasing") {
        this.#reverse(a, b);
        pivot = b - 1 - (pivot - a);
        hint = "increasing";
      }
      if (wasBalanced && wasPartitioned && hint === "increasing" && this.#partialInsertionSort(a, b)) return;
      if (a > 0 && !this.#less(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot);
        continue;
      }
      const { middle, isPartitioned } = this.#partition(a, b, pivot);
      wasPartitioned = isPartitioned;
      const [left, right] = [middle - a, b - middle];
      const threshold = Math.trunc(length / 8);
      if (left < right) {
        wasBalanced = left >= threshold;
        this.#quickSort(a, middle, badPivots);
        a = middle + 1;
      } else {
        wasBalanced = right >= threshold;
        this.#quickSort(middle + 1, b, badPivots);
        b = middle;
      }
    }
    if (b - a <= MAX_INSERTION) this.#insertionSort(a, b);
    else this.#heapSort(a, b);
  }

  #insertionSort(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) {
      for (let j = i; j > a && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
    }
  }

  #heapSort(a: number, b: number): void {
    const size = b - a;
    for (let i = Math.trunc((size - 1) / 2); i >= 0; i--) this.#siftDown(i, size, a);
    for (let i = size - 1; i >= 0; i--) {
      this.#swap(a, a + i);
      this.#siftDown(0, i, a);
    }
  }

  #siftDown(low: number, high: number, first: number): void {
    let root = low;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= high) return;
      if (child + 1 < high && this.#less(first + child, first + child + 1)) child++;
      if (!this.#less(first + root, first + child)) return;
      this.#swap(first + root, first + child);
      root = child;
    }
  }

  #partition(a: number, b: number, pivot: number): { middle: number; isPartitioned: boolean } {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    const advance = () => {
      while (i <= j && this.#less(i, a)) i++;
      while (i <= j && !this.#less(j, a)) j--;
    };
    advance();
    const isPartitioned = i > j;
    while (i <= j) {
      this.#swap(i, j);
      i++;
      j--;
      advance();
    }
    this.#swap(j, a);
    return { middle: j, isPartitioned };
  }

  /** Elements that equal the pivot come first. Returns the end of them. */
  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot);
    let [i, j] = [a + 1, b - 1];
    for (;;) {
      while (i <= j && !this.#less(a, i)) i++;
      while (i <= j && this.#less(a, j)) j--;
      if (i > j) return i;
      this.#swap(i, j);
      i++;
      j--;
    }
  }

  /** True if the range is sorted now; a few misplaced elements are moved. */
  #partialInsertionSort(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < SHIFTING_STEPS; step++) {
      while (i < b && !this.#less(i, i - 1)) i++;
      if (i === b) return true;
      if (b - a < SHORTEST_SHIFTING) return false;
      this.#swap(i, i - 1);
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
      if (b - i >= 2) for (let j = i + 1; j < b && this.#less(j, j - 1); j++) this.#swap(j, j - 1);
    }
    return false;
  }

  #breakPatterns(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    let random = BigInt(length);
    const mask = (1n << BigInt(bitLength(length))) - 1n;
    const at = a + Math.trunc(length / 4) * 2 - 1;
    for (let i = 0; i < 3; i++) {
      random = shifted(random);
      let other = Number(random & mask);
      if (other >= length) other -= length;
      this.#swap(at + i, a + other);
    }
  }

  #choosePivot(a: number, b: number): { pivot: number; hint: Hint } {
    const length = b - a;
    const quarter = Math.trunc(length / 4);
    let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
    this.#swaps = 0;
    if (length >= 8) {
      if (length >= NINTHER)
        [i, j, k] = [i, j, k].map((at) => this.#median(at - 1, at, at + 1)) as [number, number, number];
      j = this.#median(i, j, k);
    }
    return { pivot: j, hint: this.#swaps === 0 ? "increasing" : this.#swaps === MAX_SWAPS ? "decreasing" : "unknown" };
  }

  #median(first: number, second: number, third: number): number {
    let [a, b] = this.#ordered(first, second);
    [b] = this.#ordered(b, third);
    [a, b] = this.#ordered(a, b);
    return b;
  }

  #ordered(a: number, b: number): [number, number] {
    if (!this.#less(b, a)) return [a, b];
    this.#swaps++;
    return [b, a];
  }

  #reverse(a: number, b: number): void {
    for (let [i, j] = [a, b - 1]; i < j; i++, j--) this.#swap(i, j);
  }
}

/** Go's bits.Len. */
function bitLength(value: number): number {
  return value.toString(2).length;
}

/** The next state of Go's xorshift generator. */
function shifted(state: bigint): bigint {
  let next = BigInt.asUintN(64, state ^ (state << 13n));
  next ^= next >> 7n;
  return BigInt.asUintN(64, next ^ (next << 17n));
}

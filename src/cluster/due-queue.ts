/** Due work in order of time: a binary heap of (instant, controller, key). The reader skips stale items. */
import type { ObjectKey } from "../kinds/kind.ts";

export interface DueItem {
  atMs: number;
  controller: string;
  key: ObjectKey;
}

/** The order of due work. It is total, so it is the same after every restart. */
function before(a: DueItem, b: DueItem): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.controller !== b.controller) return a.controller < b.controller;
  return a.key < b.key;
}

export class DueQueue {
  readonly #heap: DueItem[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): DueItem | undefined {
    return this.#heap[0];
  }

  push(item: DueItem): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = item;
  }

  pop(): DueItem | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

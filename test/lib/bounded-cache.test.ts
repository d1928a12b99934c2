import { describe, expect, test } from "vitest";
import { BoundedCache } from "../../src/lib/bounded-cache.ts";

describe("a bounded cache", () => {
  test("drops the least recently used entry when it is full", () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    cache.get("a");
    cache.set("c", 3);
    expect([cache.get("a"), cache.get("b"), cache.get("c"), cache.size]).toEqual([1, undefined, 3, 2]);
  });

  test("replaces a value without dropping another", () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set("a", 1);
    cache.set("b", 2);
    cache.set("a", 3);
    expect([cache.get("a"), cache.get("b")]).toEqual([3, 2]);
  });

  test("computes a value once, and again after an error", () => {
    const cache = new BoundedCache<string, number>(2);
    let calls = 0;
    const compute = () => {
      calls++;
      if (calls === 1) throw new Error("not yet");
      return calls;
    };
    expect(() => cache.getOrCompute("a", compute)).toThrow("not yet");
    expect([cache.getOrCompute("a", compute), cache.getOrCompute("a", compute), calls]).toEqual([2, 2, 2]);
  });

  test("bounds the sum of weights, and keeps no entry that is too heavy alone", () => {
    const cache = new BoundedCache<string, number>(10, (_, weight) => weight);
    cache.set("a", 4);
    cache.set("b", 4);
    cache.get("a");
    cache.set("c", 5);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([4, undefined, 5]);
    cache.set("c", 6);
    expect([cache.get("a"), cache.get("c")]).toEqual([4, 6]);
    cache.set("d", 11);
    expect([cache.get("d"), cache.get("a"), cache.get("c")]).toEqual([undefined, 4, 6]);
  });
});

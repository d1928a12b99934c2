/** Arrays of awk, and the order in which `for (key in array)` walks them: that of each program's hash table. */
import type { Value } from "./values.ts";

export type AwkArray = Map<string, Value>;

/** How an array is walked. */
export type WalkOrder = (keys: readonly string[]) => string[];

/** mawk: 64 lists by FNV-1a, doubled at 12 elements for each; a new element is the first of its list. */
export const mawkOrder: WalkOrder = (keys) => {
  let lists = 64;
  while (keys.length > lists * 12) lists *= 2;
  return byList([...keys].reverse(), (key) => fnv1a(key) & (lists - 1));
};

const PRIMES = [61, 251, 1021, 4093, 16_381, 65_521];

/** busybox: the next prime number of lists at ten elements for each; a new element is the first of its list. */
export const busyboxOrder: WalkOrder = (keys) => {
  const lists = PRIMES.find((prime) => keys.length <= prime * 10) ?? PRIMES.at(-1)!;
  return byList([...keys].reverse(), (key) => hashBy63(key) % lists);
};

/** gawk walks arrays of whole numbers downwards as long as they are small. */
export const gawkOrder: WalkOrder = (keys) =>
  keys.every((key) => /^(0|[1-9]\d{0,8})$/.test(key)) ? [...keys].sort((a, b) => Number(b) - Number(a)) : [...keys];

function byList(keys: readonly string[], list: (key: string) => number): string[] {
  const placed = keys.map((key, at) => ({ key, at, list: list(key) }));
  return placed.sort((a, b) => a.list - b.list || a.at - b.at).map(({ key }) => key);
}

function fnv1a(text: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619);
  return hash >>> 0;
}

function hashBy63(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (text.charCodeAt(i) + Math.imul(hash, 63)) >>> 0;
  return hash;
}

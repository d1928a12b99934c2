/**
 * Primes of RSA keys. A search takes seconds of CPU for long keys, so the primes are fixed: each follows from a hash of
 * its number and from an offset that a search found beforehand. A key draws two of them. Keys are for teaching: two
 * clusters may share a prime.
 */
import { PRIME_OFFSETS } from "../generated/prime-offsets.ts";
import { integerOf } from "./p256.ts";
import { concatBytes, sha256 } from "./sha256.ts";

/** The lengths of keys, bits. */
export const RSA_LENGTHS: readonly number[] = Object.keys(PRIME_OFFSETS).map((bits) => 2 * Number(bits));

/** Two different primes of half the key's length. `draw` gives random 32 bits. */
export function drawPrimes(keyBits: number, draw: () => number): [bigint, bigint] {
  const bits = keyBits / 2;
  const count = PRIME_OFFSETS[bits]?.length ?? 0;
  if (count < 2) throw new RangeError(`no primes for keys of ${keyBits} bits`);
  const first = (draw() >>> 0) % count;
  const second = (first + 1 + ((draw() >>> 0) % (count - 1))) % count;
  return [primeOf(bits, first), primeOf(bits, second)];
}

export function primeOf(bits: number, index: number): bigint {
  return firstCandidate(bits, index) + 2n * BigInt(PRIME_OFFSETS[bits]?.[index] ?? 0);
}

/** An odd number of exactly this length, from which the search begins. Products of two have the full length. */
export function firstCandidate(bits: number, index: number): bigint {
  const parts = Array.from({ length: bits / 256 }, (_, part) =>
    sha256(new TextEncoder().encode(`sandbar/prime/${bits}/${index}/${part}`)),
  );
  return integerOf(concatBytes(...parts)) | (3n << BigInt(bits - 2)) | 1n;
}

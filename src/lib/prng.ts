/**
 * The control plane's only source of randomness: a counter-based generator. A draw is a pure function of (seed,
 * position). The position is stored with the cluster, so the stream continues exactly after a restart.
 */

/** Letters and digits of Kubernetes' generated names (no vowels, no look-alikes). */
const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** MurmurHash3's finalizer: a bijection on 32-bit integers that mixes well. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** FNV-1a over UTF-16 code units: a stable 32-bit hash of a string. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let h = seed >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return h;
}

export class Random {
  readonly #seeds: readonly [number, number, number, number];
  /** Number of draws. The constructor takes it to continue the stream. */
  position: number;

  constructor(seed: string, position = 0) {
    this.#seeds = [hash32(seed), hash32(seed, 0x9747b28c), hash32(seed, 0x2545f491), hash32(seed, 0x5bd1e995)];
    this.position = position;
  }

  /** The next 32 bits. */
  uint32(): number {
    const at = this.position++;
    const [a, b, c, d] = this.#seeds;
    let h = mix(a ^ at);
    h = mix(h ^ b ^ Math.floor(at / 0x1_0000_0000));
    h = mix(h + c);
    return mix(h ^ d);
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * bound);
  }

  /** A suffix for `generateName`, as Kubernetes appends it. */
  nameSuffix(length = 5): string {
    let suffix = "";
    for (let i = 0; i < length; i++) suffix += NAME_ALPHABET[this.below(NAME_ALPHABET.length)];
    return suffix;
  }

  /** A version 4 UUID. */
  uid(): string {
    return formatUid(this.uint32(), this.uint32(), this.uint32(), this.uint32());
  }
}

/** The uid of the n-th object of a base: a function of the cluster's seed alone. */
export function baseUid(seed: string, n: number): string {
  return new Random(`${seed}/base`, n * 4).uid();
}

function formatUid(a: number, b: number, c: number, d: number): string {
  const hex = [a, ((b & 0xffff0fff) | 0x4000) >>> 0, ((c & 0x3fffffff) | 0x80000000) >>> 0, d]
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** RSA (RFC 8017): keys, signatures with PKCS #1 v1.5, and encryption with it. */

import { integerOf } from "./p256.ts";
import { power } from "./power.ts";
import { drawPrimes } from "./primes.ts";
import { concatBytes } from "./sha256.ts";

export interface RsaKey {
  type: "rsa";
  n: bigint;
  e: bigint;
  d: bigint;
  p: bigint;
  q: bigint;
  dp: bigint;
  dq: bigint;
  qi: bigint;
}

const PUBLIC_EXPONENT = 65_537n;
/** PKCS #1 v1.5 adds at least so many bytes. */
const MIN_PADDING = 11;

/** A key of one of `RSA_LENGTHS`. `draw` gives random 32 bits. */
export function makeRsaKey(bits: number, draw: () => number): RsaKey {
  const [first, second] = drawPrimes(bits, draw);
  const [p, q] = first > second ? [first, second] : [second, first];
  const d = inverse(PUBLIC_EXPONENT, (p - 1n) * (q - 1n));
  return {
    ...{ type: "rsa", n: p * q, e: PUBLIC_EXPONENT, d, p, q },
    ...{ dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) },
  };
}

/** Size of the modulus, bytes. */
export function rsaBytes(n: bigint): number {
  return Math.ceil(n.toString(16).length / 2);
}

/** The private operation, by the Chinese remainder theorem. */
export function decipher({ p, q, dp, dq, qi }: RsaKey, value: bigint): bigint {
  const [a, b] = [power(value % p, dp, p), power(value % q, dq, q)];
  const h = (((a - b) % p) + p) * qi;
  return b + (h % p) * q;
}

/** `encoded`: the digest within its DER structure. */
export function rsaSign(key: RsaKey, encoded: Uint8Array): Uint8Array {
  const size = rsaBytes(key.n);
  const padding = new Uint8Array(size - 3 - encoded.length).fill(0xff);
  const block = concatBytes(Uint8Array.of(0, 1), padding, Uint8Array.of(0), encoded);
  return bytesOfSize(decipher(key, integerOf(block)), size);
}

/** Undefined: the message is too long for the key. */
export function rsaEncrypt(
  { n, e }: { n: bigint; e: bigint },
  message: Uint8Array,
  draw: () => number,
): Uint8Array | undefined {
  const size = rsaBytes(n);
  if (message.length > size - MIN_PADDING) return undefined;
  const padding = Uint8Array.from({ length: size - 3 - message.length }, () => ((draw() >>> 0) % 255) + 1);
  const block = concatBytes(Uint8Array.of(0, 2), padding, Uint8Array.of(0), message);
  return bytesOfSize(power(integerOf(block), e, n), size);
}

/** Undefined: the bytes were not encrypted for this key. */
export function rsaDecrypt(key: RsaKey, encrypted: Uint8Array): Uint8Array | undefined {
  const size = rsaBytes(key.n);
  if (encrypted.length !== size) return undefined;
  const block = bytesOfSize(decipher(key, integerOf(encrypted)), size);
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= MIN_PADDING - 1 ? block.subarray(end + 1) : undefined;
}

/** Most significant byte first. */
export function bytesOfSize(value: bigint, size: number): Uint8Array {
  const hex = value.toString(16).padStart(size * 2, "0");
  return Uint8Array.from({ length: size }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

/** The inverse of `value` modulo `modulus`, which have no common divisor. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high] = [value % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (low > 0n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [x, y] = [y - quotient * x, x];
  }
  return ((y % modulus) + modulus) % modulus;
}

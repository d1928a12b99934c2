/**
 * ECDSA over NIST P-256 with SHA-256 (FIPS 186-5), the nonce made from key and message (RFC 6979): a signature is a pure
 * function of both, which keeps clusters reproducible. Keys are of one cluster and never leave its state.
 */
import { concatBytes, hmacSha256, sha256 } from "./sha256.ts";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const GENERATOR: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};
const WORD_BYTES = 32;

/** An affine point of the curve. */
export interface Point {
  x: bigint;
  y: bigint;
}

/** Jacobian coordinates; z = 0 is the point at infinity. */
interface Jacobian {
  x: bigint;
  y: bigint;
  z: bigint;
}

const INFINITY: Jacobian = { x: 1n, y: 1n, z: 0n };

/** A private key from 32 bytes of a secret, whatever they are. */
export function privateKeyFrom(secret: Uint8Array): bigint {
  return (integerOf(secret) % (N - 1n)) + 1n;
}

export function publicKeyOf(privateKey: bigint): Point {
  return affine(multiply(GENERATOR, privateKey));
}

/** `r` and `s`, 32 bytes each: the form of JWS (RFC 7518, 3.4). */
export function sign(privateKey: bigint, message: Uint8Array): Uint8Array {
  const digest = sha256(message);
  const e = integerOf(digest) % N;
  for (const k of nonces(privateKey, digest)) {
    const r = affine(multiply(GENERATOR, k)).x % N;
    const s = (inverse(k, N) * (e + r * privateKey)) % N;
    if (r !== 0n && s !== 0n) return concatBytes(bytesOf(r), bytesOf(s));
  }
  throw new Error("unreachable: nonces never end");
}

export function verify(publicKey: Point, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 2 * WORD_BYTES || !isOnCurve(publicKey)) return false;
  const r = integerOf(signature.subarray(0, WORD_BYTES));
  const s = integerOf(signature.subarray(WORD_BYTES));
  if (r === 0n || s === 0n || r >= N || s >= N) return false;
  const w = inverse(s, N);
  const e = integerOf(sha256(message)) % N;
  const sum = add(multiply(GENERATOR, (e * w) % N), multiply(publicKey, (r * w) % N));
  return sum.z !== 0n && affine(sum).x % N === r;
}

export function isOnCurve({ x, y }: Point): boolean {
  return x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

/** Uncompressed: 4, x, y (SEC 1). */
export function encodePoint({ x, y }: Point): Uint8Array {
  return concatBytes(Uint8Array.of(4), bytesOf(x), bytesOf(y));
}

export function bytesOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(WORD_BYTES);
  for (let i = WORD_BYTES - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

export function integerOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** RFC 6979, 3.2, for a curve and a hash of the same 256 bits. */
function* nonces(privateKey: bigint, digest: Uint8Array): Generator<bigint> {
  const seed = concatBytes(bytesOf(privateKey), bytesOf(integerOf(digest) % N));
  let v: Uint8Array = new Uint8Array(WORD_BYTES).fill(1);
  let k: Uint8Array = new Uint8Array(WORD_BYTES);
  for (const separator of [0, 1]) {
    k = hmacSha256(k, v, Uint8Array.of(separator), seed);
    v = hmacSha256(k, v);
  }
  for (;;) {
    v = hmacSha256(k, v);
    const candidate = integerOf(v);
    if (candidate > 0n && candidate < N) yield candidate;
    k = hmacSha256(k, v, Uint8Array.of(0));
    v = hmacSha256(k, v);
  }
}

/** Every bit costs a doubling and an addition, so the time says nothing about the key's ones and zeros. */
function multiply({ x, y }: Point, scalar: bigint): Jacobian {
  let [result, next]: [Jacobian, Jacobian] = [INFINITY, { x, y, z: 1n }];
  for (let bit = 255n; bit >= 0n; bit--) {
    const sum = add(result, next);
    if ((scalar >> bit) & 1n) [result, next] = [sum, double(next)];
    else [result, next] = [double(result), sum];
  }
  return result;
}

function double({ x, y, z }: Jacobian): Jacobian {
  if (z === 0n || y === 0n) return INFINITY;
  const zz = (z * z) % P;
  const yy = (y * y) % P;
  const s = (4n * x * yy) % P;
  const m = (3n * (x - zz) * (x + zz)) % P;
  const x3 = mod(m * m - 2n * s);
  return { x: x3, y: mod(m * (s - x3) - 8n * yy * yy), z: mod(2n * y * z) };
}

function add(a: Jacobian, b: Jacobian): Jacobian {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const aa = (a.z * a.z) % P;
  const bb = (b.z * b.z) % P;
  const u1 = (a.x * bb) % P;
  const s1 = (a.y * bb * b.z) % P;
  const h = mod(b.x * aa - u1);
  const r = mod(b.y * aa * a.z - s1);
  if (h === 0n) return r === 0n ? double(a) : INFINITY;
  const hh = (h * h) % P;
  const hhh = (h * hh) % P;
  const v = (u1 * hh) % P;
  const x = mod(r * r - hhh - 2n * v);
  return { x, y: mod(r * (v - x) - s1 * hhh), z: mod(h * a.z * b.z) };
}

function affine({ x, y, z }: Jacobian): Point {
  const zInverse = inverse(z, P);
  const zz = (zInverse * zInverse) % P;
  return { x: (x * zz) % P, y: (y * zz * zInverse) % P };
}

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

/** By the extended Euclidean algorithm; the modulus is prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r0, r1, t0, t1] = [modulus, ((value % modulus) + modulus) % modulus, 0n, 1n];
  while (r1 > 0n) {
    const quotient = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - quotient * r1, t1, t0 - quotient * t1];
  }
  return ((t0 % modulus) + modulus) % modulus;
}

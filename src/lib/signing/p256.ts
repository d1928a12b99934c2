/**
 * ECDSA over NIST P-256 with SHA-256 (FIPS 186-5), with deterministic nonces (RFC 6979). A signature is a pure function
 * of key and message, which keeps clusters reproducible. WebCrypto's signatures are random and asynchronous.
 */
import { p256 } from "@noble/curves/nist.js";

const WORD_BYTES = 32;

/** An affine point of the curve. */
export interface Point {
  x: bigint;
  y: bigint;
}

/** A private key from any 32 secret bytes. */
export function privateKeyFrom(secret: Uint8Array): bigint {
  return (integerOf(secret) % (p256.Point.CURVE().n - 1n)) + 1n;
}

export function publicKeyOf(privateKey: bigint): Point {
  const { x, y } = p256.Point.BASE.multiply(privateKey);
  return { x, y };
}

/** `r` and `s`, 32 bytes each: the form of JWS (RFC 7518, 3.4). */
export function sign(privateKey: bigint, message: Uint8Array): Uint8Array {
  return p256.sign(message, bytesOf(privateKey), { lowS: false });
}

/** False for an invalid signature or key as well. */
export function verify(publicKey: Point, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 2 * WORD_BYTES || !isOnCurve(publicKey)) return false;
  return p256.verify(signature, message, encodePoint(publicKey), { lowS: false });
}

function isOnCurve(point: Point): boolean {
  try {
    p256.Point.fromAffine(point).assertValidity();
    return true;
  } catch {
    return false;
  }
}

/** Uncompressed: 4, x, y (SEC 1). */
export function encodePoint({ x, y }: Point): Uint8Array {
  return p256.Point.fromAffine({ x, y }).toBytes(false);
}

/** 32 bytes, most significant first. */
export function bytesOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(WORD_BYTES);
  for (let i = WORD_BYTES - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** The number of these bytes, most significant first. */
export function integerOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** Private keys and their public parts: RSA, EC over the NIST curves, Ed25519 (RFC 5280, RFC 5480, RFC 8410). */
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import {
  bitString,
  DerError,
  type DerValue,
  der,
  oid,
  oidOf,
  partsOf,
  readDer,
  sequence,
  TAG,
  unsigned,
} from "./der.ts";
import { integerOf } from "./p256.ts";
import { bytesOfSize, type RsaKey, rsaBytes } from "./rsa.ts";

export interface EcKey {
  type: "ec";
  curve: CurveName;
  secret: Uint8Array;
}

export interface EdwardsKey {
  type: "ed25519";
  secret: Uint8Array;
}

export type PrivateKey = RsaKey | EcKey | EdwardsKey;

export type PublicKey =
  | { type: "rsa"; n: bigint; e: bigint }
  | { type: "ec"; curve: CurveName; point: Uint8Array }
  | { type: "ed25519"; bytes: Uint8Array };

export type CurveName = "prime256v1" | "secp384r1" | "secp521r1";

interface Curve {
  id: string;
  nistName: string;
  bits: number;
  curve: typeof p256;
}

export const CURVES: Readonly<Record<CurveName, Curve>> = {
  prime256v1: { id: "1.2.840.10045.3.1.7", nistName: "P-256", bits: 256, curve: p256 },
  secp384r1: { id: "1.3.132.0.34", nistName: "P-384", bits: 384, curve: p384 },
  secp521r1: { id: "1.3.132.0.35", nistName: "P-521", bits: 521, curve: p521 },
};

export const RSA_ID = "1.2.840.113549.1.1.1";
export const EC_ID = "1.2.840.10045.2.1";
export const ED25519_ID = "1.3.101.112";

/** The curve of an identifier or of a name: `P-256`, `secp256r1`, `prime256v1`. */
export function curveNamed(name: string): CurveName | undefined {
  const wanted = name === "secp256r1" ? "prime256v1" : name;
  const names = Object.keys(CURVES) as CurveName[];
  return names.find((each) => each === wanted || CURVES[each].nistName === wanted || CURVES[each].id === wanted);
}

export function makeEcKey(curve: CurveName, draw: () => number): EcKey {
  const order = CURVES[curve].curve.Point.CURVE().n;
  const size = Math.ceil(CURVES[curve].bits / 8);
  const value = (integerOf(drawBytes(size + 8, draw)) % (order - 1n)) + 1n;
  return { type: "ec", curve, secret: bytesOfSize(value, size) };
}

export function makeEdwardsKey(draw: () => number): EdwardsKey {
  return { type: "ed25519", secret: drawBytes(32, draw) };
}

/** `draw` gives random 32 bits. */
export function drawBytes(count: number, draw: () => number): Uint8Array {
  return Uint8Array.from({ length: count }, () => draw() & 0xff);
}

export function publicPart(key: PrivateKey): PublicKey {
  switch (key.type) {
    case "rsa":
      return { type: "rsa", n: key.n, e: key.e };
    case "ec":
      return { type: "ec", curve: key.curve, point: CURVES[key.curve].curve.getPublicKey(key.secret, false) };
    case "ed25519":
      return { type: "ed25519", bytes: ed25519.getPublicKey(key.secret) };
  }
}

/** SubjectPublicKeyInfo, DER. */
export function encodePublicKey(key: PublicKey): Uint8Array {
  switch (key.type) {
    case "rsa":
      return sequence(sequence(oid(RSA_ID), der(TAG.null)), bitString(sequence(integer(key.n), integer(key.e))));
    case "ec":
      return sequence(sequence(oid(EC_ID), oid(CURVES[key.curve].id)), bitString(key.point));
    case "ed25519":
      return sequence(sequence(oid(ED25519_ID)), bitString(key.bytes));
  }
}

/** Undefined: a key of another algorithm. @throws DerError */
export function decodePublicKey(info: DerValue): PublicKey | undefined {
  const [algorithm, bits] = partsOf(info);
  const [id, parameters] = algorithm ? partsOf(algorithm) : [];
  if (!id || !bits) throw new DerError("no public key");
  const content = bits.content.subarray(1);
  switch (oidOf(id)) {
    case RSA_ID: {
      const [n, e] = partsOf(readDer(content));
      return n && e && { type: "rsa", n: integerOf(n.content), e: integerOf(e.content) };
    }
    case EC_ID: {
      const curve = parameters && curveNamed(oidOf(parameters));
      return curve && { type: "ec", curve, point: content };
    }
    case ED25519_ID:
      return { type: "ed25519", bytes: content };
    default:
      return undefined;
  }
}

export function isSameKey(a: PublicKey, b: PublicKey): boolean {
  const [first, second] = [encodePublicKey(a), encodePublicKey(b)];
  return first.length === second.length && first.every((byte, i) => byte === second[i]);
}

/** A non-negative integer as DER. */
export function integer(value: bigint): Uint8Array {
  return unsigned(bytesOfSize(value, rsaBytes(value)));
}

/** Signatures of certificates and requests: ECDSA over the NIST curves, Ed25519, and RSA (PKCS #1 v1.5). */

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { toHex } from "../encoding.ts";
import { MAX_RSA_BITS } from "../limits.ts";
import { DerError, type DerValue, oidOf, partsOf, readDer, TAG } from "./der.ts";
import { integerOf } from "./p256.ts";
import { power } from "./power.ts";

type Hash = (message: Uint8Array) => Uint8Array;

const ECDSA: Readonly<Record<string, Hash>> = {
  "1.2.840.10045.4.3.2": sha256,
  "1.2.840.10045.4.3.3": sha384,
  "1.2.840.10045.4.3.4": sha512,
};
const CURVES: Readonly<Record<string, typeof p256>> = {
  "1.2.840.10045.3.1.7": p256,
  "1.3.132.0.34": p384,
  "1.3.132.0.35": p521,
};
/** PKCS #1 v1.5, with the DER prefix of each digest (RFC 8017, 9.2). */
const RSA: Readonly<Record<string, { hash: Hash; prefix: string }>> = {
  "1.2.840.113549.1.1.11": { hash: sha256, prefix: "3031300d060960864801650304020105000420" },
  "1.2.840.113549.1.1.12": { hash: sha384, prefix: "3041300d060960864801650304020205000430" },
  "1.2.840.113549.1.1.13": { hash: sha512, prefix: "3051300d060960864801650304020305000440" },
};

const ED25519 = "1.3.101.112";

export interface SignedMessage {
  /** Identifier of the signature algorithm. */
  id: string;
  message: Uint8Array;
  signature: Uint8Array;
  /** SubjectPublicKeyInfo. */
  publicKey: DerValue;
}

/** True for a valid signature, and for an unknown signature algorithm. @throws DerError */
export function isSignatureOf({ id, message, signature, publicKey }: SignedMessage): boolean {
  const [algorithm, bits] = partsOf(publicKey);
  const [, parameters] = partsOf(present(algorithm));
  const [ecdsa, rsa] = [ECDSA[id], RSA[id]];
  const curve = parameters?.tag === TAG.oid ? CURVES[oidOf(parameters)] : undefined;
  if (ecdsa && curve) {
    try {
      const options = { prehash: false, lowS: false, format: "der" } as const;
      return curve.verify(signature, ecdsa(message), bitsOf(present(bits)), options);
    } catch {
      // An invalid point of the curve, or an invalid signature.
      return false;
    }
  }
  if (id === ED25519) return isRightEd25519(signature, message, bitsOf(present(bits)));
  return rsa ? isRightRsa(rsa, { message, signature, key: bitsOf(present(bits)) }) : true;
}

function isRightEd25519(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, key);
  } catch {
    // An invalid point of the curve, or an invalid signature.
    return false;
  }
}

function isRightRsa(
  { hash, prefix }: { hash: Hash; prefix: string },
  { message, signature, key }: { message: Uint8Array; signature: Uint8Array; key: Uint8Array },
): boolean {
  const [modulus, exponent] = partsOf(readDer(key)).map(({ content }) => integerOf(content));
  if (!modulus || !exponent || exponent > 0xffff_ffffn || signature.length * 8 > MAX_RSA_BITS) return false;
  const found = power(integerOf(signature), exponent, modulus).toString(16);
  const digest = toHex(hash(message));
  const tail = `00${prefix}${digest}`;
  const padding = signature.length * 2 - 4 - tail.length;
  return padding > 0 && found === `1${"f".repeat(padding)}${tail}`;
}

/** @throws DerError for a missing value */
export function present(value: DerValue | undefined): DerValue {
  if (!value) throw new DerError("structure error: sequence is too short");
  return value;
}

/** The bytes of a bit string without unused bits. @throws DerError */
export function bitsOf({ tag, content }: DerValue): Uint8Array {
  if (tag !== TAG.bitString) throw new DerError("structure error: tags don't match");
  return content.subarray(1);
}

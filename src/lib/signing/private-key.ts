/** Private keys in PEM that sign certificates: P-256 (SEC 1, PKCS #8) and RSA (PKCS #1, PKCS #8). */

import { sha256 as digest } from "@noble/hashes/sha2.js";
import { toHex } from "../encoding.ts";
import { MAX_RSA_BITS } from "../limits.ts";
import { ecdsaSigner, type Signer } from "./certificate.ts";
import { DerError, type DerValue, der, oid, oidOf, partsOf, readDer, sequence, TAG } from "./der.ts";
import { integerOf } from "./p256.ts";
import { pemBlocks } from "./pem.ts";
import { power } from "./power.ts";

const EC_KEY = "1.2.840.10045.2.1";
const P256 = "1.2.840.10045.3.1.7";
const RSA_KEY = "1.2.840.113549.1.1.1";
const RSA_WITH_SHA256 = sequence(oid("1.2.840.113549.1.1.11"), der(TAG.null));
/** DER prefix of a SHA-256 digest (RFC 8017, 9.2). */
const DIGEST_PREFIX = "3031300d060960864801650304020105000420";

/** A signer with the key; undefined for text without a key that can sign here. */
export function signerOf(text: string): Signer | undefined {
  for (const { type, bytes } of pemBlocks(text)) {
    try {
      const signer = readKey(type, readDer(bytes));
      if (signer) return signer;
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
    }
  }
  return undefined;
}

function readKey(type: string, value: DerValue): Signer | undefined {
  const parts = partsOf(value);
  switch (type) {
    case "EC PRIVATE KEY":
      return ecSigner(parts[1]);
    case "RSA PRIVATE KEY":
      return rsaSigner(parts);
    case "PRIVATE KEY": {
      const [, algorithm, key] = parts;
      const [id, curve] = algorithm ? partsOf(algorithm) : [];
      if (!id || !key) return undefined;
      const inner = partsOf(readDer(key.content));
      if (oidOf(id) === RSA_KEY) return rsaSigner(inner);
      return oidOf(id) === EC_KEY && curve && oidOf(curve) === P256 ? ecSigner(inner[1]) : undefined;
    }
    default:
      return undefined;
  }
}

function ecSigner(secret: DerValue | undefined): Signer | undefined {
  // Keys of longer curves cannot sign here.
  return secret?.content.length === 32 ? ecdsaSigner(integerOf(secret.content)) : undefined;
}

function rsaSigner([, modulus, , exponent]: readonly DerValue[]): Signer | undefined {
  if (!modulus || !exponent) return undefined;
  const n = integerOf(modulus.content);
  const d = integerOf(exponent.content);
  const octets = Math.ceil(n.toString(16).length / 2);
  if (octets * 8 > MAX_RSA_BITS) return undefined;
  return {
    algorithm: RSA_WITH_SHA256,
    sign(message) {
      const tail = `00${DIGEST_PREFIX}${toHex(digest(message))}`;
      const padded = BigInt(`0x01${"f".repeat(octets * 2 - 4 - tail.length)}${tail}`.replace("0x01", "0x1"));
      const hex = power(padded, d, n)
        .toString(16)
        .padStart(octets * 2, "0");
      return Uint8Array.from({ length: octets }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
    },
  };
}

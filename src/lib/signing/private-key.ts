/** Private keys in PEM (PKCS #1, PKCS #8, SEC 1), and signing with them. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { MAX_RSA_BITS } from "../limits.ts";
import type { Signer } from "./certificate.ts";
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
  tagged,
  unsigned,
} from "./der.ts";
import {
  CURVES,
  curveNamed,
  EC_ID,
  type EcKey,
  ED25519_ID,
  encodePublicKey,
  integer,
  type PrivateKey,
  publicPart,
  RSA_ID,
} from "./keys.ts";
import { integerOf } from "./p256.ts";
import { pemBlocks } from "./pem.ts";
import { type RsaKey, rsaBytes, rsaSign } from "./rsa.ts";

/** A digest that signs: its function, its identifier, and those of the signature algorithms. */
interface SigningDigest {
  hash: (bytes: Uint8Array) => Uint8Array;
  id: string;
  rsa: string;
  ecdsa: string;
}

const SIGNING_DIGESTS = {
  sha1: { hash: sha1, id: "1.3.14.3.2.26", rsa: "1.2.840.113549.1.1.5", ecdsa: "1.2.840.10045.4.1" },
  sha256: {
    ...{ hash: sha256, id: "2.16.840.1.101.3.4.2.1" },
    ...{ rsa: "1.2.840.113549.1.1.11", ecdsa: "1.2.840.10045.4.3.2" },
  },
  sha384: {
    ...{ hash: sha384, id: "2.16.840.1.101.3.4.2.2" },
    ...{ rsa: "1.2.840.113549.1.1.12", ecdsa: "1.2.840.10045.4.3.3" },
  },
  sha512: {
    ...{ hash: sha512, id: "2.16.840.1.101.3.4.2.3" },
    ...{ rsa: "1.2.840.113549.1.1.13", ecdsa: "1.2.840.10045.4.3.4" },
  },
} as const satisfies Record<string, SigningDigest>;

export type DigestName = keyof typeof SIGNING_DIGESTS;

export function isSigningDigest(name: string): name is DigestName {
  return Object.hasOwn(SIGNING_DIGESTS, name);
}

/** A signer with the key; undefined for text without a key that can sign here. */
export function signerOf(text: string): Signer | undefined {
  const key = readPrivateKey(text);
  return key && signerWith(key, "sha256");
}

/** Identifier of the signature algorithm of a key with a digest. */
export function signatureAlgorithm(type: PrivateKey["type"], digest: DigestName): string {
  if (type === "ed25519") return ED25519_ID;
  return type === "rsa" ? SIGNING_DIGESTS[digest].rsa : SIGNING_DIGESTS[digest].ecdsa;
}

/** Ed25519 has a digest of its own. */
export function signerWith(key: PrivateKey, digest: DigestName): Signer {
  const { hash, id }: SigningDigest = SIGNING_DIGESTS[digest];
  const algorithm = oid(signatureAlgorithm(key.type, digest));
  switch (key.type) {
    case "rsa":
      return {
        algorithm: sequence(algorithm, der(TAG.null)),
        sign(message) {
          const digested = der(TAG.octetString, hash(message));
          return rsaSign(key, sequence(sequence(oid(id), der(TAG.null)), digested));
        },
      };
    case "ec":
      return {
        algorithm: sequence(algorithm),
        sign(message) {
          const options = { prehash: false, lowS: false, format: "der" } as const;
          return CURVES[key.curve].curve.sign(hash(message), key.secret, options);
        },
      };
    case "ed25519":
      return { algorithm: sequence(algorithm), sign: (message) => ed25519.sign(message, key.secret) };
  }
}

/** The first private key of a text that is not encrypted; undefined without one. */
export function readPrivateKey(text: string): PrivateKey | undefined {
  for (const { type, bytes } of pemBlocks(text)) {
    try {
      const key = decodePrivateKey(type, readDer(bytes));
      if (key) return key;
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
    }
  }
  return undefined;
}

/** A key from a block of this type. Undefined: no key that is known here. @throws DerError */
export function decodePrivateKey(type: string, value: DerValue): PrivateKey | undefined {
  const parts = partsOf(value);
  switch (type) {
    case "EC PRIVATE KEY": {
      const parameters = parts.find(({ tag }) => tag === 0xa0);
      const id = parameters && partsOf(parameters)[0];
      return ecKey(parts[1], id && oidOf(id));
    }
    case "RSA PRIVATE KEY":
      return rsaKey(parts);
    case "PRIVATE KEY": {
      const [, algorithm, key] = parts;
      const [id, parameters] = algorithm ? partsOf(algorithm) : [];
      if (!id || !key) return undefined;
      const inner = readDer(key.content);
      if (oidOf(id) === RSA_ID) return rsaKey(partsOf(inner));
      if (oidOf(id) === ED25519_ID) return { type: "ed25519", secret: inner.content };
      return oidOf(id) === EC_ID ? ecKey(partsOf(inner)[1], parameters && oidOf(parameters)) : undefined;
    }
    default:
      return undefined;
  }
}

function ecKey(secret: DerValue | undefined, id: string | undefined): EcKey | undefined {
  const curve = curveNamed(id ?? CURVES.prime256v1.id);
  if (!secret || !curve || secret.content.length !== Math.ceil(CURVES[curve].bits / 8)) return undefined;
  return { type: "ec", curve, secret: secret.content };
}

function rsaKey(parts: readonly DerValue[]): RsaKey | undefined {
  const [, n, e, d, p, q, dp, dq, qi] = parts.map(({ content }) => integerOf(content));
  if (n === undefined || qi === undefined || rsaBytes(n) * 8 > MAX_RSA_BITS) return undefined;
  return { type: "rsa", n, e: e!, d: d!, p: p!, q: q!, dp: dp!, dq: dq!, qi };
}

/** PKCS #8, DER; PEM type `PRIVATE KEY`. */
export function encodePrivateKey(key: PrivateKey): Uint8Array {
  const wrap = (algorithm: Uint8Array, content: Uint8Array) =>
    sequence(unsigned(Uint8Array.of(0)), algorithm, der(TAG.octetString, content));
  switch (key.type) {
    case "rsa":
      return wrap(sequence(oid(RSA_ID), der(TAG.null)), encodeTraditional(key).bytes);
    case "ec":
      return wrap(sequence(oid(EC_ID), oid(CURVES[key.curve].id)), ecContent(key, { withCurve: false }));
    case "ed25519":
      return wrap(sequence(oid(ED25519_ID)), der(TAG.octetString, key.secret));
  }
}

/** The older form of the algorithm, with its PEM type. Ed25519 has none. */
export function encodeTraditional(key: PrivateKey): { type: string; bytes: Uint8Array } {
  switch (key.type) {
    case "rsa": {
      const { n, e, d, p, q, dp, dq, qi } = key;
      const numbers = [n, e, d, p, q, dp, dq, qi].map(integer);
      return { type: "RSA PRIVATE KEY", bytes: sequence(unsigned(Uint8Array.of(0)), ...numbers) };
    }
    case "ec":
      return { type: "EC PRIVATE KEY", bytes: ecContent(key, { withCurve: true }) };
    case "ed25519":
      return { type: "PRIVATE KEY", bytes: encodePrivateKey(key) };
  }
}

function ecContent(key: EcKey, { withCurve }: { withCurve: boolean }): Uint8Array {
  const info = readDer(encodePublicKey(publicPart(key)));
  const point = partsOf(info)[1]!.content.subarray(1);
  return sequence(
    unsigned(Uint8Array.of(1)),
    der(TAG.octetString, key.secret),
    ...(withCurve ? [tagged(0, oid(CURVES[key.curve].id))] : []),
    tagged(1, bitString(point)),
  );
}

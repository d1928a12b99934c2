/** Private keys under a password: PKCS #8 with PBES2 (RFC 8018), as OpenSSL 3 writes them: PBKDF2 and AES in CBC. */
import { cbc } from "@noble/ciphers/aes.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf } from "../../lib/bytes.ts";
import { DerError, der, oid, oidOf, partsOf, readDer, sequence, TAG } from "../../lib/signing/der.ts";
import { drawBytes, integer, type PrivateKey } from "../../lib/signing/keys.ts";
import { integerOf } from "../../lib/signing/p256.ts";
import { decodePrivateKey, encodePrivateKey } from "../../lib/signing/private-key.ts";

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const HMAC_SHA256 = "1.2.840.113549.2.9";
const CIPHERS: Readonly<Record<string, { id: string; keyBytes: number }>> = {
  "aes-128-cbc": { id: "2.16.840.1.101.3.4.1.2", keyBytes: 16 },
  "aes-192-cbc": { id: "2.16.840.1.101.3.4.1.22", keyBytes: 24 },
  "aes-256-cbc": { id: "2.16.840.1.101.3.4.1.42", keyBytes: 32 },
};
const ITERATIONS = 2048;
/** A file with more is not read: it would take minutes. */
const MAX_ITERATIONS = 100_000;

/** DER; PEM type `ENCRYPTED PRIVATE KEY`. */
export function encryptPrivateKey(
  key: PrivateKey,
  { password, cipher, draw }: { password: string; cipher: string; draw: () => number },
): Uint8Array {
  const { id, keyBytes } = CIPHERS[cipher] ?? CIPHERS["aes-256-cbc"]!;
  const [salt, iv] = [drawBytes(8, draw), drawBytes(16, draw)];
  const secret = pbkdf2(sha256, bytesOf(password), salt, { c: ITERATIONS, dkLen: keyBytes });
  const derivation = sequence(
    oid(PBKDF2),
    sequence(der(TAG.octetString, salt), integer(BigInt(ITERATIONS)), sequence(oid(HMAC_SHA256), der(TAG.null))),
  );
  const scheme = sequence(oid(PBES2), sequence(derivation, sequence(oid(id), der(TAG.octetString, iv))));
  return sequence(scheme, der(TAG.octetString, cbc(secret, iv).encrypt(encodePrivateKey(key))));
}

/** Undefined: a wrong password, or a scheme that is not known here. @throws DerError */
export function decryptPrivateKey(bytes: Uint8Array, password: string): PrivateKey | undefined {
  const [scheme, content] = partsOf(readDer(bytes));
  const [id, parameters] = scheme ? partsOf(scheme) : [];
  if (!id || !parameters || !content || oidOf(id) !== PBES2) return undefined;
  const [derivation, encryption] = partsOf(parameters);
  const [, derivationParameters] = derivation ? partsOf(derivation) : [];
  const [cipherId, iv] = encryption ? partsOf(encryption) : [];
  const [salt, count] = derivationParameters ? partsOf(derivationParameters) : [];
  const cipher = Object.values(CIPHERS).find((each) => cipherId && each.id === oidOf(cipherId));
  const iterations = Number(integerOf(count?.content ?? new Uint8Array()));
  if (!cipher || !salt || !iv || iterations < 1 || iterations > MAX_ITERATIONS) return undefined;
  const secret = pbkdf2(sha256, bytesOf(password), salt.content, { c: iterations, dkLen: cipher.keyBytes });
  try {
    return decodePrivateKey("PRIVATE KEY", readDer(cbc(secret, iv.content).decrypt(content.content)));
  } catch (error) {
    // The padding or the structure of the plain text is wrong.
    if (error instanceof DerError || error instanceof Error) return undefined;
    throw error;
  }
}

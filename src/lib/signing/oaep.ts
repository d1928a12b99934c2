/** Decryption of RSA-OAEP with SHA-256 and a label (RFC 8017 7.1.2). */
import { integerOf } from "./p256.ts";
import { bytesOfSize, decipher, type RsaKey, rsaBytes } from "./rsa.ts";
import { concatBytes, sha256 } from "./sha256.ts";

const HASH_BYTES = 32;

/** Undefined: the bytes were not encrypted for this key and label. */
export function oaepDecrypt(key: RsaKey, encrypted: Uint8Array, label: Uint8Array): Uint8Array | undefined {
  const size = rsaBytes(key.n);
  const value = integerOf(encrypted);
  if (encrypted.length !== size || size < 2 * HASH_BYTES + 2 || value >= key.n) return undefined;
  const block = bytesOfSize(decipher(key, value), size);
  const [maskedSeed, maskedData] = [block.subarray(1, 1 + HASH_BYTES), block.subarray(1 + HASH_BYTES)];
  const seed = masked(maskedSeed, maskedData);
  const data = masked(maskedData, seed);
  const expected = sha256(label);
  if (block[0] !== 0 || !expected.every((byte, i) => data[i] === byte)) return undefined;
  const start = data.findIndex((byte, i) => i >= HASH_BYTES && byte !== 0);
  return data[start] === 1 ? data.subarray(start + 1) : undefined;
}

/** The bytes with the mask that follows from a seed (MGF1). */
function masked(bytes: Uint8Array, seed: Uint8Array): Uint8Array {
  const parts = Array.from({ length: Math.ceil(bytes.length / HASH_BYTES) }, (_, counter) =>
    sha256(concatBytes(seed, bytesOfSize(BigInt(counter), 4))),
  );
  const mask = concatBytes(...parts);
  return bytes.map((byte, i) => byte ^ (mask[i] ?? 0));
}

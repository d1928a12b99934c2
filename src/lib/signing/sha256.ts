/** Synchronous SHA-256 and HMAC for the pure core. WebCrypto's are asynchronous. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";

export { concatBytes, sha256 };

/** HMAC (RFC 2104) of the concatenated parts. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return hmac(sha256, key, concatBytes(...parts));
}

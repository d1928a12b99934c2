/**
 * Keys and tokens. All have high entropy, so the store keeps a plain SHA-256 of each. The secret itself is shown once and
 * never stored. A retried creation (Idempotency-Key) must show the same secret again. With an Idempotency-Key the secret is
 * therefore derived from the caller's own secret: only that caller can derive it, and nothing is stored.
 */
import { toHex } from "../lib/encoding.ts";
import { hmacSha256, sha256 } from "../lib/signing/sha256.ts";

const UTF8 = new TextEncoder();
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const SECRET_LENGTH = 43; // 62^43 > 2^256
const ID_LENGTH = 16;

export const API_KEY_PREFIX = "sbk_";
const CLUSTER_TOKEN_PREFIX = "sbx_";

/** The source of a new secret: random, or the caller's own secret and the request. */
export interface SecretSource {
  callerSecret: string;
  idempotencyKey: string | null;
  /** Hash of the request. It separates endpoints; another request with the same Idempotency-Key is refused. */
  requestHash: string;
}

/** A secret of 256 bits: random, or derived if the request carries an Idempotency-Key. */
export function newSecret({ callerSecret, idempotencyKey, requestHash }: SecretSource): string {
  if (idempotencyKey === null) return encode(crypto.getRandomValues(new Uint8Array(32)));
  return derivedSecret(callerSecret, `secret\n${requestHash}\n${idempotencyKey}`);
}

/** The secret for `purpose` (HMAC-SHA-256): only the holder of `callerSecret` can derive it, the same every time. */
export function derivedSecret(callerSecret: string, purpose: string): string {
  return encode(hmacSha256(UTF8.encode(callerSecret), UTF8.encode(purpose)));
}

/** The SHA-256 of the text's UTF-8 bytes in lower-case hex. */
export function sha256Hex(text: string): string {
  return toHex(sha256(UTF8.encode(text)));
}

/** `<prefix>` and 16 random letters and digits: a DNS label. */
export function newId(prefix: string): string {
  const random = crypto.getRandomValues(new Uint32Array(ID_LENGTH));
  return prefix + Array.from(random, (word) => ID_ALPHABET[word % ID_ALPHABET.length]).join("");
}

/** A token names its cluster, so that the receiving isolate knows the cluster before any round trip. */
export function clusterToken(clusterId: string, secret: string): string {
  return `${CLUSTER_TOKEN_PREFIX}${clusterId}_${secret}`;
}

/** The cluster that a token names, unverified; null for other tokens. */
export function clusterOfToken(token: string): string | null {
  return /^sbx_([a-z0-9-]{1,63})_[A-Za-z0-9]{20,100}$/.exec(token)?.[1] ?? null;
}

/** Base 62 of 32 bytes, at its full length. */
function encode(bytes: Uint8Array): string {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  let text = "";
  for (let i = 0; i < SECRET_LENGTH; i++) {
    text += ALPHABET[Number(number % 62n)];
    number /= 62n;
  }
  return text;
}

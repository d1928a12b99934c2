/** Hashes in names and identifiers: FNV-1 and FNV-1a in the alphabet of generated names, digests, storage versions. */
import { encodeBytes } from "./encoding.ts";
import { hash32 } from "./prng.ts";
import { sha256 } from "./signing/sha256.ts";

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
/** No vowels, 0, 1 or 3, so that the result contains no words (apimachinery's rand package). */
const SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** 32-bit FNV-1a over the UTF-8 bytes of a text. */
export function fnv1a32(text: string): number {
  let hash = OFFSET_BASIS;
  for (const byte of utf8(text)) hash = Math.imul(hash ^ byte, PRIME) >>> 0;
  return hash;
}

/** 32-bit FNV-1 over the UTF-8 bytes of a text. */
export function fnv1(text: string): number {
  let hash = OFFSET_BASIS;
  for (const byte of utf8(text)) hash = (Math.imul(hash, PRIME) ^ byte) >>> 0;
  return hash;
}

/** Replaces every character by one of the safe alphabet, as `rand.SafeEncodeString`. */
export function safeEncode(text: string): string {
  let encoded = "";
  for (let i = 0; i < text.length; i++) encoded += SAFE_ALPHABET[text.charCodeAt(i) % SAFE_ALPHABET.length];
  return encoded;
}

/** 64 hexadecimal digits, as of a container, an image or a layer. */
export function digestOf(text: string): string {
  let digest = "";
  for (let word = 0; word < 8; word++) {
    digest += scattered(hash32(`${word}/${text}`))
      .toString(16)
      .padStart(8, "0");
  }
  return digest;
}

/**
 * Discovery's hash of the version in which a resource is stored, as `discovery.StorageVersionHash` of the API server.
 * Equal for all versions of a resource that share one store.
 */
export function storageVersionHash(group: string, version: string, kind: string): string {
  return encodeBytes(sha256(new TextEncoder().encode(`${group}/${version}/${kind}`)).slice(0, 8));
}

/** Spreads neighbouring hashes: texts that differ only in their last letter have them. */
function scattered(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

function* utf8(text: string): Generator<number> {
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) {
      yield code;
    } else if (code < 0x800) {
      yield 0xc0 | (code >> 6);
      yield 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      yield 0xe0 | (code >> 12);
      yield 0x80 | ((code >> 6) & 0x3f);
      yield 0x80 | (code & 0x3f);
    } else {
      yield 0xf0 | (code >> 18);
      yield 0x80 | ((code >> 12) & 0x3f);
      yield 0x80 | ((code >> 6) & 0x3f);
      yield 0x80 | (code & 0x3f);
    }
  }
}

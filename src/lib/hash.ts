/** Hashes as Kubernetes uses them in names: 32-bit FNV-1 and FNV-1a, written in the alphabet of generated names. */

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
/** No vowels and none of 0, 1, 3, so that no words come out (apimachinery's rand package). */
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

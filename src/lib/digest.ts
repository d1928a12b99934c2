/** Identifiers that look like a runtime's and depend on nothing but their name. Not cryptographic. */
import { hash32 } from "./prng.ts";

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

/** Texts that differ in their last letter have neighbouring hashes; ids should not show that. */
function scattered(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

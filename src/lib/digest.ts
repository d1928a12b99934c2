/** Identifiers that look like a runtime's and depend on nothing but their name. Not cryptographic. */
import { hash32 } from "./prng.ts";

/** 64 hexadecimal digits, as of a container, an image or a layer. */
export function digestOf(text: string): string {
  let digest = "";
  for (let word = 0; word < 8; word++) {
    digest += hash32(text, 0x811c9dc5 ^ Math.imul(word + 1, 0x9e3779b1))
      .toString(16)
      .padStart(8, "0");
  }
  return digest;
}

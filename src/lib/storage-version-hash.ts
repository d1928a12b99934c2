/** Discovery's hash of the version in which a resource is stored: equal for all versions over one store. */
import { encodeBytes } from "./base64.ts";
import { sha256 } from "./signing/sha256.ts";

/** As apiserver's `discovery.StorageVersionHash`. */
export function storageVersionHash(group: string, version: string, kind: string): string {
  return encodeBytes(sha256(new TextEncoder().encode(`${group}/${version}/${kind}`)).slice(0, 8));
}

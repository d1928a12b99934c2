/**
 * Bytes in JSON without a multiple of their size: a zero byte would take six characters, and more where a JSON text is
 * itself a string of JSON.
 * Kubernetes: staging/src/k8s.io/api/core/v1/types.go (`ConfigMap.BinaryData` is base64 for the same reason)
 */
import type { Bytes } from "../../files/entry.ts";
import { fromBase85, toBase85 } from "../../lib/base85.ts";

/** Many times the same byte, or text in base 85. Rows of earlier versions have base64. */
export type PackedBytes = { byte: number; times: number } | { base85: string } | { base64: string };

/** Fewer bytes are left as they are. */
const LEAST_BYTES = 64;
/** Text with fewer such characters in a hundred stays a text. */
const COSTLY_PERCENT = 12;

/** Bytes that are mostly plain text stay a text. */
export function packBytes(bytes: Bytes): Bytes | PackedBytes {
  if (bytes.length < LEAST_BYTES) return bytes;
  const first = bytes.charCodeAt(0);
  if (isUniform(bytes, first)) return { byte: first, times: bytes.length };
  let costly = 0;
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes.charCodeAt(index);
    if (code >= 0x7f || (code < 0x20 && code !== 0x0a && code !== 0x09 && code !== 0x0d)) costly++;
  }
  return costly * 100 > bytes.length * COSTLY_PERCENT ? { base85: toBase85(bytes) } : bytes;
}

export function unpackBytes(packed: Bytes | PackedBytes): Bytes {
  if (typeof packed === "string") return packed;
  if ("base64" in packed) return atob(packed.base64);
  return "base85" in packed ? fromBase85(packed.base85) : String.fromCharCode(packed.byte).repeat(packed.times);
}

function isUniform(bytes: Bytes, code: number): boolean {
  for (let index = 1; index < bytes.length; index++) if (bytes.charCodeAt(index) !== code) return false;
  return true;
}

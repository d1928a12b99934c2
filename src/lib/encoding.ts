/** Bytes as text: hexadecimal, base64 (RFC 4648, padded, as Secrets hold it) and base64url without padding (JSON Web Tokens). */
import { bytesOf, textOfBytes } from "./bytes.ts";

/** Two lower-case digits for each byte. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The base64 of a text's UTF-8 bytes. */
export function encodeBase64(text: string): string {
  return encodeBytes(new TextEncoder().encode(text));
}

export function encodeBytes(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Number of bytes that a base64 text encodes. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** The text whose UTF-8 bytes the base64 encodes. */
export function decodeBase64(base64: string): string {
  const binary = atob(base64);
  return textOfBytes(binary);
}

export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBytes(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The decoded bytes; null for invalid base64url. */
export function decodeBase64Url(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return bytesOf(binary);
}

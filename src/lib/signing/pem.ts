/** PEM (RFC 7468): blocks of base64 between BEGIN and END lines. */
import { encodeBytes } from "../encoding.ts";

/** One block between BEGIN and END. */
export interface PemBlock {
  type: string;
  /** True for a block with header lines, which certificates must not have. */
  hasHeaders: boolean;
  bytes: Uint8Array;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** All blocks in order. Unreadable blocks are skipped. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, type = "", body = ""] of text.matchAll(BLOCK)) {
    const hasHeaders = /^[^\n]*:/m.test(body);
    const base64 = (hasHeaders ? body.replace(/^[\s\S]*?\r?\n\r?\n/, "") : body).replaceAll(/\s/g, "");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) continue;
    blocks.push({ type, hasHeaders, bytes: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) });
  }
  return blocks;
}

/** One block, in lines of 64 characters. */
export function pem(type: string, bytes: Uint8Array): string {
  const lines = encodeBytes(bytes).replaceAll(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN ${type}-----\n${lines}\n-----END ${type}-----\n`;
}

/**
 * Headers of SPDY/3.1: blocks of names and values, compressed by one zlib stream for each direction of a connection.
 * Source: SPDY protocol, draft 3.1, section 2.6.10
 */
import { Unzlib } from "fflate";
import { DICTIONARY } from "./dictionary.ts";
import { SpdyError } from "./error.ts";

const MAX_BLOCK_BYTES = 64 * 1024;

/** Reads the blocks of one direction, in their order. */
export class HeaderReader {
  #read: Uint8Array[] = [];
  readonly #stream = new Unzlib({ dictionary: DICTIONARY }, (piece) => void this.#read.push(piece));

  /** Names are in lower case. Throws SpdyError. */
  read(compressed: Uint8Array): Map<string, string> {
    this.#read = [];
    try {
      // The stream keeps what it is given.
      this.#stream.push(new Uint8Array(compressed), false);
    } catch {
      throw new SpdyError("the headers are not compressed as SPDY/3 does it");
    }
    return parseBlock(joined(this.#read));
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const sizeBytes = pieces.reduce((sum, { length }) => sum + length, 0);
  if (sizeBytes > MAX_BLOCK_BYTES) throw new SpdyError("the headers are too large");
  const all = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function parseBlock(block: Uint8Array): Map<string, string> {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const decoder = new TextDecoder();
  const headers = new Map<string, string>();
  let at = 0;
  const number = (): number => {
    if (at + 4 > block.length) throw new SpdyError("the headers are cut off");
    at += 4;
    return view.getUint32(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > block.length) throw new SpdyError("the headers are cut off");
    at += length;
    return decoder.decode(block.subarray(at - length, at));
  };
  for (let left = number(); left > 0; left--) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return headers;
}

/** A zlib header with the checksum of the dictionary. */
const ZLIB_HEADER = [0x78, 0xf9, 0xe3, 0xc6, 0xa7, 0xc2];

/** An empty block. Go's reader hands on what came before only when it has read the next block. */
const FLUSH = [0, 0, 0, 255, 255];

/** Writes the blocks of the other direction: they are small, so they are stored without compression. */
export class HeaderWriter {
  #hasBegun = false;

  write(headers: ReadonlyMap<string, string>): number[] {
    const block = writtenBlock(headers);
    const size = [block.length & 255, block.length >> 8];
    const stored = [0, ...size, ...size.map((byte) => byte ^ 255), ...block];
    const begin = this.#hasBegun ? [] : ZLIB_HEADER;
    this.#hasBegun = true;
    return [...begin, ...stored, ...FLUSH];
  }
}

function writtenBlock(headers: ReadonlyMap<string, string>): number[] {
  const encoder = new TextEncoder();
  const text = (value: string): number[] => {
    const bytes = encoder.encode(value);
    return [...uint32(bytes.length), ...bytes];
  };
  return [...uint32(headers.size), ...[...headers].flatMap(([name, value]) => [...text(name), ...text(value)])];
}

export function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

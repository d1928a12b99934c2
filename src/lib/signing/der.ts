/** The part of DER (X.690) that certificates and certificate requests need. */
import { MAX_DER_DEPTH } from "../limits.ts";
import { concatBytes } from "./sha256.ts";

/** Identifier octets (X.690, 8.1.2). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A value and its position; `whole` is tag, length and content. */
export interface DerValue {
  tag: number;
  content: Uint8Array;
  whole: Uint8Array;
}

/** Invalid DER, or an unexpected value. */
export class DerError extends Error {
  override name = "DerError";
}

/** The value that the bytes encode, without trailing bytes. @throws DerError */
export function readDer(bytes: Uint8Array): DerValue {
  const [value, ...others] = readAll(bytes);
  if (!value || others.length > 0) throw new DerError("trailing data");
  return value;
}

/** The values within a value. @throws DerError */
export function partsOf(value: DerValue, depth = 0): DerValue[] {
  if (depth > MAX_DER_DEPTH) throw new DerError("structure error: too deep");
  return readAll(value.content);
}

function readAll(bytes: Uint8Array): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { length, headerBytes } = readLength(bytes, at + 1);
    const start = at + 1 + headerBytes;
    if (start + length > bytes.length) throw new DerError("syntax error: data truncated");
    values.push({
      tag: bytes[at]!,
      content: bytes.subarray(start, start + length),
      whole: bytes.subarray(at, start + length),
    });
    at = start + length;
  }
  return values;
}

function readLength(bytes: Uint8Array, at: number): { length: number; headerBytes: number } {
  const first = bytes[at];
  if (first === undefined) throw new DerError("syntax error: truncated tag or length");
  if (first < 0x80) return { length: first, headerBytes: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new DerError("structure error: length too large");
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + (bytes[at + i] ?? 0);
  return { length, headerBytes: 1 + count };
}

/** A value from its identifier octet and the parts of its content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  return concatBytes(Uint8Array.of(tag), lengthOf(content.length), content);
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.of(0x80 | bytes.length, ...bytes);
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(TAG.sequence, ...parts);
}

/** A non-negative integer from its bytes. */
export function unsigned(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  const isHigh = (trimmed[0] ?? 0) >= 0x80;
  return der(TAG.integer, isHigh ? Uint8Array.of(0) : new Uint8Array(), trimmed);
}

/** An object identifier: `1.2.840.10045.2.1`. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    bytes.push(...digits);
  }
  return der(TAG.oid, Uint8Array.from(bytes));
}

/** An object identifier in dotted form: `2.5.4.3`. */
export function oidOf({ content }: DerValue): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.length === 0) arcs.push(Math.min(Math.floor(arc / 40), 2), arc - 40 * Math.min(Math.floor(arc / 40), 2));
    else arcs.push(arc);
    arc = 0;
  }
  return arcs.join(".");
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return der(TAG.bitString, Uint8Array.of(unusedBits), bytes);
}

export function utf8(text: string): Uint8Array {
  return der(TAG.utf8String, new TextEncoder().encode(text));
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z/g, "");
  const isLate = digits >= "2050";
  const text = `${isLate ? digits : digits.slice(2)}Z`;
  return der(isLate ? TAG.generalizedTime : TAG.utcTime, new TextEncoder().encode(text));
}

/** A context-specific tagged value. */
export function tagged(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return der(0xa0 | number, ...parts);
}

/** Addresses and address ranges (CIDR, RFC 4632) as numbers. */
import { isIPv4, isIPv6 } from "./names.ts";

export type Family = "IPv4" | "IPv6";

/** An address as a number: 32 bits of IPv4, 128 of IPv6. */
export interface Address {
  family: Family;
  value: bigint;
}

export interface Range {
  family: Family;
  /** The network's address. */
  first: bigint;
  bits: number;
  /** Number of addresses. */
  size: bigint;
  /** `10.96.0.0/16`: the network's address in canonical form. */
  text: string;
}

const WIDTH: Readonly<Record<Family, number>> = { IPv4: 32, IPv6: 128 };
const GROUPS = 8;

/** Undefined for an invalid address, and for ambiguous forms (`010.0.0.1`). */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: "IPv4", value: fromIPv4(text) };
  return isIPv6(text) ? { family: "IPv6", value: fromIPv6(text) } : undefined;
}

/** The canonical form of an address (RFC 5952). Throws for an invalid address. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  if (!address) throw new RangeError(`${text} is no address`);
  return formatAddress(address);
}

/** The canonical form; IPv6 by RFC 5952. */
export function formatAddress({ family, value }: Address): string {
  return family === "IPv4" ? toIPv4(value) : toIPv6(value);
}

/** Undefined for an invalid range. Bits beyond the prefix are dropped, as its canonical `text` shows. */
export function parseRange(text: string): Range | undefined {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const address = match && parseAddress(match[1]!);
  if (!address) return undefined;
  const { family, value } = address;
  const bits = Number(match[2]);
  if (bits > WIDTH[family]) return undefined;
  const size = 1n << BigInt(WIDTH[family] - bits);
  const first = value - (value % size);
  return { family, first, bits, size, text: `${formatAddress({ family, value: first })}/${bits}` };
}

export function contains(range: Range, { family, value }: Address): boolean {
  return range.family === family && value >= range.first && value < range.first + range.size;
}

/** Whether `outer` contains all of `inner`. A range contains itself. */
export function containsRange(outer: Range, inner: Range): boolean {
  return outer.bits <= inner.bits && contains(outer, { family: inner.family, value: inner.first });
}

function fromIPv4(text: string): bigint {
  return text.split(".").reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function toIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

function fromIPv6(text: string): bigint {
  const [head = "", tail] = text.split("::");
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = new Array<bigint>(Math.max(0, GROUPS - before.length - after.length)).fill(0n);
  return [...before, ...zeros, ...after].reduce((value, group) => (value << 16n) + group, 0n);
}

function groupsOf(text: string): bigint[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [BigInt(`0x${group}`)];
    const embedded = fromIPv4(group);
    return [embedded >> 16n, embedded & 0xffffn];
  });
}

/** The longest run of two or more zero groups is written as `::`. */
function toIPv6(value: bigint): string {
  const groups = Array.from({ length: GROUPS }, (_, i) => (value >> BigInt(16 * (GROUPS - 1 - i))) & 0xffffn);
  let best = { start: -1, length: 1 };
  for (let i = 0; i < GROUPS; i++) {
    let length = 0;
    while (i + length < GROUPS && groups[i + length] === 0n) length++;
    if (length > best.length) best = { start: i, length };
  }
  const hex = (part: bigint[]) => part.map((group) => group.toString(16)).join(":");
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

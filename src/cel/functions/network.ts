/** Kubernetes' ip and cidr libraries. */
import type { Environment } from "@marcbachmann/cel-js";

/** An address as a number, with its length in bits. */
class CelAddress {
  readonly value: bigint;
  readonly bits: 32 | 128;
  readonly text: string;

  constructor(value: bigint, bits: 32 | 128, text: string) {
    this.value = value;
    this.bits = bits;
    this.text = text;
  }
}

class IpNamespace {}

class CelCidr {
  readonly address: CelAddress;
  readonly prefix: number;

  constructor(address: CelAddress, prefix: number) {
    this.address = address;
    this.prefix = prefix;
  }

  contains({ value, bits }: CelAddress): boolean {
    const rest = BigInt(this.address.bits - this.prefix);
    return bits === this.address.bits && value >> rest === this.address.value >> rest;
  }
}

export function registerNetwork(environment: Environment): void {
  environment.registerType("IP", CelAddress).registerType("CIDR", CelCidr);
  environment
    .registerFunction("isIP(string): bool", (text: string) => parseAddress(text) !== null)
    .registerFunction("ip(string): IP", (text: string) => parseAddress(text) ?? fail("ip", text, "IP address"))
    .registerFunction("IP.family(): int", ({ bits }: CelAddress) => (bits === 32 ? 4n : 6n))
    .registerFunction("IP.isLoopback(): bool", (ip: CelAddress) =>
      ip.bits === 32 ? ip.value >> 24n === 127n : ip.value === 1n,
    )
    .registerFunction("IP.isUnspecified(): bool", ({ value }: CelAddress) => value === 0n)
    .registerFunction("IP.isLinkLocalUnicast(): bool", isLinkLocalUnicast)
    .registerFunction("IP.isLinkLocalMulticast(): bool", ({ bits, value }: CelAddress) =>
      bits === 32 ? value >> 8n === 0xe00000n : (value >> 112n) % 0x10000n === 0xff02n,
    )
    .registerFunction("IP.isGlobalUnicast(): bool", isGlobalUnicast)
    .registerFunction("string(IP): string", canonical)
    .registerType("IpNamespace", IpNamespace)
    .registerConstant("ip", "IpNamespace", new IpNamespace())
    .registerFunction("IpNamespace.isCanonical(string): bool", (_: unknown, text: string) => {
      const address = parseAddress(text) ?? fail("ip.isCanonical", text, "IP address");
      return canonical(address) === text;
    })
    .registerOperator("IP == IP", (a: CelAddress, b: CelAddress) => a.bits === b.bits && a.value === b.value)
    .registerFunction("isCIDR(string): bool", (text: string) => parseCidr(text) !== null)
    .registerFunction("cidr(string): CIDR", (text: string) => parseCidr(text) ?? fail("cidr", text, "CIDR"))
    .registerFunction("CIDR.containsIP(string): bool", (cidr: CelCidr, text: string) =>
      cidr.contains(parseAddress(text) ?? fail("containsIP", text, "IP address")),
    )
    .registerFunction("CIDR.containsIP(IP): bool", (cidr: CelCidr, ip: CelAddress) => cidr.contains(ip))
    .registerFunction("CIDR.containsCIDR(string): bool", (cidr: CelCidr, text: string) =>
      containsCidr(cidr, parseCidr(text) ?? fail("containsCIDR", text, "CIDR")),
    )
    .registerFunction("CIDR.containsCIDR(CIDR): bool", containsCidr)
    .registerFunction(
      "CIDR.masked(): CIDR",
      ({ address, prefix }: CelCidr) => new CelCidr(masked(address, prefix), prefix),
    )
    .registerFunction("string(CIDR): string", ({ address, prefix }: CelCidr) => `${canonical(address)}/${prefix}`)
    .registerOperator(
      "CIDR == CIDR",
      (a: CelCidr, b: CelCidr) =>
        a.prefix === b.prefix && a.address.bits === b.address.bits && a.address.value === b.address.value,
    )
    .registerFunction("CIDR.prefixLength(): int", ({ prefix }: CelCidr) => BigInt(prefix))
    .registerFunction("CIDR.ip(): IP", ({ address }: CelCidr) => address);
}

function containsCidr(cidr: CelCidr, { address, prefix }: CelCidr): boolean {
  return prefix >= cidr.prefix && cidr.contains(address);
}

function masked({ value, bits }: CelAddress, prefix: number): CelAddress {
  const rest = BigInt(bits - prefix);
  return new CelAddress((value >> rest) << rest, bits, "");
}

function isLinkLocalUnicast({ bits, value }: CelAddress): boolean {
  return bits === 32 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
}

/** As in Go: neither unspecified nor loopback, multicast, link-local or the broadcast address. */
function isGlobalUnicast(address: CelAddress): boolean {
  const { bits, value } = address;
  if (value === 0n || isLinkLocalUnicast(address)) return false;
  if (bits === 32) return value >> 24n !== 127n && value >> 28n !== 14n && value !== 0xffffffffn;
  return value !== 1n && value >> 120n !== 0xffn;
}

/** The one way of writing an address (RFC 5952). */
function canonical({ value, bits }: CelAddress): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > longest.length) longest = { start, length };
  }
  if (longest.length < 2) return groups.join(":");
  return `${groups.slice(0, longest.start).join(":")}::${groups.slice(longest.start + longest.length).join(":")}`;
}

function parseCidr(text: string): CelCidr | null {
  const [, before = "", length = ""] = /^([^/]{1,45})\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(before);
  return address && Number(length) <= address.bits ? new CelCidr(address, Number(length)) : null;
}

function parseAddress(text: string): CelAddress | null {
  if (text.length > 45) return null;
  const value = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  return value === null ? null : new CelAddress(value, text.includes(":") ? 128 : 32, text);
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split(".");
  const isPart = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255;
  if (parts.length !== 4 || !parts.every(isPart)) return null;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [before, after] = halves.map((half) => (half === "" ? [] : half.split(":"))) as [string[], string[]?];
  const missing = 8 - before.length - (after?.length ?? 0);
  if (after ? missing < 1 : missing !== 0) return null;
  const groups = after ? [...before, ...Array<string>(missing).fill("0"), ...after] : before;
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function fail(name: string, text: string, what: string): never {
  throw new Error(`${name}: ${JSON.stringify(text.slice(0, 60))} is no ${what}`);
}

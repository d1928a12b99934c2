/**
 * Kubernetes' ip and cidr libraries.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/ip.go, staging/src/k8s.io/apiserver/pkg/cel/library/cidr.go
 */
import type { Environment } from "@marcbachmann/cel-js";
import { formatAddress, parseAddress } from "../../lib/ip-range.ts";

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
    .registerFunction("isIP(string): bool", (text: string) => addressOf(text) !== null)
    .registerFunction("ip(string): IP", (text: string) => addressOf(text) ?? fail("ip", text, "IP address"))
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
      const address = addressOf(text) ?? fail("ip.isCanonical", text, "IP address");
      return canonical(address) === text;
    })
    .registerOperator("IP == IP", (a: CelAddress, b: CelAddress) => a.bits === b.bits && a.value === b.value)
    .registerFunction("isCIDR(string): bool", (text: string) => parseCidr(text) !== null)
    .registerFunction("cidr(string): CIDR", (text: string) => parseCidr(text) ?? fail("cidr", text, "CIDR"))
    .registerFunction("CIDR.containsIP(string): bool", (cidr: CelCidr, text: string) =>
      cidr.contains(addressOf(text) ?? fail("containsIP", text, "IP address")),
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

function canonical({ value, bits }: CelAddress): string {
  return formatAddress({ family: bits === 32 ? "IPv4" : "IPv6", value });
}

function parseCidr(text: string): CelCidr | null {
  const [, before = "", length = ""] = /^([^/]{1,45})\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = addressOf(before);
  return address && Number(length) <= address.bits ? new CelCidr(address, Number(length)) : null;
}

/** Null for invalid texts, and for IPv4-mapped IPv6 addresses, which Kubernetes rejects here. */
function addressOf(text: string): CelAddress | null {
  const address = parseAddress(text);
  if (!address || (address.family === "IPv6" && address.value >> 32n === 0xffffn)) return null;
  return new CelAddress(address.value, address.family === "IPv4" ? 32 : 128, text);
}

function fail(name: string, text: string, what: string): never {
  throw new Error(`${name}: ${JSON.stringify(text.slice(0, 60))} is not a valid ${what}`);
}

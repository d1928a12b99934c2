/**
 * Warnings about IP addresses and CIDR ranges, shared by several kinds.
 *
 * Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go (GetWarningsForIP, GetWarningsForCIDR)
 */
import { canonicalAddress, formatAddress, parseAddress, parseRange } from "../../lib/ip-range.ts";

/** Warns of a valid address in a non-canonical form. */
export function addressWarnings(text: string, path: string): string[] {
  const address = parseAddress(text);
  if (address?.family !== "IPv6" || canonicalAddress(text) === text) return [];
  const canonical = JSON.stringify(canonicalAddress(text));
  return [`${path}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${canonical})`];
}

/** Warns of a range with host bits set, or in a non-canonical form. */
export function rangeWarnings(text: string, path: string): string[] {
  const range = parseRange(text);
  const address = parseAddress(text.split("/")[0]!);
  if (!range || !address) return [];
  const [shown, network] = [JSON.stringify(text), JSON.stringify(range.text)];
  if (address.value !== range.first) {
    const single = JSON.stringify(`${formatAddress(address)}/${address.family === "IPv4" ? 32 : 128}`);
    return [`${path}: CIDR value ${shown} is ambiguous in this context (should be ${network} or ${single}?)`];
  }
  if (address.family === "IPv4" || range.text === text) return [];
  return [`${path}: IPv6 CIDR value ${shown} should be in RFC 5952 canonical format (${network})`];
}

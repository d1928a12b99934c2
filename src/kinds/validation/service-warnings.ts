/** Warnings of Services: fields that have no effect beside others, addresses in unusual forms. */
import { canonicalAddress, formatAddress, parseAddress, parseRange } from "../../lib/ip-range.ts";
import type { Service } from "../../schema/index.ts";

export function serviceWarnings({ metadata, spec }: Service): string[] {
  const { type, clusterIP, clusterIPs = [], externalIPs = [], externalName = "", loadBalancerIP = "" } = spec;
  const isHeadless = type === "ClusterIP" && clusterIP === "None";
  const isExternalName = type === "ExternalName";
  const warnings: string[] = [];
  if (Object.hasOwn(metadata.annotations ?? {}, "service.kubernetes.io/topology-aware-hints")) {
    const instead = "please use service.kubernetes.io/topology-mode instead";
    warnings.push(`annotation service.kubernetes.io/topology-aware-hints is deprecated, ${instead}`);
  }
  if (clusterIP && clusterIP !== "None") warnings.push(...addressesWarnings(clusterIPs, "spec.clusterIPs"));
  if (isHeadless) {
    if (loadBalancerIP !== "") warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (externalIPs.length > 0) warnings.push("spec.externalIPs is ignored for headless services");
    if (spec.sessionAffinity !== "None") warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  warnings.push(...addressesWarnings(externalIPs, "spec.externalIPs"));
  if (externalIPs.length > 0 && !isHeadless && !isExternalName) {
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  if (loadBalancerIP !== "") warnings.push(...addressWarnings(loadBalancerIP, "spec.loadBalancerIP"));
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries()) {
    warnings.push(...rangeWarnings(range, `spec.loadBalancerSourceRanges[${i}]`));
  }
  if (isExternalName && externalIPs.length > 0) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (!isExternalName && externalName !== "") {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === "PreferClose") {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}

function addressesWarnings(addresses: readonly string[], path: string): string[] {
  return addresses.flatMap((address, i) => addressWarnings(address, `${path}[${i}]`));
}

/** An address that is valid, in a form that it should not have. */
export function addressWarnings(text: string, path: string): string[] {
  const address = parseAddress(text);
  if (address?.family !== "IPv6" || canonicalAddress(text) === text) return [];
  const canonical = JSON.stringify(canonicalAddress(text));
  return [`${path}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${canonical})`];
}

/** A range that names an address within it, or is written in an unusual form. */
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

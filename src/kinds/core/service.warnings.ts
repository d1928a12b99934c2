/**
 * Warnings of Services: fields that have no effect beside others, addresses in unusual forms.
 *
 * Kubernetes: pkg/api/service/warnings.go
 */
import type { Service } from "../../schema/index.ts";
import { addressWarnings, rangeWarnings } from "../validation/address-warnings.ts";

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

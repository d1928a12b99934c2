/**
 * Cluster IPs and IP families of Services. The cluster has one family, IPv4. The API server checks these fields before
 * it allocates addresses and ports, and reports nothing else if it finds a problem here.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateServiceClusterIPsRelatedFields),
 * pkg/registry/core/service/storage/alloc.go (initIPFamilyFields)
 */
import { isIPv6, isIpAddress } from "../../lib/names.ts";
import type { ServiceSpec } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { setDefault } from "../set-default.ts";
import { duplicate, invalid, notSupported, required } from "../validation/field-errors.ts";
import { validateIpAddress } from "../validation/ports.ts";
import { needsClusterIP } from "./service.defaults.ts";

const FAMILIES = ["IPv4", "IPv6"];
const POLICIES = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const CLUSTER_IPS = "spec.clusterIPs";
const POLICY = "spec.ipFamilyPolicy";

/** Sets the families and the policy of a single-stack IPv4 cluster. */
export function defaultIpFamilies(spec: ServiceSpec): void {
  if (!needsClusterIP(spec)) return;
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const isDual = clusterIPs.length === 2 || ipFamilies.length === 2 || isSelectorlessHeadless(spec);
  setDefault(spec, "ipFamilyPolicy", isDual ? "RequireDualStack" : "SingleStack");
  const hasForeign = clusterIPs.some((address) => isIpAddress(address) && isIPv6(address));
  if (ipFamilies.length === 0 && !hasForeign) spec.ipFamilies = ["IPv4"];
  // Without a selector the families of the endpoints are unknown.
  const [first, second] = spec.ipFamilies ?? [];
  if (isSelectorlessHeadless(spec) && first && !second && spec.ipFamilyPolicy !== "SingleStack") {
    spec.ipFamilies = [first, first === "IPv4" ? "IPv6" : "IPv4"];
  }
}

export function validateFamilies(spec: ServiceSpec): FieldError[] {
  if (spec.type === "ExternalName") return [];
  const errors = validateClusterIPs(spec);
  return errors.length > 0 ? errors : validateConfigured(spec);
}

function isHeadless({ clusterIPs = [], clusterIP }: ServiceSpec): boolean {
  return clusterIP === "None" || (clusterIPs.length === 1 && clusterIPs[0] === "None");
}

function isSelectorlessHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIP === "None" && Object.keys(spec.selector ?? {}).length === 0;
}

function validateClusterIPs(spec: ServiceSpec): FieldError[] {
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const errors: FieldError[] = [];
  if (clusterIP && clusterIPs.length === 0) errors.push(required(CLUSTER_IPS));
  else if (clusterIP && clusterIPs[0] !== clusterIP) {
    errors.push(invalid(CLUSTER_IPS, clusterIPs, "first value must match `clusterIP`"));
  } else if (!clusterIP && clusterIPs.length > 0) {
    errors.push(invalid(CLUSTER_IPS, clusterIPs, "must be empty when `clusterIP` is not specified"));
  }
  for (const [i, family] of ipFamilies.entries()) {
    const at = `spec.ipFamilies[${i}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupported(at, family, FAMILIES));
    if (ipFamilies.indexOf(family) < i) errors.push(duplicate(at, family));
  }
  if (ipFamilyPolicy && !POLICIES.includes(ipFamilyPolicy)) {
    errors.push(notSupported(POLICY, ipFamilyPolicy, POLICIES));
  }
  const wrong = validateAddresses(clusterIPs);
  errors.push(...wrong);
  if (clusterIPs.length > 2) errors.push(invalid(CLUSTER_IPS, clusterIPs, "may only hold up to 2 values"));
  if (wrong.length > 0) return errors;
  const isDual = clusterIPs.length === 2 && isIPv6(clusterIPs[0]!) !== isIPv6(clusterIPs[1]!);
  if (clusterIPs.length > 1 && !isDual) {
    errors.push(invalid(CLUSTER_IPS, clusterIPs, "may specify no more than one IP for each IP family"));
  }
  if (isHeadless(spec)) return errors;
  for (const [i, address] of clusterIPs.entries()) {
    const family = ipFamilies[i];
    const actual = isIPv6(address) ? "IPv6" : "IPv4";
    if (!family || !FAMILIES.includes(family) || family === actual) continue;
    const expected = `expected an ${family} value as indicated by \`ipFamilies[${i}]\``;
    errors.push(invalid(`${CLUSTER_IPS}[${i}]`, address, expected));
  }
  return errors;
}

function validateAddresses(clusterIPs: readonly string[]): FieldError[] {
  return clusterIPs.flatMap((address, i) => {
    if (i > 0 || address !== "None") return validateIpAddress(`${CLUSTER_IPS}[${i}]`, address);
    if (clusterIPs.length === 1) return [];
    return [invalid(CLUSTER_IPS, clusterIPs, "'None' must be the first and only value")];
  });
}

function validateConfigured(spec: ServiceSpec): FieldError[] {
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy: policy } = spec;
  const errors: FieldError[] = [];
  if (policy === "SingleStack") {
    const dual = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (clusterIPs.length === 2) errors.push(invalid(POLICY, policy, `${dual} cluster IPs are specified`));
    if (ipFamilies.length === 2) errors.push(invalid(POLICY, policy, `${dual} IP families are specified`));
  }
  for (const [i, address] of clusterIPs.entries()) {
    if (i < ipFamilies.length || address === "None" || !isIPv6(address)) continue;
    errors.push(invalid(`${CLUSTER_IPS}[${i}]`, clusterIPs, "IPv6 is not configured on this cluster"));
  }
  if (errors.length > 0 || isSelectorlessHeadless(spec)) return errors;
  if (policy === "RequireDualStack") {
    errors.push(invalid(POLICY, policy, "this cluster is not configured for dual-stack services"));
  }
  for (const [i, family] of ipFamilies.entries()) {
    if (family !== "IPv4") errors.push(invalid(`spec.ipFamilies[${i}]`, family, "not configured on this cluster"));
  }
  return errors;
}

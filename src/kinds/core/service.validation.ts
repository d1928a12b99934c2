/**
 * Validation of Services. `service.allocation.ts` checks whether addresses and ports are in range and free.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateServiceCreate, ValidateServiceUpdate)
 */
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  isIPv6,
  isIpAddress,
  portNumberProblems,
  qualifiedNameProblems,
} from "../../lib/names.ts";
import type { Service, ServicePort, ServiceSpec } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateLabels } from "../validation/labels.ts";
import { labelName, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { PROTOCOLS, validateCidr, validateIpAddress, validatePortNumberOrName } from "../validation/ports.ts";
import { isReachedFromOutside } from "./service.defaults.ts";

const SERVICE_TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
/** A day. */
const LONGEST_AFFINITY_SECONDS = 86_400;

export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  const errors = validateObjectMeta(service, { namespaced: true, name: labelName });
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== "ExternalName") errors.push(required("spec.ports"));
  errors.push(...validateType(spec));
  errors.push(...validatePorts(ports));
  errors.push(...validateLabels(spec.selector, "spec.selector"));
  errors.push(...validateSessionAffinity(spec));
  errors.push(...validateClusterIPs(spec));
  for (const [i, address] of (spec.externalIPs ?? []).entries()) {
    errors.push(...validateIpAddress(`spec.externalIPs[${i}]`, address));
  }
  if (!SERVICE_TYPES.includes(spec.type ?? "")) errors.push(notSupported("spec.type", spec.type ?? "", SERVICE_TYPES));
  errors.push(...validateNodePorts(spec, ports));
  errors.push(...validateDuplicatePorts(ports));
  errors.push(...validateLoadBalancer(spec));
  return [...errors, ...validateTraffic(spec)];
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors = validateObjectMetaUpdate(service, old);
  const [before, after] = [old.spec, service.spec];
  const keepsAddress = before.type !== "ExternalName" && after.type !== "ExternalName";
  if (keepsAddress && before.clusterIPs?.[0] && after.clusterIPs?.[0] !== before.clusterIPs[0]) {
    errors.push(invalid("spec.clusterIPs[0]", after.clusterIPs ?? null, "may not change once set"));
  }
  if (keepsAddress && before.ipFamilies?.[0] && after.ipFamilies?.[0] !== before.ipFamilies[0]) {
    errors.push(invalid("spec.ipFamilies[0]", after.ipFamilies ?? null, "may not change once set"));
  }
  if (
    before.type === "LoadBalancer" &&
    after.type === "LoadBalancer" &&
    before.loadBalancerClass !== after.loadBalancerClass
  ) {
    errors.push(invalid("spec.loadBalancerClass", after.loadBalancerClass ?? null, "may not change once set"));
  }
  return errors;
}

function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIP === "None" || (spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === "None");
}

function validateType(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.type === "LoadBalancer" || spec.type === "NodePort") && isHeadless(spec)) {
    errors.push(invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type !== "ExternalName") return errors;
  const notForNames = "may not be set for ExternalName services";
  if (spec.clusterIPs?.length) errors.push(forbidden("spec.clusterIPs", notForNames));
  if (spec.ipFamilies?.length) errors.push(forbidden("spec.ipFamilies", notForNames));
  if (spec.ipFamilyPolicy) errors.push(forbidden("spec.ipFamilyPolicy", notForNames));
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.push(required("spec.externalName"));
  else errors.push(...invalidFor("spec.externalName", name, dnsSubdomainProblems(name)));
  return errors;
}

function validatePorts(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const path = `spec.ports[${i}]`;
    if (!port.name) {
      if (ports.length > 1) errors.push(required(`${path}.name`));
    } else {
      errors.push(...invalidFor(`${path}.name`, port.name, dnsLabelProblems(port.name)));
      if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
      names.add(port.name);
    }
    errors.push(...invalidFor(`${path}.port`, port.port, portNumberProblems(port.port)));
    if (!port.protocol) errors.push(required(`${path}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol))
      errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
    errors.push(...validatePortNumberOrName(`${path}.targetPort`, port.targetPort));
    if (port.appProtocol) {
      errors.push(...invalidFor(`${path}.appProtocol`, port.appProtocol, qualifiedNameProblems(port.appProtocol)));
    }
  }
  return errors;
}

function validateSessionAffinity(spec: ServiceSpec): FieldError[] {
  const affinity = spec.sessionAffinity ?? "";
  if (affinity === "") return [required("spec.sessionAffinity")];
  if (affinity !== "ClientIP" && affinity !== "None") {
    return [notSupported("spec.sessionAffinity", affinity, ["ClientIP", "None"])];
  }
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (affinity === "ClientIP" && seconds !== undefined && (seconds <= 0 || seconds > LONGEST_AFFINITY_SECONDS)) {
    const path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
    return [invalid(path, seconds, `must be greater than 0 and less than ${LONGEST_AFFINITY_SECONDS}`)];
  }
  return [];
}

/** The cluster has one family, IPv4. */
function validateClusterIPs(spec: ServiceSpec): FieldError[] {
  if (spec.type === "ExternalName") return [];
  const errors: FieldError[] = [];
  const addresses = spec.clusterIPs ?? [];
  if (addresses.length === 0 && spec.clusterIP) errors.push(required("spec.clusterIPs"));
  if (addresses.length > 0 && addresses[0] !== spec.clusterIP) {
    errors.push(invalid("spec.clusterIPs", addresses, "first value must match `clusterIP`"));
  }
  for (const [i, address] of addresses.entries()) {
    if (address === "None") {
      if (i > 0 || addresses.length > 1)
        errors.push(invalid(`spec.clusterIPs[${i}]`, addresses, "'None' must be the first and only value"));
    } else if (!isIpAddress(address)) {
      errors.push(...validateIpAddress(`spec.clusterIPs[${i}]`, address));
    } else if (isIPv6(address)) {
      errors.push(invalid(`spec.clusterIPs[${i}]`, addresses, "ipv6 is not configured on this cluster"));
    }
  }
  if (addresses.length > 2) errors.push(invalid("spec.clusterIPs", addresses, "may only hold up to 2 values"));
  if (isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0) return errors;
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (family === "IPv6") errors.push(invalid(`spec.ipFamilies[${i}]`, family, "not configured on this cluster"));
    else if (family !== "IPv4") errors.push(notSupported(`spec.ipFamilies[${i}]`, family, ["IPv4", "IPv6"]));
  }
  const policy = spec.ipFamilyPolicy;
  if (policy === "RequireDualStack") {
    errors.push(invalid("spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services"));
  } else if (policy && policy !== "SingleStack" && policy !== "PreferDualStack") {
    errors.push(notSupported("spec.ipFamilyPolicy", policy, ["PreferDualStack", "RequireDualStack", "SingleStack"]));
  }
  return errors;
}

function validateNodePorts(spec: ServiceSpec, ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { nodePort, protocol }] of ports.entries()) {
    if (!nodePort) continue;
    const field = `spec.ports[${i}].nodePort`;
    if (spec.type === "ClusterIP") errors.push(forbidden(field, "may not be used when `type` is 'ClusterIP'"));
    if (seen.has(`${nodePort}/${protocol}`)) errors.push(duplicate(field, nodePort));
    seen.add(`${nodePort}/${protocol}`);
  }
  return errors;
}

function validateDuplicatePorts(ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { port, protocol }] of ports.entries()) {
    // Kubernetes prints the compared key, in the form of its internal type.
    const key = { Name: "", Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
    if (seen.has(`${port}/${protocol}`)) errors.push(duplicate(`spec.ports[${i}]`, key));
    seen.add(`${port}/${protocol}`);
  }
  return errors;
}

function validateLoadBalancer(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const only = "may only be used when `type` is 'LoadBalancer'";
  const isBalanced = spec.type === "LoadBalancer";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0 && !isBalanced) errors.push(forbidden("spec.LoadBalancerSourceRanges", only));
  for (const [i, range] of ranges.entries()) {
    errors.push(...validateCidr(`spec.LoadBalancerSourceRanges[${i}]`, range.trim()));
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalanced) {
    errors.push(forbidden("spec.allocateLoadBalancerNodePorts", only));
  }
  if (spec.loadBalancerClass !== undefined && !isBalanced) {
    errors.push(forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"));
  }
  return errors;
}

function validateTraffic(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const external = spec.externalTrafficPolicy;
  if (external && !isReachedFromOutside(spec)) {
    errors.push(invalid("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services"));
  } else if (external && external !== "Cluster" && external !== "Local") {
    errors.push(notSupported("spec.externalTrafficPolicy", external, ["Cluster", "Local"]));
  }
  if (spec.healthCheckNodePort && !(spec.type === "LoadBalancer" && external === "Local")) {
    const only = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid("spec.healthCheckNodePort", spec.healthCheckNodePort, only));
  }
  const internal = spec.internalTrafficPolicy;
  if (internal && internal !== "Cluster" && internal !== "Local") {
    errors.push(notSupported("spec.internalTrafficPolicy", internal, ["Cluster", "Local"]));
  }
  const distribution = spec.trafficDistribution;
  const distributions = ["PreferClose", "PreferSameNode", "PreferSameZone"];
  if (distribution && !distributions.includes(distribution)) {
    errors.push(notSupported("spec.trafficDistribution", distribution, distributions));
  }
  return errors;
}

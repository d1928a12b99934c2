/**
 * Validation of Services. `service.allocation.ts` checks whether addresses and ports are in range and free.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateServiceCreate, ValidateServiceUpdate)
 */
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  isIpAddress,
  portNumberProblems,
  qualifiedNameProblems,
} from "../../lib/names.ts";
import type { Service, ServicePort, ServiceSpec } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateLabels } from "../validation/labels.ts";
import { labelName, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import {
  PROTOCOLS,
  validateCidr,
  validateEndpointAddress,
  validateIpAddress,
  validatePortNumberOrName,
} from "../validation/ports.ts";
import { isReachedFromOutside, needsHealthCheckPort } from "./service.defaults.ts";

const TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
const TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";
const SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
const SERVICE_TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const IP_MODES = ["Proxy", "VIP"];
/** A day. */
const LONGEST_AFFINITY_SECONDS = 86_400;

export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  const errors = validateObjectMeta(service, { namespaced: true, name: labelName });
  errors.push(...validateTopologyAnnotations(service));
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== "ExternalName") errors.push(required("spec.ports"));
  errors.push(...validateType(spec));
  errors.push(...validatePorts(ports));
  errors.push(...validateLabels(spec.selector, "spec.selector"));
  errors.push(...validateSessionAffinity(spec));
  for (const [i, address] of (spec.externalIPs ?? []).entries()) {
    errors.push(...validateEndpointAddress(`spec.externalIPs[${i}]`, address));
  }
  if (!spec.type) errors.push(required("spec.type"));
  else if (!SERVICE_TYPES.includes(spec.type)) errors.push(notSupported("spec.type", spec.type, SERVICE_TYPES));
  errors.push(...validateNodePorts(spec, ports));
  errors.push(...validateDuplicatePorts(ports));
  errors.push(...validateLoadBalancer(service));
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
  const needHealthChecks = needsHealthCheckPort(before) && needsHealthCheckPort(after);
  if (needHealthChecks && before.healthCheckNodePort !== after.healthCheckNodePort) {
    errors.push(forbidden("spec.healthCheckNodePort", "field is immutable"));
  }
  return errors;
}

/** Addresses and names in a load balancer's status. */
export function validateServiceStatus(service: Service, old: Service): FieldError[] {
  const errors = validateObjectMetaUpdate(service, old);
  const ingresses = service.status.loadBalancer?.ingress ?? [];
  if (service.spec.type !== "LoadBalancer" && ingresses.length > 0) {
    const only = "may only be used when `spec.type` is 'LoadBalancer'";
    return [...errors, forbidden("status.loadBalancer.ingress", only)];
  }
  for (const [i, { ip, ipMode, hostname }] of ingresses.entries()) {
    const path = `status.loadBalancer.ingress[${i}]`;
    if (ip) errors.push(...validateIpAddress(`${path}.ip`, ip));
    if (ip && ipMode === undefined) errors.push(required(`${path}.ipMode`, "must be specified when `ip` is set"));
    else if (ipMode !== undefined && !ip) {
      errors.push(forbidden(`${path}.ipMode`, "may not be specified when `ip` is not set"));
    } else if (ipMode !== undefined && !IP_MODES.includes(ipMode)) {
      errors.push(notSupported(`${path}.ipMode`, ipMode, IP_MODES));
    }
    if (!hostname) continue;
    errors.push(...invalidFor(`${path}.hostname`, hostname, dnsSubdomainProblems(hostname)));
    if (isIpAddress(hostname)) {
      errors.push(invalid(`${path}.hostname`, hostname, "must be a DNS name, not an IP address"));
    }
  }
  return errors;
}

/** Two annotations, the older one deprecated, choose the same mode. */
function validateTopologyAnnotations({ metadata: { annotations = {} } }: Service): FieldError[] {
  const [mode, hints] = [annotations[TOPOLOGY_MODE], annotations[TOPOLOGY_HINTS]];
  if (mode === undefined || hints === undefined || mode === hints) return [];
  const problem = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  return [invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, problem)];
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
    if (port.appProtocol !== undefined) {
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

function validateLoadBalancer({ metadata, spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const only = "may only be used when `type` is 'LoadBalancer'";
  const isBalanced = spec.type === "LoadBalancer";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0 && !isBalanced) errors.push(forbidden("spec.LoadBalancerSourceRanges", only));
  for (const [i, range] of ranges.entries()) {
    errors.push(...validateCidr(`spec.LoadBalancerSourceRanges[${i}]`, range.trim()));
  }
  const annotated = metadata.annotations?.[SOURCE_RANGES];
  if (ranges.length === 0 && annotated !== undefined) {
    const field = `metadata.annotations[${SOURCE_RANGES}]`;
    if (!isBalanced) errors.push(forbidden(field, only));
    const texts = annotated.trim() === "" ? [] : annotated.split(",");
    errors.push(...texts.flatMap((range) => validateCidr(field, range.trim())));
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isBalanced) {
    errors.push(forbidden("spec.allocateLoadBalancerNodePorts", only));
  }
  const { loadBalancerClass } = spec;
  if (loadBalancerClass === undefined) return errors;
  if (!isBalanced) errors.push(forbidden("spec.loadBalancerClass", only));
  else
    errors.push(...invalidFor("spec.loadBalancerClass", loadBalancerClass, qualifiedNameProblems(loadBalancerClass)));
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
  } else if (spec.healthCheckNodePort) {
    const { healthCheckNodePort: port } = spec;
    errors.push(...invalidFor("spec.healthCheckNodePort", port, portNumberProblems(port)));
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

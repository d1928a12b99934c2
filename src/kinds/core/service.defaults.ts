/**
 * Defaults of Services, and the fields that change when the type changes.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_Service)
 *   pkg/registry/core/service/strategy.go (patchAllocatedValues, dropTypeDependentFields)
 */
import { equalJson } from "../../lib/json.ts";
import type { Service, ServicePort, ServiceSpec } from "../../schema/index.ts";
import { setDefault, setDefaultForZero } from "../set-default.ts";

/** Three hours. */
const DEFAULT_AFFINITY_SECONDS = 10_800;

export function defaultService(service: Service): void {
  if (!service.spec) service.spec = {};
  if (!service.status) service.status = { loadBalancer: {} };
  const { spec } = service;
  setDefault(spec, "sessionAffinity", "None");
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === "ClientIP" && !spec.sessionAffinityConfig?.clientIP?.timeoutSeconds) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: DEFAULT_AFFINITY_SECONDS } };
  }
  setDefault(spec, "type", "ClusterIP");
  for (const port of spec.ports ?? []) {
    setDefault(port, "protocol", "TCP");
    setDefaultForZero(port, "targetPort", port.port);
  }
  if (isReachedFromOutside(spec)) setDefault(spec, "externalTrafficPolicy", "Cluster");
  if (spec.type !== "ExternalName") setDefault(spec, "internalTrafficPolicy", "Cluster");
  if (spec.type === "LoadBalancer") setDefault(spec, "allocateLoadBalancerNodePorts", true);
  for (const ingress of service.status.loadBalancer?.ingress ?? []) {
    if (ingress.ip) setDefault(ingress, "ipMode", "VIP");
  }
}

/** `clusterIP` and the first of `clusterIPs` are one field; a client may set either. */
export function normalizeClusterIPs(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const sameList = equalJson(spec.clusterIPs ?? [], old.clusterIPs ?? []);
  if (!sameList) return;
  if (old.clusterIP && !spec.clusterIP) delete spec.clusterIPs;
  else if (spec.clusterIP && spec.clusterIP !== old.clusterIP) spec.clusterIPs = [spec.clusterIP];
}

/** Keeps allocated values that an update leaves out (as `kubectl replace` does). */
export function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIP(spec) && needsClusterIP(old)) {
    if (!spec.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP) spec.clusterIPs = old.clusterIPs;
  }
  if (needsNodePort(spec) && needsNodePort(old)) {
    const taken = new Set((spec.ports ?? []).map(({ nodePort }) => nodePort));
    for (const port of spec.ports ?? []) {
      if (port.nodePort) continue;
      const before = old.ports?.find(
        (candidate) => candidate.port === port.port && candidate.protocol === port.protocol,
      );
      if (before?.nodePort && !taken.has(before.nodePort)) port.nodePort = before.nodePort;
    }
  }
  if (needsHealthCheckPort(spec) && needsHealthCheckPort(old)) {
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
  }
}

/** Drops fields of the old type that the new type cannot have, unless the client changed them. */
export function dropFieldsOfOldType(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIP(old) && !needsClusterIP(spec)) {
    if (equalJson(spec.clusterIPs ?? [], old.clusterIPs ?? [])) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (equalJson(spec.ipFamilies ?? [], old.ipFamilies ?? [])) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
    if (spec.internalTrafficPolicy === old.internalTrafficPolicy) delete spec.internalTrafficPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(spec) && sameNodePorts(spec.ports, old.ports)) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (isReachedFromOutside(old) && !isReachedFromOutside(spec)) delete spec.externalTrafficPolicy;
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec)) {
    if (spec.healthCheckNodePort === old.healthCheckNodePort) delete spec.healthCheckNodePort;
  }
  if (old.type === "LoadBalancer" && spec.type !== "LoadBalancer") {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) {
      delete spec.allocateLoadBalancerNodePorts;
    }
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  }
}

export function needsClusterIP(spec: ServiceSpec): boolean {
  return spec.type === "ClusterIP" || spec.type === "NodePort" || spec.type === "LoadBalancer";
}

export function needsNodePort(spec: ServiceSpec): boolean {
  return spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
}

export function needsHealthCheckPort(spec: ServiceSpec): boolean {
  return spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
}

export function isReachedFromOutside(spec: ServiceSpec): boolean {
  const { type, externalIPs = [] } = spec;
  return type === "NodePort" || type === "LoadBalancer" || (type === "ClusterIP" && externalIPs.length > 0);
}

function sameNodePorts(ports: ServicePort[] | undefined, old: ServicePort[] | undefined): boolean {
  const numbers = (list: ServicePort[] | undefined) => (list ?? []).map(({ nodePort }) => nodePort ?? 0).sort();
  return equalJson(numbers(ports), numbers(old));
}

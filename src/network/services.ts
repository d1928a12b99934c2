/** Services and their endpoints, as kube-proxy and CoreDNS see them: through EndpointSlices. */
import type { Transaction } from "../cluster/transaction.ts";
import { podKind } from "../kinds/core/pod.ts";
import { serviceKind } from "../kinds/core/service.ts";
import { endpointSliceKind } from "../kinds/discovery/endpoint-slice.ts";
import { parseRange, type Range } from "../lib/ip-range.ts";
import type { EndpointSlice, Pod, Service } from "../schema/index.ts";

const SERVICE_NAME = "kubernetes.io/service-name";
const API_SERVER = "default/kubernetes";

export interface ServiceEndpoint {
  address: string;
  hostname?: string;
  nodeName?: string;
  isReady: boolean;
  /** It still answers although its pod is being deleted. */
  isServingUntilEnd: boolean;
  /** Its pod is being deleted. */
  isTerminating: boolean;
  /** Zones and nodes whose clients should use this endpoint; absent: no hint. */
  forZones?: readonly string[];
  forNodes?: readonly string[];
  ports: readonly { name: string; port: number; protocol: string }[];
}

/** The endpoints of a Service in the order of their slices. */
export function endpointsOf(tx: Transaction, { metadata }: Service): ServiceEndpoint[] {
  return slicesByService(tx).get(`${metadata.namespace}/${metadata.name}`) ?? [];
}

/** Whether the API server listens at this address, behind the Service `kubernetes`. */
export function isApiServer(tx: Transaction, address: string, port: number): boolean {
  const endpoints = slicesByService(tx).get(API_SERVER) ?? [];
  return endpoints.some((one) => one.address === address && one.ports.some((each) => each.port === port));
}

/** The address of the API server, from which it calls webhooks; undefined if its Service was deleted. */
export function apiServerAddress(tx: Transaction): string | undefined {
  return slicesByService(tx).get(API_SERVER)?.[0]?.address;
}

function slicesByService(tx: Transaction): ReadonlyMap<string, ServiceEndpoint[]> {
  return tx.derived("network/endpoints", [endpointSliceKind], () => {
    const all = new Map<string, ServiceEndpoint[]>();
    for (const slice of tx.list(endpointSliceKind)) {
      if (slice.addressType !== "IPv4") continue;
      const key = `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME]}`;
      const known = all.get(key);
      if (known) known.push(...endpointsOfSlice(slice));
      else all.set(key, endpointsOfSlice(slice));
    }
    return all;
  });
}

function endpointsOfSlice({ endpoints, ports }: EndpointSlice): ServiceEndpoint[] {
  const numbered = (ports ?? []).flatMap(({ name = "", port, protocol = "TCP" }) =>
    port === undefined ? [] : [{ name, port, protocol }],
  );
  return (endpoints ?? []).flatMap(({ addresses, conditions, hostname, nodeName, hints }) =>
    addresses.map((address) => ({
      address,
      ...(hostname !== undefined && { hostname }),
      ...(nodeName !== undefined && { nodeName }),
      ...(hints?.forZones && { forZones: hints.forZones.map(({ name }) => name) }),
      ...(hints?.forNodes && { forNodes: hints.forNodes.map(({ name }) => name) }),
      isReady: conditions?.ready !== false,
      isTerminating: conditions?.terminating === true,
      isServingUntilEnd: conditions?.serving === true && conditions.terminating === true,
      ports: numbered,
    })),
  );
}

/** An address at which kube-proxy serves a Service. */
export interface ServiceAddress {
  service: Service;
  /** Outside traffic follows `externalTrafficPolicy`, all other traffic `internalTrafficPolicy`. */
  isExternal: boolean;
  /** At the address of a load balancer: packets of clients outside of these ranges are dropped. Absent: of none. */
  clientRanges?: readonly Range[];
}

/** The Service with this cluster address, external address or address of a load balancer. */
export function serviceAddress(tx: Transaction, address: string): ServiceAddress | undefined {
  return serviceAddresses(tx).byAddress.get(address);
}

/** The Service with this cluster address. */
export function serviceAt(tx: Transaction, address: string): Service | undefined {
  const found = serviceAddress(tx, address);
  return found?.isExternal ? undefined : found?.service;
}

/** The Service that all nodes serve at this port of theirs. */
export function nodePortService(tx: Transaction, port: number, protocol: string): Service | undefined {
  return serviceAddresses(tx).byNodePort.get(`${protocol}/${port}`);
}

/** The Service whose health kube-proxy tells at this port of each node. */
export function healthCheckService(tx: Transaction, port: number): Service | undefined {
  return serviceAddresses(tx).byHealthCheckPort.get(port);
}

interface ServiceAddresses {
  byAddress: ReadonlyMap<string, ServiceAddress>;
  byNodePort: ReadonlyMap<string, Service>;
  byHealthCheckPort: ReadonlyMap<number, Service>;
}

function serviceAddresses(tx: Transaction): ServiceAddresses {
  return tx.derived("network/services", [serviceKind], () => {
    const byAddress = new Map<string, ServiceAddress>();
    const byNodePort = new Map<string, Service>();
    const byHealthCheckPort = new Map<number, Service>();
    for (const service of tx.list(serviceKind)) {
      const { spec, status } = service;
      if (spec.type === "ExternalName") continue;
      for (const ip of spec.externalIPs ?? []) byAddress.set(ip, { service, isExternal: true });
      const clientRanges = clientRangesOf(service);
      for (const { ip } of status?.loadBalancer?.ingress ?? []) {
        if (ip !== undefined) byAddress.set(ip, { service, isExternal: true, ...(clientRanges && { clientRanges }) });
      }
      for (const ip of spec.clusterIPs ?? [spec.clusterIP ?? "None"]) {
        if (ip !== "None") byAddress.set(ip, { service, isExternal: false });
      }
      if (spec.healthCheckNodePort) byHealthCheckPort.set(spec.healthCheckNodePort, service);
      for (const { nodePort, protocol = "TCP" } of spec.ports ?? []) {
        if (nodePort) byNodePort.set(`${protocol.toLowerCase()}/${nodePort}`, service);
      }
    }
    return { byAddress, byNodePort, byHealthCheckPort };
  });
}

/** The annotation is older than the field, which has precedence. */
const SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

function clientRangesOf({ metadata, spec }: Service): Range[] | undefined {
  const annotated = metadata.annotations?.[SOURCE_RANGES]?.trim() ?? "";
  const fromAnnotation = annotated === "" ? [] : annotated.split(",");
  const texts = spec.loadBalancerSourceRanges?.length ? spec.loadBalancerSourceRanges : fromAnnotation;
  return texts.length > 0 ? texts.flatMap((text) => parseRange(text.trim()) ?? []) : undefined;
}

/** The pod with this address that has not ended. Pods of the host's network have no address of their own. */
export function podAt(tx: Transaction, address: string): Pod | undefined {
  return podAddresses(tx).byAddress.get(address);
}

/** Pods that use the network of their node or ports of it, by the node's name. */
export function podsOnNode(tx: Transaction, nodeName: string): readonly Pod[] {
  return podAddresses(tx).onHost.get(nodeName) ?? [];
}

interface PodAddresses {
  byAddress: ReadonlyMap<string, Pod>;
  onHost: ReadonlyMap<string, readonly Pod[]>;
}

function podAddresses(tx: Transaction): PodAddresses {
  return tx.derived("network/pods", [podKind], () => {
    const byAddress = new Map<string, Pod>();
    const onHost = new Map<string, Pod[]>();
    for (const pod of tx.list(podKind)) {
      const { podIPs, podIP, phase } = pod.status;
      if (phase === "Succeeded" || phase === "Failed") continue;
      if (pod.spec.hostNetwork || usesHostPorts(pod)) {
        const name = pod.spec.nodeName ?? "";
        onHost.set(name, [...(onHost.get(name) ?? []), pod]);
      }
      if (pod.spec.hostNetwork) continue;
      for (const { ip } of podIPs ?? (podIP ? [{ ip: podIP }] : [])) byAddress.set(ip, pod);
    }
    return { byAddress, onHost };
  });
}

function usesHostPorts({ spec }: Pod): boolean {
  return [...(spec.initContainers ?? []), ...spec.containers].some(({ ports }) => ports?.some((one) => one.hostPort));
}

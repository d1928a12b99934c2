/** Services and their endpoints, as kube-proxy and CoreDNS see them: through EndpointSlices. */
import type { Transaction } from "../cluster/transaction.ts";
import { podKind } from "../kinds/core/pod.ts";
import { serviceKind } from "../kinds/core/service.ts";
import { endpointSliceKind } from "../kinds/discovery/endpoint-slice.ts";
import type { EndpointSlice, Pod, Service } from "../schema/index.ts";

const SERVICE_NAME = "kubernetes.io/service-name";

export interface ServiceEndpoint {
  address: string;
  hostname?: string;
  isReady: boolean;
  ports: readonly { name: string; port: number; protocol: string }[];
}

/** The endpoints of a Service in the order of their slices. */
export function endpointsOf(tx: Transaction, { metadata }: Service): ServiceEndpoint[] {
  return slicesByService(tx).get(`${metadata.namespace}/${metadata.name}`) ?? [];
}

function slicesByService(tx: Transaction): ReadonlyMap<string, ServiceEndpoint[]> {
  return tx.derived("network/endpoints", [endpointSliceKind], () => {
    const all = new Map<string, ServiceEndpoint[]>();
    for (const slice of tx.list(endpointSliceKind)) {
      if (slice.addressType !== "IPv4") continue;
      const key = `${slice.metadata.namespace}/${slice.metadata.labels?.[SERVICE_NAME]}`;
      all.set(key, [...(all.get(key) ?? []), ...endpointsOfSlice(slice)]);
    }
    return all;
  });
}

function endpointsOfSlice({ endpoints, ports }: EndpointSlice): ServiceEndpoint[] {
  const numbered = (ports ?? []).flatMap(({ name = "", port, protocol = "TCP" }) =>
    port === undefined ? [] : [{ name, port, protocol }],
  );
  return (endpoints ?? []).flatMap(({ addresses, conditions, hostname }) =>
    addresses.map((address) => ({
      address,
      ...(hostname !== undefined && { hostname }),
      isReady: conditions?.ready !== false,
      ports: numbered,
    })),
  );
}

/** The Service with this cluster address. */
export function serviceAt(tx: Transaction, address: string): Service | undefined {
  return addresses(tx).services.get(address);
}

/** The pod with this address that has not ended. Pods of the host's network have no address of their own. */
export function podAt(tx: Transaction, address: string): Pod | undefined {
  return podAddresses(tx).get(address);
}

function addresses(tx: Transaction): { services: ReadonlyMap<string, Service> } {
  return tx.derived("network/services", [serviceKind], () => {
    const services = new Map<string, Service>();
    for (const service of tx.list(serviceKind)) {
      for (const ip of service.spec.clusterIPs ?? [service.spec.clusterIP ?? "None"]) {
        if (ip !== "None") services.set(ip, service);
      }
    }
    return { services };
  });
}

function podAddresses(tx: Transaction): ReadonlyMap<string, Pod> {
  return tx.derived("network/pods", [podKind], () => {
    const pods = new Map<string, Pod>();
    for (const pod of tx.list(podKind)) {
      const { podIPs, podIP, phase } = pod.status;
      if (pod.spec.hostNetwork || phase === "Succeeded" || phase === "Failed") continue;
      for (const { ip } of podIPs ?? (podIP ? [{ ip: podIP }] : [])) pods.set(ip, pod);
    }
    return pods;
  });
}

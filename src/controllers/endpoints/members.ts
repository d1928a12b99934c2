/**
 * The pods of a Service and their ports, for Endpoints and EndpointSlices.
 * Kubernetes: staging/src/k8s.io/endpointslice/utils.go, pkg/controller/util/endpoint/controller_utils.go
 */

import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { matchesMap } from "../../lib/selectors.ts";
import type { ObjectReference, Pod, Service, ServicePort } from "../../schema/index.ts";
import type { Watch } from "../controller.ts";
import { isPodFinished, isPodReady } from "../lib/pods.ts";

export interface ResolvedPort {
  name: string;
  protocol: string;
  port: number;
  appProtocol?: string;
}

/** True if the controllers manage the Service's endpoints: it has a selector and is not an external name. */
export function isManaged(service: Service): boolean {
  return service.spec.type !== "ExternalName" && Object.keys(service.spec.selector ?? {}).length > 0;
}

export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === "None";
}

/** All pods that match the selector, by name. */
export function selectedPods(tx: Transaction, service: Service): Pod[] {
  const selector = service.spec.selector ?? {};
  return tx.list(podKind, service.metadata.namespace).filter(({ metadata }) => matchesMap(selector, metadata.labels));
}

/** True if a selected pod belongs to the endpoints: it has an address and is not finished. */
export function isMember(pod: Pod): boolean {
  return !isPodFinished(pod) && addressesOf(pod).length > 0;
}

export function addressesOf(pod: Pod): string[] {
  const all = (pod.status.podIPs ?? []).map(({ ip }) => ip);
  return all.length === 0 && pod.status.podIP ? [pod.status.podIP] : all;
}

/** The Service's ports, resolved for this pod. Named target ports that the pod lacks are omitted. */
export function portsOf(service: Service, pod: Pod): ResolvedPort[] {
  const ports: ResolvedPort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = targetPortOf(servicePort, pod);
    if (port === undefined) continue;
    const { name = "", protocol = "TCP", appProtocol } = servicePort;
    ports.push({ name, protocol, port, ...(appProtocol !== undefined && { appProtocol }) });
  }
  return ports;
}

function targetPortOf({ targetPort, port, protocol = "TCP" }: ServicePort, pod: Pod): number | undefined {
  if (typeof targetPort === "number") return targetPort || port;
  if (!targetPort) return port;
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const found = container.ports?.find(
      (candidate) => candidate.name === targetPort && (candidate.protocol ?? "TCP") === protocol,
    );
    if (found) return found.containerPort;
  }
  return undefined;
}

export function referenceTo(pod: Pod): ObjectReference {
  const { namespace, name, uid } = pod.metadata;
  return { kind: "Pod", namespace, name, uid };
}

/** The hostname of the pod's DNS name, if the pod's subdomain is the Service. */
export function hostnameOf(service: Service, pod: Pod): string | undefined {
  const { hostname, subdomain } = pod.spec;
  return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

/** Wakes the Services whose endpoints a change of a pod may affect. */
export const servicesOfPods: Watch = {
  resource: resourceId(podKind),
  *map(change, tx) {
    const { before, after } = change as Partial<Record<"before" | "after", Pod>> & ObjectChange;
    if (before && after && equalJson(facetsOf(before), facetsOf(after))) return;
    yield* servicesSelecting(tx, parseKey(change.key).namespace, before, after);
  },
};

function* servicesSelecting(
  tx: Transaction,
  namespace: string,
  before: Pod | undefined,
  after: Pod | undefined,
): Iterable<ObjectKey> {
  for (const service of tx.list(serviceKind, namespace)) {
    if (!isManaged(service)) continue;
    const selector = service.spec.selector ?? {};
    const selects = [before, after].some((pod) => pod && matchesMap(selector, pod.metadata.labels));
    if (selects) yield objectKey(serviceKind, namespace, service.metadata.name ?? "");
  }
}

/** The parts of a pod that endpoints depend on. */
function facetsOf(pod: Pod) {
  const { hostname, subdomain, nodeName } = pod.spec;
  return {
    labels: pod.metadata.labels,
    isTerminating: pod.metadata.deletionTimestamp !== undefined,
    addresses: addressesOf(pod),
    isReady: isPodReady(pod),
    isFinished: isPodFinished(pod),
    hostname,
    subdomain,
    nodeName,
  };
}

/**
 * Keeps the Endpoints of Services with a selector: the older API with one object for each Service.
 * Kubernetes: pkg/controller/endpoint/endpoints_controller.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { endpointsKind } from "../../kinds/core/endpoints.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import { MAX_ENDPOINTS_ADDRESSES } from "../../lib/limits.ts";
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, Service } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { isPodReady } from "../lib/pods.ts";
import {
  addressesOf,
  hostnameOf,
  isHeadless,
  isManaged,
  isMember,
  portsOf,
  referenceTo,
  selectedPods,
  servicesOfPods,
} from "./members.ts";
import { setTriggerTime, takeTriggerTime } from "./trigger-time.ts";

const NAME = "endpoint-controller";
const HEADLESS = "service.kubernetes.io/headless";
const MANAGED_BY = "endpoints.kubernetes.io/managed-by";
const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

export const endpointsController: Controller = {
  name: NAME,
  manager: "kube-controller-manager",
  watches: [self(serviceKind), servicesOfPods, removedEndpoints()],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const service = tx.get(serviceKind, namespace, name);
    if (!service) {
      tx.delete(endpointsKind, { metadata: { namespace, name } });
      return;
    }
    if (!isManaged(service)) return;
    const pods = selectedPods(tx, service);
    const all = subsetsOf(service, pods.filter(isMember));
    const { subsets, isTruncated } = truncate(all);
    const labels = labelsOf(service);
    const present = tx.get(endpointsKind, namespace, name);
    const [known, wanted] = [podsIn(present?.subsets), podsIn(subsets)];
    const isAdded = ({ metadata: { name = "" } }: Pod) => wanted.has(name) && !known.has(name);
    const triggerTime = takeTriggerTime(tx, NAME, { service, pods, isAdded });
    const wasTruncated = present?.metadata.annotations?.[OVER_CAPACITY] !== undefined;
    if (
      present &&
      wasTruncated === isTruncated &&
      equalJson(present.subsets ?? [], subsets) &&
      equalJson(present.metadata.labels ?? {}, labels)
    ) {
      return;
    }
    write(tx, present, { namespace, name, labels, subsets, triggerTime, isTruncated });
  },
};

function podsIn(subsets: readonly EndpointSubset[] = []): Set<string> {
  const addresses = subsets.flatMap((subset) => [...(subset.addresses ?? []), ...(subset.notReadyAddresses ?? [])]);
  return new Set(addresses.map(({ targetRef }) => targetRef?.name ?? ""));
}

interface Wanted {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  subsets: EndpointSubset[];
  triggerTime: string | undefined;
  isTruncated: boolean;
}

function write(tx: Transaction, present: Endpoints | undefined, wanted: Wanted): void {
  const { namespace, name } = wanted;
  const fill = (endpoints: Endpoints) => {
    endpoints.metadata.labels = wanted.labels;
    setTriggerTime(endpoints.metadata, wanted.triggerTime);
    const { [OVER_CAPACITY]: _, ...annotations } = endpoints.metadata.annotations ?? {};
    if (wanted.isTruncated) annotations[OVER_CAPACITY] = "truncated";
    if (Object.keys(annotations).length > 0) endpoints.metadata.annotations = annotations;
    if (wanted.subsets.length > 0) endpoints.subsets = wanted.subsets;
    else delete endpoints.subsets;
  };
  if (present) {
    tx.update(endpointsKind, present, fill);
    return;
  }
  const endpoints: Endpoints = { kind: "Endpoints", apiVersion: "v1", metadata: { name, namespace } };
  fill(endpoints);
  tx.create(endpointsKind, endpoints);
}

function labelsOf(service: Service): Record<string, string> {
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(isHeadless(service) && { [HEADLESS]: "" }), [MANAGED_BY]: NAME };
}

/** One subset for each set of ports, with separate lists of ready and not ready addresses. */
function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const subsets = new Map<
    string,
    Required<Pick<EndpointSubset, "addresses" | "notReadyAddresses">> & { ports: EndpointPort[] }
  >();
  const publishesAll = service.spec.publishNotReadyAddresses === true;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp && !publishesAll) continue;
    const ports = portsOf(service, pod).map(({ name, port, protocol, appProtocol }) => ({
      ...(name !== "" && { name }),
      port,
      protocol,
      ...(appProtocol !== undefined && { appProtocol }),
    }));
    if (ports.length === 0 && !(isHeadless(service) && (service.spec.ports ?? []).length === 0)) continue;
    const id = JSON.stringify(ports);
    const subset = subsets.get(id) ?? { addresses: [], notReadyAddresses: [], ports };
    const isReady = publishesAll || isPodReady(pod);
    (isReady ? subset.addresses : subset.notReadyAddresses).push(addressOf(service, pod));
    subsets.set(id, subset);
  }
  return [...subsets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { addresses, notReadyAddresses, ports }]) => ({
      ...(addresses.length > 0 && { addresses: addresses.sort(byAddress) }),
      ...(notReadyAddresses.length > 0 && { notReadyAddresses: notReadyAddresses.sort(byAddress) }),
      ...(ports.length > 0 && { ports }),
    }));
}

function addressOf(service: Service, pod: Pod): EndpointAddress {
  const hostname = hostnameOf(service, pod);
  const { nodeName } = pod.spec;
  return {
    ip: addressesOf(pod)[0] ?? "",
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    targetRef: referenceTo(pod),
  };
}

function byAddress(a: EndpointAddress, b: EndpointAddress): number {
  if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1;
  return (a.targetRef?.uid ?? "") < (b.targetRef?.uid ?? "") ? -1 : 1;
}

/** Truncates to a thousand addresses; ready addresses are kept first. */
function truncate(subsets: EndpointSubset[]): { subsets: EndpointSubset[]; isTruncated: boolean } {
  const total = subsets.reduce(
    (sum, { addresses = [], notReadyAddresses = [] }) => sum + addresses.length + notReadyAddresses.length,
    0,
  );
  if (total <= MAX_ENDPOINTS_ADDRESSES) return { subsets, isTruncated: false };
  let room = MAX_ENDPOINTS_ADDRESSES;
  const take = (addresses: EndpointAddress[] = []) => {
    const kept = addresses.slice(0, room);
    room -= kept.length;
    return kept;
  };
  const ready = subsets.map(({ addresses }) => take(addresses));
  const notReady = subsets.map(({ notReadyAddresses }) => take(notReadyAddresses));
  const kept = subsets.map(({ ports }, i) => ({
    ...(ready[i]?.length && { addresses: ready[i] }),
    ...(notReady[i]?.length && { notReadyAddresses: notReady[i] }),
    ...(ports && { ports }),
  }));
  return { subsets: kept.filter((subset) => subset.addresses || subset.notReadyAddresses), isTruncated: true };
}

/** Wakes the Service whose Endpoints were removed, so that they are created again. */
function removedEndpoints(): Watch {
  return {
    resource: resourceId(endpointsKind),
    *map({ key, after }, tx) {
      const { namespace, name } = parseKey(key);
      if (!after && tx.get(serviceKind, namespace, name)) yield objectKey(serviceKind, namespace, name);
    },
  };
}

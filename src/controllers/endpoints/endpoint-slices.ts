/**
 * Keeps the EndpointSlices of Services with a selector, with as few changed slices as possible.
 * Kubernetes: pkg/controller/endpointslice/endpointslice_controller.go, staging/src/k8s.io/endpointslice/reconciler.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import type { Endpoint, EndpointSlice, KubernetesObject, Node, Pod, Service } from "../../schema/index.ts";
import { type Controller, controllerOf, self, type Watch } from "../controller.ts";
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
import { type PortGroup, planSlices, type SlicePlan, withPresentHints } from "./slice-plan.ts";
import { writeSlices } from "./slice-writer.ts";
import { setTriggerTime, takeTriggerTime } from "./trigger-time.ts";
import { addZoneHints, isAnyZoneOverloaded, wantsZoneHints, zoneRatios } from "./zone-hints.ts";

const NAME = "endpointslice-controller";
const SERVICE_NAME = "kubernetes.io/service-name";
const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
const MANAGER = "endpointslice-controller.k8s.io";
const HEADLESS = "service.kubernetes.io/headless";
const ZONE = "topology.kubernetes.io/zone";
const RESERVED: ReadonlySet<string> = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS]);

export const endpointSliceController: Controller = {
  name: NAME,
  manager: "kube-controller-manager",
  component: NAME,
  watches: [self(serviceKind), servicesOfPods, servicesOfSlices(), overloadedServices()],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const service = tx.get(serviceKind, namespace, name);
    // The garbage collector deletes the slices of a removed Service.
    if (!service || service.metadata.deletionTimestamp || !isManaged(service)) return;
    const selected = selectedPods(tx, service);
    const pods = selected.filter(isMember);
    const slices = slicesOf(tx, service);
    const held = slices.flatMap(({ endpoints }) => endpoints ?? []);
    const known = new Set(held.map(({ targetRef }) => targetRef?.name ?? ""));
    const isAdded = (pod: Pod) => isMember(pod) && !known.has(pod.metadata.name ?? "");
    const triggerTime = takeTriggerTime(tx, NAME, { service, pods: selected, isAdded });
    const families = service.spec.ipFamilies ?? ["IPv4"];
    for (const addressType of families) {
      const existing = slices.filter((slice) => slice.addressType === addressType);
      sync(tx, { service, addressType, existing, groups: groupsOf(tx, service, pods, addressType), triggerTime });
    }
    for (const slice of slices) if (!families.includes(slice.addressType)) tx.delete(endpointSliceKind, slice);
  },
};

interface Wanted {
  service: Service;
  addressType: string;
  existing: readonly EndpointSlice[];
  groups: readonly PortGroup[];
  triggerTime: string | undefined;
}

function sync(tx: Transaction, wanted: Wanted): void {
  const { service, addressType, existing, triggerTime } = wanted;
  const labels = labelsOf(service);
  const hasZoneHints = wantsZoneHints(service);
  const groups = hasZoneHints ? wanted.groups.map((group) => withPresentHints(group, existing)) : wanted.groups;
  const plan = planSlices(existing, groups);
  planZoneHints(tx, wanted, plan);
  writeSlices(
    tx,
    plan,
    { owner: service, ownerKind: serviceKind, addressType },
    {
      isStale: ({ metadata }) => !equalJson(metadata.labels ?? {}, labels),
      fill({ metadata }) {
        metadata.labels = labels;
        setTriggerTime(metadata, triggerTime);
      },
    },
  );
}

/** Owner of the address types whose slices have hints by zone, private state of the Service. */
const ZONE_HINTS = "zone-hints";

/** Adds hints by zone where the Service asks for them, and records events about them. */
function planZoneHints(tx: Transaction, { service, addressType }: Wanted, plan: SlicePlan): void {
  const key = objectKey(serviceKind, service.metadata.namespace ?? "", service.metadata.name ?? "");
  const hinted = tx.privateState<string[]>(key, ZONE_HINTS) ?? [];
  const isHinted = hinted.includes(addressType);
  const setHinted = (isSet: boolean) => {
    if (isSet === isHinted) return;
    const now = isSet ? [...hinted, addressType] : hinted.filter((one) => one !== addressType);
    tx.setPrivateState(key, ZONE_HINTS, now.length > 0 ? now : undefined);
  };
  const event = (type: "Normal" | "Warning", reason: string, message: string) =>
    recordEvent(tx, {
      ...{ object: service, type, reason, component: NAME },
      message: `${message}, addressType: ${addressType}`,
    });
  if (!wantsZoneHints(service)) {
    if (isHinted) event("Warning", "TopologyAwareHintsDisabled", "Topology Aware Hints has been disabled");
    setHinted(false);
    return;
  }
  const problem = addZoneHints(plan, zoneRatios(tx));
  if (problem !== undefined) event("Warning", "TopologyAwareHintsDisabled", problem);
  else if (!isHinted) event("Normal", "TopologyAwareHintsEnabled", "Topology Aware Hints has been enabled");
  setHinted(problem === undefined);
}

function slicesOf(tx: Transaction, service: Service): EndpointSlice[] {
  return tx.list(endpointSliceKind, service.metadata.namespace).filter(({ metadata }) => {
    const { labels } = metadata;
    const isOurs = labels?.[SERVICE_NAME] === service.metadata.name && labels?.[MANAGED_BY] === MANAGER;
    return isOurs && !metadata.deletionTimestamp;
  });
}

function labelsOf(service: Service): Record<string, string> {
  const own = Object.entries(service.metadata.labels ?? {}).filter(([name]) => !RESERVED.has(name));
  return {
    ...Object.fromEntries(own),
    ...(isHeadless(service) && { [HEADLESS]: "" }),
    [MANAGED_BY]: MANAGER,
    [SERVICE_NAME]: service.metadata.name ?? "",
  };
}

/** Endpoints, grouped by the ports that they serve: such a group shares slices. */
function groupsOf(tx: Transaction, service: Service, pods: readonly Pod[], addressType: string): PortGroup[] {
  const groups = new Map<string, PortGroup>();
  for (const pod of pods) {
    const addresses = addressesOf(pod).filter((address) => address.includes(":") === (addressType === "IPv6"));
    if (addresses.length === 0 || !hasNode(tx, service, pod)) continue;
    const ports = portsOf(service, pod);
    const id = JSON.stringify(ports);
    const group = groups.get(id) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(tx, service, pod, addresses));
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** False for pods on removed nodes, unless the Service publishes addresses that are not ready. */
function hasNode(tx: Transaction, service: Service, pod: Pod): boolean {
  if (service.spec.publishNotReadyAddresses || !pod.spec.nodeName) return true;
  return tx.get(nodeKind, "", pod.spec.nodeName) !== undefined;
}

function endpointOf(tx: Transaction, service: Service, pod: Pod, addresses: string[]): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  // Terminating endpoints are never ready, for consumers that read this condition only.
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = hostnameOf(service, pod);
  const { nodeName } = pod.spec;
  const zone = nodeName ? tx.get(nodeKind, "", nodeName)?.metadata.labels?.[ZONE] : undefined;
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname && { hostname }),
    targetRef: referenceTo(pod),
    ...(nodeName && { nodeName }),
    ...(zone && { zone }),
    ...(ready && hintsOf(service, { zone, nodeName })),
  };
}

/**
 * For `trafficDistribution`: the zone, and the node, whose clients should use the endpoint.
 * Kubernetes: staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go
 */
function hintsOf(
  service: Service,
  { zone, nodeName }: { zone: string | undefined; nodeName: string | undefined },
): Pick<Endpoint, "hints"> {
  const distribution = service.spec.trafficDistribution ?? "";
  if (wantsZoneHints(service)) return {};
  if (!["PreferClose", "PreferSameZone", "PreferSameNode"].includes(distribution)) return {};
  const forNodes = distribution === "PreferSameNode" && nodeName !== undefined ? [{ name: nodeName }] : undefined;
  const forZones = zone === undefined ? undefined : [{ name: zone }];
  return forZones || forNodes ? { hints: { ...(forZones && { forZones }), ...(forNodes && { forNodes }) } } : {};
}

/** Wakes the Services of slices that clients created, changed or removed. */
function servicesOfSlices(): Watch {
  return {
    resource: resourceId(endpointSliceKind),
    *map({ key, before, after }) {
      // New slices with an owner were created by this controller and wake nothing.
      if (!before && after && controllerOf(after)) return;
      const { namespace } = parseKey(key);
      const names = new Set([before, after].map((slice) => slice && serviceNameOf(slice)));
      for (const name of names) if (name !== undefined) yield objectKey(serviceKind, namespace, name);
    },
  };
}

/** Wakes the Services with hints by zone for which the nodes of a zone no longer suffice. */
function overloadedServices(): Watch {
  return {
    resource: resourceId(nodeKind),
    *map({ before, after }, tx) {
      if (capacityOf(before as Node | undefined) === capacityOf(after as Node | undefined)) return;
      for (const service of tx.list(serviceKind)) {
        if (!wantsZoneHints(service)) continue;
        const endpoints = slicesOf(tx, service).flatMap((slice) => slice.endpoints ?? []);
        if (!isAnyZoneOverloaded(endpoints, zoneRatios(tx))) continue;
        yield objectKey(serviceKind, service.metadata.namespace ?? "", service.metadata.name ?? "");
      }
    },
  };
}

/** Properties of a node on which hints by zone depend. */
function capacityOf(node: Node | undefined): string {
  const ready = node?.status.conditions?.find(({ type }) => type === "Ready")?.status;
  return JSON.stringify([node?.metadata.labels, ready, node?.status.allocatable?.["cpu"]]);
}

/** The name of the Service, if this controller manages the slice. */
function serviceNameOf({ metadata: { labels } }: KubernetesObject): string | undefined {
  return labels?.[MANAGED_BY] === MANAGER ? labels[SERVICE_NAME] : undefined;
}

/**
 * Mirrors Endpoints that clients wrote for Services without a selector into EndpointSlices.
 * Kubernetes: pkg/controller/endpointslicemirroring/reconciler.go (KEP-752)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { endpointsKind } from "../../kinds/core/endpoints.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { canonicalAddress, parseAddress } from "../../lib/ip-range.ts";
import { equalJson } from "../../lib/json.ts";
import type { EndpointAddress, EndpointPort, EndpointSlice, Endpoints } from "../../schema/index.ts";
import type { Controller, Watch } from "../controller.ts";
import { type PortGroup, planSlices } from "./slice-plan.ts";
import { writeSlices } from "./slice-writer.ts";

const NAME = "endpointslice-mirroring-controller";
const MANAGER = "endpointslicemirroring-controller.k8s.io";
const SERVICE_NAME = "kubernetes.io/service-name";
const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
const SKIP = "endpointslice.kubernetes.io/skip-mirror";
const LEADER = "control-plane.alpha.kubernetes.io/leader";
const NOT_CLONED: ReadonlySet<string> = new Set([
  "endpoints.kubernetes.io/last-change-trigger-time",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

export const endpointSliceMirroringController: Controller = {
  name: NAME,
  manager: "kube-controller-manager",
  watches: [writtenEndpoints(), servicesEndpoints(), mirroredEndpoints()],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const endpoints = tx.get(endpointsKind, namespace, name);
    const existing = mirrorsOf(tx, namespace, name);
    if (!endpoints || !isMirrored(tx, endpoints)) {
      for (const slice of existing) tx.delete(endpointSliceKind, slice);
      return;
    }
    const groups = { IPv4: groupsOf(endpoints, "IPv4"), IPv6: groupsOf(endpoints, "IPv6") };
    // Endpoints without addresses get one empty slice of IPv4.
    const families = groups.IPv6.length === 0 ? ["IPv4"] : groups.IPv4.length === 0 ? ["IPv6"] : ["IPv4", "IPv6"];
    for (const family of families as ("IPv4" | "IPv6")[]) {
      const slices = existing.filter(({ addressType }) => addressType === family);
      sync(tx, endpoints, family, slices, groups[family]);
    }
    for (const slice of existing) if (!families.includes(slice.addressType)) tx.delete(endpointSliceKind, slice);
  },
};

/**
 * True for Endpoints of a Service without a selector, except those labelled `skip-mirror` or used for leader election.
 */
function isMirrored(tx: Transaction, { metadata }: Endpoints): boolean {
  if (metadata.deletionTimestamp || metadata.labels?.[SKIP] === "true") return false;
  if (metadata.annotations?.[LEADER] !== undefined) return false;
  const service = tx.get(serviceKind, metadata.namespace ?? "", metadata.name ?? "");
  return service !== undefined && service.spec.selector === undefined;
}

function sync(
  tx: Transaction,
  endpoints: Endpoints,
  addressType: string,
  existing: readonly EndpointSlice[],
  groups: readonly PortGroup[],
): void {
  const plan = planSlices(existing, groups);
  const labels = labelsOf(endpoints);
  const annotations = annotationsOf(endpoints);
  writeSlices(
    tx,
    plan,
    { owner: endpoints, ownerKind: endpointsKind, addressType },
    {
      isStale: ({ metadata }) =>
        !equalJson(metadata.labels ?? {}, labels) || !equalJson(metadata.annotations ?? {}, annotations),
      fill({ metadata }) {
        metadata.labels = labels;
        if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
        else delete metadata.annotations;
      },
    },
  );
}

function labelsOf({ metadata }: Endpoints): Record<string, string> {
  return { ...metadata.labels, [SERVICE_NAME]: metadata.name ?? "", [MANAGED_BY]: MANAGER };
}

function annotationsOf({ metadata }: Endpoints): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => !NOT_CLONED.has(name)));
}

/** The addresses of one family, grouped by the ports that they serve. */
function groupsOf({ subsets = [] }: Endpoints, family: "IPv4" | "IPv6"): PortGroup[] {
  const groups = new Map<string, PortGroup>();
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets ?? []) {
    const of = (list: readonly EndpointAddress[]) => list.filter(({ ip }) => parseAddress(ip)?.family === family);
    const endpoints = [
      ...of(addresses).map((address) => endpointOf(address, true)),
      ...of(notReadyAddresses).map((address) => endpointOf(address, false)),
    ];
    if (endpoints.length === 0) continue;
    const sliced = ports.map(portOf);
    const id = JSON.stringify(sliced);
    const group = groups.get(id) ?? { ports: sliced, endpoints: [] };
    group.endpoints.push(...endpoints);
    groups.set(id, group);
  }
  return [...groups.values()];
}

function endpointOf({ ip, targetRef, nodeName, hostname }: EndpointAddress, ready: boolean) {
  return {
    addresses: [canonicalAddress(ip)],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(targetRef && { targetRef }),
    ...(nodeName !== undefined && { nodeName }),
  };
}

function portOf({ name = "", port, protocol = "TCP", appProtocol }: EndpointPort) {
  return { name, protocol, port, ...(appProtocol !== undefined && { appProtocol }) };
}

function mirrorsOf(tx: Transaction, namespace: string, name: string): EndpointSlice[] {
  return tx.list(endpointSliceKind, namespace).filter(({ metadata: { labels, deletionTimestamp } }) => {
    return labels?.[SERVICE_NAME] === name && labels[MANAGED_BY] === MANAGER && !deletionTimestamp;
  });
}

/** Wakes Endpoints that are not written for a selector. Nearly all others are, so they are filtered here. */
function writtenEndpoints(): Watch {
  return {
    resource: resourceId(endpointsKind),
    *map({ key, after }, tx) {
      const { namespace, name } = parseKey(key);
      if (after && tx.get(serviceKind, namespace, name)?.spec.selector !== undefined) return;
      yield key;
    },
  };
}

/** Wakes the Endpoints of a Service whose selector changes, which decides whether they are mirrored. */
function servicesEndpoints(): Watch {
  return {
    resource: resourceId(serviceKind),
    *map({ key, before, after }, tx) {
      const { namespace, name } = parseKey(key);
      const selectors = [before, after].map(
        (service) => (service as { spec?: { selector?: unknown } })?.spec?.selector,
      );
      if (before && after && equalJson(selectors[0], selectors[1])) return;
      if (tx.get(endpointsKind, namespace, name)) yield objectKey(endpointsKind, namespace, name);
    },
  };
}

/** Wakes the Endpoints whose mirror a client changed or removed. */
function mirroredEndpoints(): Watch {
  return {
    resource: resourceId(endpointSliceKind),
    *map({ key, before, after }) {
      const { labels } = (after ?? before)?.metadata ?? {};
      const name = labels?.[SERVICE_NAME];
      if (name === undefined || labels?.[MANAGED_BY] !== MANAGER) return;
      if (before || !after) yield objectKey(endpointsKind, parseKey(key).namespace, name);
    },
  };
}

/**
 * Keeps an IPAddress for every cluster IP of a Service. In Kubernetes the API server writes it together with the
 * Service, and a repair controller corrects it. Here this controller does both, one millisecond after the Service's
 * write.
 * Kubernetes: pkg/registry/core/service/ipallocator/controller/repairip.go (KEP-1880)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { ipAddressKind } from "../../kinds/networking/ip-address.ts";
import { parseAddress } from "../../lib/ip-range.ts";
import { parseTime } from "../../lib/time.ts";
import type { IPAddress, Service } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";

const NAME = "ipallocator-repair-controller";
const MANAGER = "kube-apiserver";
const FAMILY = "ipaddress.kubernetes.io/ip-family";
const MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
const ALLOCATOR = "ipallocator.k8s.io";
/** How long an address may exist before its Service does. */
const GRACE_MS = 60_000;
const ACTION = "ClusterIPAllocation";

export const serviceAddresses: Controller = {
  name: NAME,
  manager: MANAGER,
  latencyMs: 1,
  watches: [self(serviceKind), servicesOfAddresses()],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const service = tx.get(serviceKind, namespace, name);
    const held = service ? addressesOf(service) : [];
    if (service) keep(tx, key, service, held);
    return release(tx, { namespace, name }, service, held, nowMs);
  },
};

/** The cluster IPs of a Service; empty for headless Services and external names. */
function addressesOf({ spec }: Service): string[] {
  if (spec.type === "ExternalName") return [];
  return (spec.clusterIPs ?? []).filter((address) => address !== "None" && address !== "");
}

/** True if the allocator created the IPAddress for a Service. */
export function isManagedAddress({ metadata }: IPAddress): boolean {
  return metadata.labels?.[MANAGED_BY] === ALLOCATOR;
}

function keep(tx: Transaction, key: ObjectKey, service: Service, held: readonly string[]): void {
  const before = tx.privateState<string[]>(key, NAME) ?? [];
  for (const address of held) {
    const present = tx.get(ipAddressKind, "", address);
    if (present && (isRight(present, service, address) || isOfAnother(tx, present))) continue;
    if (present) tx.delete(ipAddressKind, present);
    if (before.includes(address)) {
      const family = parseAddress(address)?.family ?? "";
      const what = present
        ? `the ClusterIP [${family}]: ${address} for Service ${service.metadata.namespace}/${service.metadata.name} has a wrong reference; repairing`
        : `Cluster IP [${family}]: ${address} is not allocated; repairing`;
      warn(tx, service, "ClusterIPNotAllocated", ACTION, what);
    }
    tx.create(ipAddressKind, addressObject(address, service));
  }
  if (held.join() !== before.join()) tx.setPrivateState(key, NAME, held.length > 0 ? held : undefined);
}

/** Deletes IPAddresses that refer to the Service but are not among its cluster IPs. */
function release(
  tx: Transaction,
  { namespace, name }: { namespace: string; name: string },
  service: Service | undefined,
  held: readonly string[],
  nowMs: number,
): number | undefined {
  let againAtMs: number | undefined;
  for (const address of tx.list(ipAddressKind)) {
    const parent = address.spec?.parentRef;
    const isNamed = parent?.resource === "services" && parent.namespace === namespace && parent.name === name;
    if (!isNamed || !isManagedAddress(address) || held.includes(address.metadata.name ?? "")) continue;
    const dueMs = parseTime(address.metadata.creationTimestamp ?? "") + GRACE_MS;
    if (!isAllocated(address) && !service && nowMs <= dueMs) {
      againAtMs = Math.min(againAtMs ?? Number.POSITIVE_INFINITY, dueMs + 1);
      continue;
    }
    if (!isAllocated(address)) {
      const [reason, what] = service
        ? ["IPAddressWrongReference", "has a wrong reference"]
        : ["IPAddressNotAllocated", "appears to have leaked"];
      const message = `IPAddress: ${address.metadata.name} for Service ${namespace}/${name} ${what}; cleaning up`;
      warn(tx, address, reason!, "IPAddressAllocation", service ? message : message.replace("; ", ": "));
    }
    tx.delete(ipAddressKind, address);
  }
  return againAtMs;
}

/** True if the API server created the object; false if a client did, with the allocator's label. */
function isAllocated({ metadata }: IPAddress): boolean {
  return metadata.managedFields?.[0]?.manager === MANAGER;
}

function isRight(address: IPAddress, { metadata }: Service, text: string): boolean {
  const { group = "", resource, namespace, name } = address.spec?.parentRef ?? {};
  return (
    group === "" &&
    resource === "services" &&
    namespace === metadata.namespace &&
    name === metadata.name &&
    isManagedAddress(address) &&
    address.metadata.labels?.[FAMILY] === parseAddress(text)?.family
  );
}

/**
 * True if another Service has the address, too. Only a write that bypasses the allocator can cause that; the first
 * keeps it.
 */
function isOfAnother(tx: Transaction, { metadata, spec }: IPAddress): boolean {
  const { resource, namespace = "", name = "" } = spec?.parentRef ?? {};
  const other = resource === "services" ? tx.get(serviceKind, namespace, name) : undefined;
  return other !== undefined && addressesOf(other).includes(metadata.name ?? "");
}

function addressObject(address: string, { metadata }: Service): IPAddress {
  return {
    kind: "IPAddress",
    apiVersion: "networking.k8s.io/v1",
    metadata: {
      name: address,
      labels: { [FAMILY]: parseAddress(address)?.family ?? "IPv4", [MANAGED_BY]: ALLOCATOR },
    },
    spec: { parentRef: { resource: "services", namespace: metadata.namespace ?? "", name: metadata.name ?? "" } },
  };
}

function warn(tx: Transaction, object: Service | IPAddress, reason: string, action: string, message: string): void {
  recordEvent(tx, { object, type: "Warning", reason, action, message, component: NAME });
}

/** Wakes the Service that a changed address refers to. */
function servicesOfAddresses(): Watch {
  return {
    resource: resourceId(ipAddressKind),
    *map({ before, after }: ObjectChange) {
      for (const address of [before, after] as (IPAddress | undefined)[]) {
        const parent = address?.spec?.parentRef;
        if (parent?.resource === "services") yield objectKey(serviceKind, parent.namespace ?? "", parent.name);
      }
    },
  };
}

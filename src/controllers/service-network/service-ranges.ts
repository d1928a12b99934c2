/**
 * Sets the condition Ready of ServiceCIDRs, and keeps a deleted ServiceCIDR until no Service needs its addresses.
 * Kubernetes: pkg/controller/servicecidrs/servicecidrs_controller.go (KEP-1880)
 */

import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { type ObjectKey, objectKey, resourceId } from "../../kinds/kind.ts";
import { ipAddressKind } from "../../kinds/networking/ip-address.ts";
import { serviceCIDRKind } from "../../kinds/networking/service-cidr.ts";
import { contains, containsRange, parseAddress, parseRange, type Range } from "../../lib/ip-range.ts";
import { formatTime, parseTime } from "../../lib/time.ts";
import type { Condition, ServiceCIDR } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { isManagedAddress } from "./service-addresses.ts";

const NAME = "service-cidr-controller";
const FINALIZER = "networking.k8s.io/service-cidr-finalizer";
/** Time until all allocators have seen the deletion (deletionGracePeriod). */
const GRACE_MS = 10_000;
const IN_USE =
  "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";

export const serviceRanges: Controller = {
  name: NAME,
  manager: "kube-controller-manager",
  watches: [self(serviceCIDRKind), terminatingRanges(serviceCIDRKind), terminatingRanges(ipAddressKind)],

  reconcile(tx, key, nowMs) {
    const cidr = tx.getByKey(key) as ServiceCIDR | undefined;
    if (!cidr) return;
    const { deletionTimestamp, finalizers = [] } = cidr.metadata;
    if (!deletionTimestamp) {
      if (!finalizers.includes(FINALIZER)) {
        tx.update(serviceCIDRKind, cidr, ({ metadata }) => {
          metadata.finalizers = [...finalizers, FINALIZER];
        });
      }
      setReady(tx, cidr, { status: "True", reason: "", message: "Kubernetes Service CIDR is ready" });
      return;
    }
    if (isNeeded(tx, cidr)) {
      setReady(tx, cidr, { status: "False", reason: "Terminating", message: IN_USE });
      return;
    }
    const dueMs = parseTime(deletionTimestamp) + GRACE_MS;
    if (nowMs < dueMs) return dueMs;
    tx.update(serviceCIDRKind, cidr, ({ metadata }) => {
      metadata.finalizers = finalizers.filter((finalizer) => finalizer !== FINALIZER);
    });
  },
};

function setReady(tx: Transaction, cidr: ServiceCIDR, wanted: Pick<Condition, "status" | "reason" | "message">): void {
  const present = cidr.status?.conditions?.find(({ type }) => type === "Ready");
  const { status, reason, message } = wanted;
  if (present?.status === status && present.reason === reason && present.message === message) return;
  const condition: Condition = { type: "Ready", status, lastTransitionTime: formatTime(tx.nowMs), reason, message };
  tx.as(NAME).updateStatus(serviceCIDRKind, cidr, (draft) => {
    const others = (draft.status?.conditions ?? []).filter(({ type }) => type !== "Ready");
    draft.status = { ...draft.status, conditions: [...others, condition] };
  });
}

/** True if an address in use is in no other range. A range within another one is never needed. */
function isNeeded(tx: Transaction, cidr: ServiceCIDR): boolean {
  const own = rangesOf(cidr);
  const others = tx
    .list(serviceCIDRKind)
    .filter(({ metadata }) => metadata.name !== cidr.metadata.name)
    .flatMap(rangesOf);
  if (own.every((range) => others.some((other) => containsRange(other, range)))) return false;
  return tx.list(ipAddressKind).some((address) => {
    const parsed = isManagedAddress(address) ? parseAddress(address.metadata.name ?? "") : undefined;
    if (!parsed) return false;
    return own.some((range) => contains(range, parsed)) && !others.some((range) => contains(range, parsed));
  });
}

function rangesOf({ spec }: ServiceCIDR): Range[] {
  return (spec?.cidrs ?? []).flatMap((text) => parseRange(text) ?? []);
}

/**
 * Wakes ServiceCIDRs that are being deleted when an object is added or removed. Nearly always there are no such ones.
 */
function terminatingRanges(kind: Parameters<typeof resourceId>[0]): Watch {
  return {
    resource: resourceId(kind),
    *map({ before, after }: ObjectChange, tx: Transaction): Iterable<ObjectKey> {
      if (before && after) return;
      for (const { metadata } of tx.list(serviceCIDRKind)) {
        if (metadata.deletionTimestamp) yield objectKey(serviceCIDRKind, "", metadata.name ?? "");
      }
    },
  };
}

/**
 * Gives Services of the type LoadBalancer an address, as a cloud does, in clusters with the setting `loadBalancers:
 * assigned`. An address that a user or another controller wrote stays.
 * Kubernetes: staging/src/k8s.io/cloud-provider/controllers/service/controller.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import type { Service } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";

const NAME = "service-lb-controller";
const FINALIZER = "service.kubernetes.io/load-balancer-cleanup";
/** The time that a cloud needs. */
const PROVISIONING_MS = 3_000;
/** Addresses for documentation (RFC 5737), which no network uses. */
const NETWORK = "198.51.100.";
const FIRST_HOST = 10;
const LAST_HOST = 254;

export const loadBalancers: Controller = {
  name: NAME,
  manager: "cloud-controller-manager",
  component: "service-controller",
  watches: [{ ...self(serviceKind), map: ({ key, before, after }) => (concerns(before, after) ? [key] : []) }],

  reconcile(tx, key, nowMs) {
    const service = tx.getByKey(key) as Service | undefined;
    if (!service || tx.settings.loadBalancers !== "assigned") return undefined;
    const { deletionTimestamp, finalizers = [] } = service.metadata;
    const isWanted = isBalanced(service) && deletionTimestamp === undefined;
    if (!isWanted) {
      if (finalizers.includes(FINALIZER)) release(tx, service);
      return undefined;
    }
    if (!finalizers.includes(FINALIZER)) {
      tx.update(serviceKind, service, ({ metadata }) => {
        metadata.finalizers = [...finalizers, FINALIZER];
      });
      event(tx, service, "EnsuringLoadBalancer", "Ensuring load balancer");
      if (tx.settings.latency === "realistic") tx.setPrivateState(key, NAME, { dueAtMs: nowMs + PROVISIONING_MS });
    }
    const { dueAtMs = 0 } = tx.privateState<{ dueAtMs: number }>(key, NAME) ?? {};
    if (dueAtMs > nowMs) return dueAtMs;
    tx.setPrivateState(key, NAME, undefined);
    if ((service.status?.loadBalancer?.ingress ?? []).length > 0) return undefined;
    const ip = freeAddress(tx, service);
    if (ip === undefined) {
      event(tx, service, "SyncLoadBalancerFailed", "Error syncing load balancer: no address is free", "Warning");
      return nowMs + 60_000;
    }
    tx.updateStatus(serviceKind, service, (draft) => {
      draft.status = { ...draft.status, loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } };
    });
    event(tx, service, "EnsuredLoadBalancer", "Ensured load balancer");
    return undefined;
  },
};

/** Services without a load balancer, before and after, do not wake the controller. */
function concerns(...states: (object | undefined)[]): boolean {
  return states.some((state) => {
    const service = state as Service | undefined;
    return service?.spec.type === "LoadBalancer" || service?.metadata.finalizers?.includes(FINALIZER);
  });
}

/** A load balancer with a class belongs to another controller. */
function isBalanced({ spec }: Service): boolean {
  return spec.type === "LoadBalancer" && spec.loadBalancerClass === undefined;
}

function release(tx: Transaction, service: Service): void {
  event(tx, service, "DeletingLoadBalancer", "Deleting load balancer");
  if (service.metadata.deletionTimestamp === undefined) {
    tx.updateStatus(serviceKind, service, (draft) => {
      draft.status = { ...draft.status, loadBalancer: {} };
    });
  }
  tx.update(serviceKind, service, ({ metadata }) => {
    metadata.finalizers = metadata.finalizers?.filter((one) => one !== FINALIZER) ?? [];
  });
  event(tx, service, "DeletedLoadBalancer", "Deleted load balancer");
}

function freeAddress(tx: Transaction, { spec }: Service): string | undefined {
  const used = new Set(
    tx.list(serviceKind).flatMap(({ status }) => (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? "")),
  );
  const { loadBalancerIP: wanted = "" } = spec;
  if (wanted.startsWith(NETWORK) && !used.has(wanted)) return wanted;
  for (let host = FIRST_HOST; host <= LAST_HOST; host++) {
    if (!used.has(`${NETWORK}${host}`)) return `${NETWORK}${host}`;
  }
  return undefined;
}

function event(
  tx: Transaction,
  object: Service,
  reason: string,
  message: string,
  type: "Normal" | "Warning" = "Normal",
): void {
  recordEvent(tx, { object, type, reason, message, component: "service-controller" });
}

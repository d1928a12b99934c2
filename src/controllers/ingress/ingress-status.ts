/**
 * Writes the address of an Ingress and the event of its synchronization, as the controller that serves it does. A
 * controller serves Ingresses while one of its pods is ready. Without a controller nothing happens.
 * Kubernetes: https://kubernetes.io/docs/concepts/services-networking/ingress-controllers/
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { isReady } from "../../edge/installed.ts";
import { RIGHTS } from "../../edge/permissions.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { type ObjectKey, objectKey, resourceId } from "../../kinds/kind.ts";
import { ingressKind } from "../../kinds/networking/ingress.ts";
import { ingressClassKind } from "../../kinds/networking/ingress-class.ts";
import { servesIngress } from "../../kinds/networking/ingress-scope.ts";
import { equalJson } from "../../lib/json.ts";
import { hash32 } from "../../lib/prng.ts";
import { parseTime } from "../../lib/time.ts";
import type { Ingress, IngressLoadBalancerIngress, Pod, Service } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { publishedAddresses } from "./addresses.ts";
import { type InstalledController, installedControllers, isIngressController } from "./installed.ts";

const NAME = "ingress-status";

/** Work that the controllers have done for an Ingress. */
interface Memory {
  /** By the uid of the controller's pod: the state of the Ingress for which it recorded its event. */
  synced?: Record<string, string>;
  /** A controller has written the status. */
  isPublished?: boolean;
  /** When the next status is written, ms. */
  dueAtMs?: number;
}

export const ingressStatus: Controller = {
  name: NAME,
  manager: "ingress-controller",
  watches: [self(ingressKind), onControllerPods(), onServices(), onClasses(), ...onRights()],

  reconcile(tx, key, nowMs) {
    const ingress = tx.getByKey(key) as Ingress | undefined;
    if (!ingress || ingress.metadata.deletionTimestamp) return undefined;
    const memory = tx.privateState<Memory>(key, NAME) ?? {};
    const serving = installedControllers(tx).filter(({ scope }) => servesIngress(tx, ingress, scope));
    const next: Memory = { ...memory, synced: recordSyncs(tx, ingress, serving, memory.synced ?? {}) };
    const dueAtMs = publish(tx, ingress, serving, next, nowMs);
    const isEmpty = Object.keys(next.synced ?? {}).length === 0 && !next.isPublished && next.dueAtMs === undefined;
    if (!equalJson(next, memory)) tx.setPrivateState(key, NAME, isEmpty ? undefined : next);
    return dueAtMs;
  },
};

/** Writes the status when it is due; changes `memory`. Returns the next due time. */
function publish(
  tx: Transaction,
  ingress: Ingress,
  serving: readonly InstalledController[],
  memory: Memory,
  nowMs: number,
): number | undefined {
  if (serving.length === 0) {
    delete memory.dueAtMs;
    // A controller that is removed clears the statuses that it wrote.
    if (memory.isPublished) writeStatus(tx, ingress, []);
    delete memory.isPublished;
    return undefined;
  }
  for (const { controller, flags, pods } of serving) {
    const ready = pods.filter(isReady);
    const first = ready[0];
    const addresses = first && publishedAddresses(tx, controller.published(flags), ready);
    if (!addresses || equalJson(addresses, ingress.status?.loadBalancer?.ingress ?? [])) continue;
    const period = tx.settings.latency === "instant" ? 0 : controller.statusPeriodMs;
    memory.dueAtMs ??= nextTick(readySinceMs(first), period, nowMs);
    if (memory.dueAtMs > nowMs) return memory.dueAtMs;
    delete memory.dueAtMs;
    writeStatus(tx.as(controller.event?.component ?? controller.name), ingress, addresses);
    memory.isPublished = true;
    return undefined;
  }
  delete memory.dueAtMs;
  return undefined;
}

function writeStatus(tx: Transaction, ingress: Ingress, addresses: IngressLoadBalancerIngress[]): void {
  tx.updateStatus(ingressKind, ingress, (draft) => {
    draft.status = { ...draft.status, loadBalancer: addresses.length === 0 ? {} : { ingress: addresses } };
  });
}

/** Statuses are written at a fixed pace from the moment at which the controller became ready. */
function nextTick(startMs: number, periodMs: number, nowMs: number): number {
  if (periodMs === 0 || nowMs <= startMs) return nowMs;
  return startMs + Math.ceil((nowMs - startMs) / periodMs) * periodMs;
}

/** Each pod of a controller records an event when it first sees the Ingress, and when its rules or annotations change. */
function recordSyncs(
  tx: Transaction,
  ingress: Ingress,
  serving: readonly InstalledController[],
  before: Readonly<Record<string, string>>,
): Record<string, string> {
  const { generation, annotations = {}, namespace, name } = ingress.metadata;
  const state = `${generation}/${hash32(JSON.stringify(annotations))}`;
  const synced: Record<string, string> = {};
  for (const { controller, pods } of serving) {
    for (const pod of pods) {
      const { uid = "" } = pod.metadata;
      const seen = before[uid];
      if (!isReady(pod) || !controller.event || seen === state) {
        if (seen !== undefined) synced[uid] = seen;
        continue;
      }
      const { reason, message, component } = controller.event;
      const text = message.replace("<ingress>", `${namespace}/${name}`);
      recordEvent(tx, { object: ingress, type: "Normal", reason, message: text, component });
      synced[uid] = state;
    }
  }
  return synced;
}

function readySinceMs({ status }: Pod): number {
  const since = status.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
  return since ? parseTime(since) : 0;
}

function allIngresses(tx: Transaction): ObjectKey[] {
  return tx
    .list(ingressKind)
    .map(({ metadata }) => objectKey(ingressKind, metadata.namespace ?? "", metadata.name ?? ""));
}

function onControllerPods(): Watch {
  return {
    ...self(podKind),
    map: ({ before, after }, tx) => {
      const [old, pod] = [before as Pod | undefined, after as Pod | undefined];
      if (!isIngressController((pod ?? old)!)) return [];
      const isSame = old !== undefined && pod !== undefined && isReady(old) === isReady(pod);
      return isSame && old.status.phase === pod.status.phase ? [] : allIngresses(tx);
    },
  };
}

function onServices(): Watch {
  const facts = (object: Service | undefined) =>
    object && [object.spec.type, object.spec.clusterIP, object.spec.externalIPs, object.status?.loadBalancer];
  return {
    ...self(serviceKind),
    map: ({ before, after }, tx) => {
      const [old, service] = [before as Service | undefined, after as Service | undefined];
      if (equalJson(facts(old), facts(service)) || tx.list(ingressKind).length === 0) return [];
      const { name, namespace } = (service ?? old)!.metadata;
      const isPublished = installedControllers(tx).some(({ controller, flags }) => {
        const published = controller.published(flags);
        return published.type === "service" && published.name === name && published.namespace === namespace;
      });
      return isPublished ? allIngresses(tx) : [];
    },
  };
}

function onRights(): Watch[] {
  return RIGHTS.map((kind) => ({ resource: resourceId(kind), map: (_change, tx) => allIngresses(tx) }));
}

function onClasses(): Watch {
  return { ...self(ingressClassKind), map: (_change, tx) => allIngresses(tx) };
}

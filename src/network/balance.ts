/**
 * Which endpoint of a Service serves a call.
 * Kubernetes: pkg/proxy/topology.go (`CategorizeEndpoints`), pkg/proxy/iptables/proxier.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { serviceKind } from "../kinds/core/service.ts";
import { objectKey } from "../kinds/kind.ts";
import { Random } from "../lib/prng.ts";
import { parseTime } from "../lib/time.ts";
import type { Service, ServicePort } from "../schema/index.ts";
import type { ServiceEndpoint } from "./services.ts";
import { endpointsOf, podAt } from "./services.ts";
import { affineTarget, type Target } from "./session-affinity.ts";
import type { Source } from "./source.ts";

/** Owner of the number of calls to each port of a Service, its private state. */
const COUNTS = "network";
const ZONE = "topology.kubernetes.io/zone";

/** `dropped`: no rule leads on, so packets vanish. `refused`: kube-proxy rejects the connection. */
export type Choice = Target | "dropped" | "refused";

export function chooseEndpoint(
  tx: Transaction,
  { service, port, isExternal }: { service: Service; port: ServicePort; isExternal: boolean },
  source: Source,
): Choice {
  const all = endpointsOf(tx, service);
  if (usableEndpoints(tx, all).length === 0) return "refused";
  const nearby = nearbyEndpoints(tx, service, all, { isExternal, source });
  const targets = nearby.flatMap(({ address, ports }) => {
    const target = ports.find((one) => one.name === (port.name ?? "") && one.protocol === (port.protocol ?? "TCP"));
    return target ? [{ address, port: target.port }] : [];
  });
  if (targets.length === 0) return nearby.length === 0 ? "dropped" : "refused";
  const takeTurn = () => targets[turnOf(tx, service, port, targets.length)]!;
  if (service.spec.sessionAffinity !== "ClientIP") return takeTurn();
  return affineTarget(tx, { service, port, client: source.address }, targets, takeTurn);
}

/** The ready endpoints; if there are none, the endpoints that still serve while their pods end. */
function usableEndpoints(tx: Transaction, all: readonly ServiceEndpoint[]): readonly ServiceEndpoint[] {
  const ready = all.filter((one) => one.isReady || isStillInRules(tx, one));
  return ready.length > 0 ? ready : all.filter(({ isServingUntilEnd }) => isServingUntilEnd);
}

/** kube-proxy writes its rules at most once in this time (`minSyncPeriod`). */
const RULES_PERIOD_MS = 1000;

/**
 * Whether the rules of kube-proxy still have an endpoint although its pod is being deleted: they are written again at
 * the end of the second in which the deletion began. Pods without a preStop hook may be gone by then.
 */
function isStillInRules(tx: Transaction, { isTerminating, address }: ServiceEndpoint): boolean {
  if (!isTerminating || tx.settings.latency === "instant") return false;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = podAt(tx, address)?.metadata ?? {};
  if (deletionTimestamp === undefined) return false;
  const beganMs = parseTime(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return tx.nowMs < beganMs + RULES_PERIOD_MS;
}

function nearbyEndpoints(
  tx: Transaction,
  { spec }: Service,
  all: readonly ServiceEndpoint[],
  { isExternal, source }: { isExternal: boolean; source: Source },
): readonly ServiceEndpoint[] {
  // Traffic of pods and nodes to an external address is short-circuited: only outside traffic stays on the node.
  const policy = isExternal && source.isOutside ? spec.externalTrafficPolicy : spec.internalTrafficPolicy;
  if (policy === "Local" && !(isExternal && !source.isOutside)) {
    // Load balancers check the health of nodes, so they send to those with a ready endpoint only.
    if (isExternal && source.nodeName === undefined) return usableEndpoints(tx, all);
    return usableEndpoints(
      tx,
      all.filter(({ nodeName }) => nodeName === source.nodeName),
    );
  }
  return hintedEndpoints(tx, usableEndpoints(tx, all), source);
}

/** Hints count if all endpoints have one and one is for the client's node, or zone. */
function hintedEndpoints(
  tx: Transaction,
  usable: readonly ServiceEndpoint[],
  { nodeName = "" }: Source,
): readonly ServiceEndpoint[] {
  const onNode = usable.filter(({ forNodes }) => forNodes?.includes(nodeName));
  if (onNode.length > 0 && usable.every(({ forNodes }) => forNodes)) return onNode;
  if (!usable.every(({ forZones }) => forZones)) return usable;
  const zone = tx.get(nodeKind, "", nodeName)?.metadata.labels?.[ZONE];
  const inZone = usable.filter(({ forZones }) => zone !== undefined && forZones?.includes(zone));
  return inZone.length > 0 ? inZone : usable;
}

/** The endpoints take turns, so each number of calls is even within one. */
function turnOf(tx: Transaction, { metadata }: Service, { name = "", port }: ServicePort, count: number): number {
  if (count === 1) return 0;
  const key = objectKey(serviceKind, metadata.namespace ?? "", metadata.name ?? "");
  const counts = tx.privateState<Record<string, number>>(key, COUNTS) ?? {};
  const portName = name || String(port);
  const call = counts[portName] ?? choice(`${metadata.uid}/${portName}`, count);
  tx.setPrivateState(key, COUNTS, { ...counts, [portName]: call + 1 });
  return call % count;
}

/** One of `count` choices, the same for the same seed. */
export function choice(seed: string, count: number): number {
  return count === 1 ? 0 : new Random(seed).below(count);
}

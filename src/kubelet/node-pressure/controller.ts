/**
 * Pressure on the memory and the disk of nodes: the conditions, and the pods that are evicted, one in each interval. A
 * node is measured when a pod of it came to take more, and while it is under pressure.
 * Kubernetes: pkg/kubelet/eviction/eviction_manager.go (`synchronize`), pkg/kubelet/nodestatus/setters.go
 */
import { HEALTHY_CONDITIONS } from "../../cluster/base/nodes.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { Controller } from "../../controllers/controller.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { faultOf } from "../../kinds/faults.ts";
import { type ObjectKey, objectKey } from "../../kinds/kind.ts";
import { quantityValue } from "../../lib/quantity.ts";
import { earliest, formatTime } from "../../lib/time.ts";
import type { Node, NodeCondition } from "../../schema/index.ts";
import { KUBELET, type PodState } from "../state.ts";
import { countedPods, INTERVAL_MS, NODE_PRESSURE } from "./counted-pods.ts";
import { diskSignal } from "./disk-signal.ts";
import { memorySignal } from "./memory-signal.ts";
import { tellOfNode } from "./node-events.ts";
import { evictionMessage, rankedForEviction } from "./ranking.ts";
import type { Signal } from "./signal.ts";

/** In the order in which the eviction manager handles thresholds. */
const SIGNALS: readonly Signal[] = [memorySignal, diskSignal];
/** `--eviction-pressure-transition-period` */
const TRANSITION_MS = 300_000;

/** Private state of a node under pressure: when a threshold was met last, ms, by the condition. */
type Pressures = Readonly<Record<string, number>>;

export const nodePressureController: Controller = {
  name: NODE_PRESSURE,
  manager: "kubelet",
  watches: [],

  reconcile(tx, key, nowMs) {
    const node = tx.getByKey(key) as Node | undefined;
    if (!node || faultOf(tx, node.metadata.name ?? "")) return undefined;
    // One pod is evicted in each interval, for the first threshold that is met.
    const met = SIGNALS.filter((signal) => shortageOf(tx, node, signal) !== undefined);
    let dueAtMs: number | undefined;
    for (const signal of SIGNALS) {
      if (!met.includes(signal)) dueAtMs = earliest(dueAtMs, relax(tx, key, signal));
      else press(tx, key, signal);
    }
    const [first] = met;
    if (!first) return dueAtMs;
    evict(tx, tx.getByKey(key) as Node, first);
    return nowMs + INTERVAL_MS;
  },
};

/** Octets that are available if they are fewer than the threshold. */
function shortageOf(tx: Transaction, node: Node, { availableBytes, threshold }: Signal): number | undefined {
  const bytes = availableBytes(tx, node);
  return bytes < quantityValue(threshold(node)) ? bytes : undefined;
}

function press(tx: Transaction, key: ObjectKey, signal: Signal): void {
  const node = tx.getByKey(key) as Node;
  noteMet(tx, key, signal, tx.nowMs);
  const message = `Attempting to reclaim ${signal.resource}`;
  tellOfNode(tx, node, { type: "Warning", reason: "EvictionThresholdMet", message });
  const begins = setCondition(tx, node, signal, signal.pressed, signal.begins);
  signal.reclaim?.(tx, node, { begins });
}

function evict(tx: Transaction, node: Node, signal: Signal): void {
  const availableBytes = shortageOf(tx, node, signal);
  const [victim] = rankedForEviction(countedPods(tx, node.metadata.name ?? ""), signal);
  if (availableBytes === undefined || !victim) return;
  const { metadata } = victim.pod;
  const podKey = objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
  const message = evictionMessage(tx, victim.pod, signal, { availableBytes, threshold: signal.threshold(node) });
  tx.setPrivateState(podKey, KUBELET, { ...victim.state, eviction: { message, atMs: tx.nowMs } } satisfies PodState);
  tx.requeue(KUBELET, podKey, tx.nowMs);
}

/** The condition stays for a while, so that the scheduler does not fill the node again at once. */
function relax(tx: Transaction, key: ObjectKey, signal: Signal): number | undefined {
  const node = tx.getByKey(key) as Node;
  const isPressed = node.status.conditions?.some(
    ({ type, status }) => type === signal.condition && status === signal.pressed.status,
  );
  if (!isPressed) return undefined;
  const metAtMs = tx.privateState<Pressures>(key, NODE_PRESSURE)?.[signal.condition];
  if (metAtMs === undefined) noteMet(tx, key, signal, tx.nowMs);
  const endsAtMs = (metAtMs ?? tx.nowMs) + TRANSITION_MS;
  if (tx.nowMs < endsAtMs) return endsAtMs;
  noteMet(tx, key, signal, undefined);
  const healthy = HEALTHY_CONDITIONS.find(({ type }) => type === signal.condition)!;
  setCondition(tx, node, signal, healthy, signal.ends);
  return undefined;
}

function noteMet(tx: Transaction, key: ObjectKey, { condition }: Signal, atMs: number | undefined): void {
  const { [condition]: _before, ...others } = tx.privateState<Pressures>(key, NODE_PRESSURE) ?? {};
  const pressures: Pressures = { ...others, ...(atMs !== undefined && { [condition]: atMs }) };
  tx.setPrivateState(key, NODE_PRESSURE, Object.keys(pressures).length > 0 ? pressures : undefined);
}

/** Returns whether the condition changed. */
function setCondition(
  tx: Transaction,
  node: Node,
  { condition }: Signal,
  { status, reason, message }: Pick<NodeCondition, "status"> & Record<"reason" | "message", string>,
  event: string,
): boolean {
  const present = node.status.conditions?.find(({ type }) => type === condition);
  if (!present || present.status === status) return false;
  const now = formatTime(tx.nowMs);
  tx.updateStatus(nodeKind, node, (draft) => {
    draft.status.conditions = draft.status.conditions?.map((each) =>
      each.type === condition
        ? { ...each, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now }
        : each,
    );
  });
  const text = `Node ${node.metadata.name} status is now: ${event}`;
  tellOfNode(tx, node, { type: "Normal", reason: event, message: text });
  return true;
}

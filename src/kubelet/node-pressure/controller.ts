/**
 * Pressure on the memory of nodes: the condition, and the pods that are evicted, one in each interval. A node is measured
 * when a pod of it came to hold more memory, and while it is under pressure.
 * Kubernetes: pkg/kubelet/eviction/eviction_manager.go (`synchronize`), pkg/kubelet/nodestatus/setters.go
 */
import { HEALTHY_CONDITIONS } from "../../cluster/base/nodes.ts";
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { Controller } from "../../controllers/controller.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { faultOf } from "../../kinds/faults.ts";
import { type ObjectKey, objectKey } from "../../kinds/kind.ts";
import { quantityValue } from "../../lib/quantity.ts";
import { formatTime } from "../../lib/time.ts";
import type { Node, NodeCondition } from "../../schema/index.ts";
import { KUBELET, type PodState } from "../state.ts";
import { countedPods, INTERVAL_MS, NODE_PRESSURE } from "./pod-memory.ts";
import { evictionMessage, rankedForEviction } from "./ranking.ts";

const MB = 1_000_000;
/** Memory of the node's own processes. */
const SYSTEM_BYTES = 420 * MB;
/** `--eviction-hard` */
const THRESHOLD = "100Mi";
/** `--eviction-pressure-transition-period` */
const TRANSITION_MS = 300_000;

/** Private state of a node under pressure. */
interface Pressure {
  /** When its memory was last below the threshold, ms. */
  metAtMs: number;
}

const CONDITION = "MemoryPressure";
const PRESSURE = {
  status: "True",
  reason: "KubeletHasInsufficientMemory",
  message: "kubelet has insufficient memory available",
};

export const nodePressureController: Controller = {
  name: NODE_PRESSURE,
  manager: "kubelet",
  watches: [],

  reconcile(tx, key, nowMs) {
    const node = tx.getByKey(key) as Node | undefined;
    const name = node?.metadata.name ?? "";
    if (!node || faultOf(tx, name)) return;
    const pods = countedPods(tx, name);
    const usedBytes = pods.reduce((sum, { memoryBytes }) => sum + memoryBytes, SYSTEM_BYTES);
    const availableBytes = quantityValue(node.status.capacity?.["memory"] ?? "0") - usedBytes;
    if (availableBytes >= quantityValue(THRESHOLD)) return relax(tx, key, node);
    tx.setPrivateState(key, NODE_PRESSURE, { metAtMs: nowMs } satisfies Pressure);
    tell(tx, name, "Warning", "EvictionThresholdMet", "Attempting to reclaim memory");
    setCondition(tx, node, PRESSURE, "NodeHasInsufficientMemory");
    const [victim] = rankedForEviction(pods);
    if (victim) {
      const { metadata } = victim.pod;
      const podKey = objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
      const message = evictionMessage(tx, victim, availableBytes, THRESHOLD);
      tx.setPrivateState(podKey, KUBELET, { ...victim.state, eviction: { message, atMs: nowMs } } satisfies PodState);
      tx.requeue(KUBELET, podKey, nowMs);
    }
    return nowMs + INTERVAL_MS;
  },
};

/** The condition stays for a while, so that the scheduler does not fill the node again at once. */
function relax(tx: Transaction, key: ObjectKey, node: Node): number | undefined {
  const pressure = tx.privateState<Pressure>(key, NODE_PRESSURE);
  if (!pressure) return undefined;
  const endsAtMs = pressure.metAtMs + TRANSITION_MS;
  if (tx.nowMs < endsAtMs) return endsAtMs;
  tx.setPrivateState(key, NODE_PRESSURE, undefined);
  const healthy = HEALTHY_CONDITIONS.find(({ type }) => type === CONDITION)!;
  setCondition(tx, node, healthy, "NodeHasSufficientMemory");
  return undefined;
}

function setCondition(
  tx: Transaction,
  node: Node,
  { status, reason, message }: Pick<NodeCondition, "status"> & Record<"reason" | "message", string>,
  event: string,
): void {
  const present = node.status.conditions?.find(({ type }) => type === CONDITION);
  if (!present || present.status === status) return;
  const now = formatTime(tx.nowMs);
  tx.updateStatus(nodeKind, node, (draft) => {
    draft.status.conditions = draft.status.conditions?.map((each) =>
      each.type === CONDITION
        ? { ...each, status, reason, message, lastHeartbeatTime: now, lastTransitionTime: now }
        : each,
    );
  });
  const name = node.metadata.name ?? "";
  tell(tx, name, "Normal", event, `Node ${name} status is now: ${event}`);
}

/** The kubelet's reference to its node has the name as uid. */
function tell(tx: Transaction, name: string, type: "Normal" | "Warning", reason: string, message: string): void {
  const reference = { kind: "Node", name, uid: name };
  recordEvent(tx, { reference, type, reason, message, component: "kubelet", host: name });
}

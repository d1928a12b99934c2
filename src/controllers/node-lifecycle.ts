/**
 * Monitors nodes: a node whose kubelet is silent becomes Unknown and is tainted, and its pods become not ready.
 * NoSchedule taints follow the node's conditions at once; all other work waits for the next monitor period of five
 * seconds. One key per node.
 * Kubernetes: pkg/controller/nodelifecycle/node_lifecycle_controller.go
 */
import { recordEvent } from "../cluster/events.ts";
import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { faultOf, nodeKeyOf } from "../kinds/faults.ts";
import { foreignStatusOf } from "../kinds/foreign-status.ts";
import { LEASE_PERIODS_MS, lastBeatMs, nodeAtRead, wasNeverReported } from "../kinds/heartbeats.ts";
import { type ObjectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { equalJson } from "../lib/json.ts";
import { formatTime, parseTime } from "../lib/time.ts";
import type { Node, NodeCondition } from "../schema/index.ts";
import type { Controller } from "./controller.ts";
import { podCondition } from "./lib/pods.ts";
import { taintsWith, wantedNoExecute, wantedNoSchedule } from "./node-taints.ts";

export const NODE_LIFECYCLE = "node-lifecycle";
const COMPONENT = "node-controller";
/** `--node-monitor-period`, `--node-monitor-grace-period`, `--node-startup-grace-period`. */
const MONITOR_PERIOD_MS = 5_000;
const GRACE_PERIOD_MS = 50_000;
const STARTUP_GRACE_PERIOD_MS = 60_000;
const MONITORED = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];
/** `--unhealthy-zone-threshold`; a zone needs more than `UNHEALTHY_NODES` unready nodes to count as disrupted. */
const UNHEALTHY_SHARE = 0.55;
const UNHEALTHY_NODES = 2;

export const nodeLifecycleController: Controller = {
  name: NODE_LIFECYCLE,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [{ resource: resourceId(nodeKind), map: healthChanged }],

  reconcile(tx, key, nowMs) {
    const node = tx.getByKey(key) as Node | undefined;
    if (!node) return reportRemoval(tx, parseKey(key).name);
    const tainted = setTaints(tx, node, taintsWith(node, "NoSchedule", wantedNoSchedule(node), nowMs));
    const lookAtMs = nextLookMs(tx, tainted, key);
    if (lookAtMs === undefined || lookAtMs > nowMs) return lookAtMs;
    look(tx, tainted, key);
    // The number of unready nodes decides whether further ones are tainted.
    return nextLookMs(tx, tx.getByKey(key) as Node, key, nowMs + 1);
  },
};

/** When the next monitor period has work for the node, ms; undefined if none has. */
function nextLookMs(tx: Transaction, node: Node, key: ObjectKey, fromMs = tx.nowMs): number | undefined {
  const readiness = readinessOf(node);
  const isNews = readiness !== undefined && readiness !== observedBefore(tx, node, key);
  if (isNews || noExecuteTaints(tx, node) !== undefined) return lookFrom(node, fromMs);
  const lostAtMs = givenUpAtMs(tx, node);
  return lostAtMs === undefined ? undefined : lookFrom(node, Math.max(lostAtMs, fromMs));
}

/** The readiness that the last monitor period saw. It is stored while it is not "True". */
function observedBefore(tx: Transaction, node: Node, key: ObjectKey): string {
  return tx.privateState<string>(key, NODE_LIFECYCLE) ?? (readinessOf(node) === undefined ? "Unknown" : "True");
}

/** When the grace period of a silent kubelet ends, ms; undefined if it is not silent or the node is Unknown already. */
function givenUpAtMs(tx: Transaction, node: Node): number | undefined {
  const readiness = readinessOf(node);
  if (readiness === undefined) return createdAtMs(node) + STARTUP_GRACE_PERIOD_MS;
  if (readiness === "Unknown") return undefined;
  // For a node without a kubelet, a client's write to the status counts as a heartbeat.
  const foreign = foreignStatusOf(tx, nodeKeyOf(node.metadata.name ?? ""));
  if (foreign && wasNeverReported(tx, node)) return foreign.atMs + GRACE_PERIOD_MS;
  const fault = faultOf(tx, node.metadata.name ?? "");
  if (!fault) return undefined;
  return lastBeatMs(node, LEASE_PERIODS_MS.node, fault.sinceMs) + GRACE_PERIOD_MS;
}

function look(tx: Transaction, node: Node, key: ObjectKey): void {
  const { nowMs } = tx;
  const observed = observedBefore(tx, node, key);
  const lostAtMs = givenUpAtMs(tx, node);
  const current = lostAtMs !== undefined && lostAtMs <= nowMs ? giveUp(tx, node) : node;
  const readiness = readinessOf(current);
  setTaints(tx, current, noExecuteTaints(tx, current));
  if (observed === "True" && readiness !== "True") reportNotReady(tx, current);
  tx.setPrivateState(key, NODE_LIFECYCLE, readiness === "True" ? undefined : readiness);
}

/** Sets the monitored conditions to Unknown. */
function giveUp(tx: Transaction, node: Node): Node {
  const isNew = readinessOf(node) === undefined;
  const [reason, message] = isNew
    ? ["NodeStatusNeverUpdated", "Kubelet never posted node status."]
    : ["NodeStatusUnknown", "Kubelet stopped posting node status."];
  const lastTransitionTime = formatTime(tx.nowMs);
  // Heartbeats are computed when read: the values that readers saw last are stored.
  const shown = nodeAtRead(node, tx.nowMs, tx).status?.conditions ?? [];
  const unknown = (condition: Partial<NodeCondition>, type: string): NodeCondition => ({
    ...{ lastHeartbeatTime: node.metadata.creationTimestamp },
    ...condition,
    ...{ type, status: "Unknown", lastTransitionTime, reason, message },
  });
  const missing = MONITORED.filter((type) => !shown.some((condition) => condition.type === type));
  return tx.updateStatus(nodeKind, node, (draft) => {
    draft.status = { ...draft.status };
    draft.status.conditions = [
      ...shown.map((condition) =>
        MONITORED.includes(condition.type) ? unknown(condition, condition.type) : condition,
      ),
      ...missing.map((type) => unknown({}, type)),
    ];
  });
}

/** Records the Event and sets the node's pods to not ready. */
function reportNotReady(tx: Transaction, node: Node): void {
  const { name = "" } = node.metadata;
  const message = `Node ${name} status is now: NodeNotReady`;
  recordEvent(tx, { object: node, type: "Normal", reason: "NodeNotReady", message, component: COMPONENT });
  for (const pod of tx.list(podKind)) {
    if (pod.spec.nodeName !== name || (podCondition(pod, "Ready")?.status ?? "False") === "False") continue;
    const marked = tx.updateStatus(podKind, pod, ({ status }) => {
      status.conditions = status.conditions?.map((condition) =>
        condition.type === "Ready"
          ? { ...condition, status: "False", lastTransitionTime: formatTime(tx.nowMs) }
          : condition,
      );
    });
    const event = { type: "Warning", reason: "NodeNotReady", message: "Node is not ready" } as const;
    recordEvent(tx, { object: marked, ...event, component: COMPONENT });
  }
}

/** The node's taints with the wanted NoExecute taints; undefined if nothing must change. */
function noExecuteTaints(tx: Transaction, node: Node) {
  const readiness = readinessOf(node);
  if (readiness === undefined) return undefined;
  const { everywhere, inZone } = disruption(tx, node);
  const wanted = wantedNoExecute(everywhere ? "True" : readiness);
  const taints = taintsWith(node, "NoExecute", wanted, tx.nowMs);
  // Many nodes at once: a failed network is more likely than failed nodes, so no node is tainted.
  return inZone && wanted.length > 0 ? undefined : taints;
}

/**
 * `everywhere`: no node of the cluster is ready. `inZone`: more than two nodes and at least 55 % of the node's zone are
 * not ready, but not all of them. Example: 3 of 5 nodes are 60 %: disrupted. 2 of 3 nodes are too few.
 */
function disruption(tx: Transaction, node: Node): { everywhere: boolean; inZone: boolean } {
  const all = tx.list(nodeKind);
  const isReady = (each: Node) => readinessOf(each) === "True";
  if (!all.some(isReady)) return { everywhere: true, inZone: false };
  const zone = all.filter((each) => zoneOf(each) === zoneOf(node));
  const notReady = zone.filter((each) => !isReady(each)).length;
  const isAllOfIt = notReady === zone.length;
  const inZone = !isAllOfIt && notReady > UNHEALTHY_NODES && notReady / zone.length >= UNHEALTHY_SHARE;
  return { everywhere: false, inZone };
}

function zoneOf({ metadata: { labels = {} } }: Node): string {
  return `${labels["topology.kubernetes.io/region"] ?? ""}/${labels["topology.kubernetes.io/zone"] ?? ""}`;
}

function setTaints(tx: Transaction, node: Node, taints: Node["spec"]["taints"]): Node {
  if (!taints) return node;
  return tx.update(nodeKind, node, ({ spec }) => {
    if (taints.length > 0) spec.taints = taints;
    else delete spec.taints;
  });
}

function reportRemoval(tx: Transaction, name: string): void {
  const message = `Node ${name} event: Removing Node ${name} from Controller`;
  const reference = { kind: "Node", name, apiVersion: "v1" };
  recordEvent(tx, { reference, type: "Normal", reason: "RemovingNode", message, component: COMPONENT });
}

/** The first monitor period at or after an instant, ms. */
function lookFrom(node: Node, fromMs: number): number {
  const offsetMs = createdAtMs(node) % MONITOR_PERIOD_MS;
  return offsetMs + Math.ceil((fromMs - offsetMs) / MONITOR_PERIOD_MS) * MONITOR_PERIOD_MS;
}

function createdAtMs({ metadata }: Node): number {
  return parseTime(metadata.creationTimestamp ?? "");
}

function readinessOf({ status }: Node): string | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status;
}

/** Wakes the node, or all nodes if a readiness changed. Heartbeats that change no status wake nothing. */
function healthChanged({ key, before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const [node, previous] = [after as Node | undefined, before as Node | undefined];
  if (!node || !previous) return [key];
  const isNews =
    !equalJson(statusesOf(node), statusesOf(previous)) ||
    !equalJson(node.spec.taints, previous.spec.taints) ||
    node.spec.unschedulable !== previous.spec.unschedulable;
  if (!isNews) return [];
  if (readinessOf(node) === readinessOf(previous)) return [key];
  // The number of ready nodes affects the taints of all nodes.
  return tx.list(nodeKind).map(({ metadata }) => `core/nodes//${metadata.name}` as ObjectKey);
}

function statusesOf({ status }: Node): string[] {
  return status?.conditions?.map(({ type, status: value }) => `${type}=${value}`) ?? [];
}

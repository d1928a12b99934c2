/**
 * Watches over nodes: whose kubelet is not heard of any more becomes Unknown, is tainted, and its pods are not ready.
 * Taints that keep pods away follow a node's conditions at once; everything else waits for the next look, every five
 * seconds. One key per node.
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
/** `--unhealthy-zone-threshold`, and how many nodes it takes at least. */
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
    // Others may be held back by how many are not ready.
    return nextLookMs(tx, tx.getByKey(key) as Node, key, nowMs + 1);
  },
};

/** When a look will find something to do, ms; undefined: as things are, never. */
function nextLookMs(tx: Transaction, node: Node, key: ObjectKey, fromMs = tx.nowMs): number | undefined {
  const readiness = readinessOf(node);
  const isNews = readiness !== undefined && readiness !== observedBefore(tx, node, key);
  if (isNews || noExecuteTaints(tx, node) !== undefined) return lookFrom(node, fromMs);
  const lostAtMs = givenUpAtMs(tx, node);
  return lostAtMs === undefined ? undefined : lookFrom(node, Math.max(lostAtMs, fromMs));
}

/** The readiness that the last look saw: kept while it is not "True". */
function observedBefore(tx: Transaction, node: Node, key: ObjectKey): string {
  return tx.privateState<string>(key, NODE_LIFECYCLE) ?? (readinessOf(node) === undefined ? "Unknown" : "True");
}

/**
 * When the kubelet's silence has lasted too long, ms; undefined while it is heard of, or if it was given up already.
 */
function givenUpAtMs(tx: Transaction, node: Node): number | undefined {
  const readiness = readinessOf(node);
  if (readiness === undefined) return createdAtMs(node) + STARTUP_GRACE_PERIOD_MS;
  if (readiness === "Unknown") return undefined;
  // A node without a kubelet: what a client wrote to its status counts as a heartbeat.
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

/** Writes what nobody says any more. */
function giveUp(tx: Transaction, node: Node): Node {
  const isNew = readinessOf(node) === undefined;
  const [reason, message] = isNew
    ? ["NodeStatusNeverUpdated", "Kubelet never posted node status."]
    : ["NodeStatusUnknown", "Kubelet stopped posting node status."];
  const lastTransitionTime = formatTime(tx.nowMs);
  // What readers saw last is what stays.
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

/** Tells of it, and takes the node's pods out of service. */
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

/** The NoExecute taints as they should be; undefined if they are. */
function noExecuteTaints(tx: Transaction, node: Node) {
  const readiness = readinessOf(node);
  if (readiness === undefined) return undefined;
  const { everywhere, inZone } = disruption(tx, node);
  const wanted = wantedNoExecute(everywhere ? "True" : readiness);
  const taints = taintsWith(node, "NoExecute", wanted, tx.nowMs);
  // So many nodes at once: it is more likely that the network failed than that they did. None is given up.
  return inZone && wanted.length > 0 ? undefined : taints;
}

/** Is no node of the cluster ready; are so many of the node's zone not ready that nobody is to be driven out? */
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

/** The first look at or after an instant, ms. */
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

/** What nodes report again and again is no news. */
function healthChanged({ key, before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const [node, previous] = [after as Node | undefined, before as Node | undefined];
  if (!node || !previous) return [key];
  const isNews =
    !equalJson(statusesOf(node), statusesOf(previous)) ||
    !equalJson(node.spec.taints, previous.spec.taints) ||
    node.spec.unschedulable !== previous.spec.unschedulable;
  if (!isNews) return [];
  if (readinessOf(node) === readinessOf(previous)) return [key];
  // How many are ready decides on the others' taints, too.
  return tx.list(nodeKind).map(({ metadata }) => `core/nodes//${metadata.name}` as ObjectKey);
}

function statusesOf({ status }: Node): string[] {
  return status?.conditions?.map(({ type, status: value }) => `${type}=${value}`) ?? [];
}

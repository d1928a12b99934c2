/**
 * Keeps the flows' intervals: an interval ends when something that the answers depend on changes, or when the answers
 * themselves do. Between two changes the flows are sampled at growing pauses, because servers start, slow down and
 * recover by themselves. Nothing is due for a single request.
 */
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { Controller, Watch } from "../../controllers/controller.ts";
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { endpointSliceKind } from "../../kinds/discovery/endpoint-slice.ts";
import { injectedFaults } from "../../kinds/injected/state.ts";
import { type ObjectKey, parseKey, type ResourceId, resourceId } from "../../kinds/kind.ts";
import { ingressKind } from "../../kinds/networking/ingress.ts";
import { networkPolicyKind } from "../../kinds/networking/network-policy.ts";
import { loadRun } from "../../kubelet/runtime/run.ts";
import { wakeAutoscalers } from "../../kubelet/usage/autoscaler-wake.ts";
import { setFlowCounters } from "../../kubelet/usage/flow-counters.ts";
import { setFlowLoad } from "../../kubelet/usage/flow-load.ts";
import { FLOWS_KEY, type RestingLoop, restingLoops, storeLoops, TRAFFIC } from "../../kubelet/usage/request-loops.ts";
import { equalJson } from "../../lib/json.ts";
import { earliest } from "../../lib/time.ts";
import type { Pod } from "../../schema/index.ts";
import { type Flow, type Flows, flowsOf, isRunning } from "./flow.ts";
import { type Plan, planOf } from "./plan.ts";
import { totalsAt } from "./totals.ts";

/** After a change, the flows are sampled again after this time, which doubles while nothing changes. */
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 4 * 3_600_000;

export const trafficController: Controller = {
  name: TRAFFIC,
  manager: "kube-controller-manager",
  watches: [
    { resource: resourceId(podKind), map: podChanged },
    ...[
      ...[endpointSliceKind, serviceKind, networkPolicyKind, ingressKind, namespaceKind, nodeKind].map(resourceId),
      ...["gateways", "httproutes", "grpcroutes", "tlsroutes", "tcproutes"].map(
        (plural): ResourceId => `gateway.networking.k8s.io/${plural}`,
      ),
    ].map(anyChange),
  ],
  reconcile(tx, _key, nowMs) {
    const known = flowsOf(tx);
    const running = known.flows.filter((flow) => isRunning(flow, nowMs));
    const loops = presentLoops(tx);
    const plan = planOf(tx, { flows: running, loops, loaded: known.loaded });
    const flows = known.flows.map((flow) => moved(flow, plan.shares.get(flow.id) ?? [], nowMs));
    const hasNewLoads = applyLoads(tx, known.loaded, plan.loads);
    const isEqual = !hasNewLoads && flows.every((flow, index) => flow === known.flows[index]);
    const isAtPause = known.sampleAtMs !== undefined && nowMs >= known.sampleAtMs;
    const equalSamples = isEqual && isAtPause ? known.equalSamples + 1 : 0;
    const sampleAtMs = nowMs + Math.min(FIRST_PAUSE_MS * 2 ** equalSamples, MAX_PAUSE_MS);
    const isIdle = running.length + loops.length === 0;
    storeFlows(tx, {
      ...{ count: known.count, creations: known.creations, flows, equalSamples },
      loaded: [...plan.loads.keys()].sort(),
      ...(!isIdle && { sampleAtMs }),
    });
    if (isIdle) return undefined;
    const ends = [...running.map(({ spec }) => spec.untilMs), ...loops.flatMap(({ load }) => load?.untilMs ?? [])];
    return earliest(sampleAtMs, ...ends, nextFaultMs(tx));
  },
};

/** The loops that still rest. Those of removed pods and ended containers are forgotten. */
export function presentLoops(tx: Transaction): readonly RestingLoop[] {
  const all = restingLoops(tx);
  const present = all.filter(({ pod: key, uid, container, load }) => {
    const pod = tx.getByKey(key) as Pod | undefined;
    if (pod?.metadata.uid !== uid) return false;
    return load ? tx.nowMs < load.untilMs : loadRun(tx, pod, container)?.rounds?.rests === true;
  });
  if (present.length < all.length) storeLoops(tx, present);
  return present;
}

export function storeFlows(tx: Transaction, flows: Flows): void {
  const isNothing = flows.count === 0 && flows.loaded.length === 0 && flows.sampleAtMs === undefined;
  tx.setPrivateState(FLOWS_KEY, TRAFFIC, isNothing ? undefined : flows);
}

/** Called when something changed that no watch sees: flows, faults. */
export function wakeFlows(tx: Transaction): void {
  if (hasRunning(tx)) tx.requeue(TRAFFIC, FLOWS_KEY, tx.nowMs);
}

/** The flow with its present interval ended, if requests are answered in another way from now on. */
function moved(flow: Flow, shares: Flow["shares"], nowMs: number): Flow {
  const { spec, sinceMs } = flow;
  const atMs = Math.min(nowMs, spec.untilMs);
  if (sinceMs >= spec.untilMs || equalJson(flow.shares as never, shares as never)) return flow;
  return { ...flow, totals: totalsAt(flow, atMs), sinceMs: atMs, shares };
}

/** Whether the load of a pod changed. Autoscalers of its namespace measure it. */
function applyLoads(tx: Transaction, before: readonly ObjectKey[], loads: Plan["loads"]): boolean {
  const concerned = [...new Set([...before, ...loads.keys()])];
  for (const key of concerned) {
    const pod = tx.getByKey(key) as Pod | undefined;
    if (pod) setFlowCounters(tx, pod, loads.get(key)?.counters ?? {});
  }
  const changed = concerned.filter((key) => setFlowLoad(tx, key, loads.get(key)?.cpus ?? {}));
  const namespaces = new Set(changed.map((key) => parseKey(key).namespace));
  for (const namespace of [...namespaces].sort()) wakeAutoscalers(tx, namespace);
  return changed.length > 0;
}

function nextFaultMs(tx: Transaction): number | undefined {
  const instants = injectedFaults(tx).flatMap(({ fromMs, untilMs }) => [fromMs, untilMs ?? 0]);
  return earliest(...instants.filter((instant) => instant > tx.nowMs));
}

function hasRunning(tx: Transaction): boolean {
  return restingLoops(tx).length > 0 || flowsOf(tx).flows.some((flow) => isRunning(flow, tx.nowMs));
}

function anyChange(resource: ResourceId): Watch {
  return { resource, map: (_change, tx) => (hasRunning(tx) ? [FLOWS_KEY] : []) };
}

function podChanged({ before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  return hasRunning(tx) && answersAs(before as Pod | undefined) !== answersAs(after as Pod | undefined)
    ? [FLOWS_KEY]
    : [];
}

/** What decides whether and how a pod answers. */
function answersAs(pod: Pod | undefined): string | undefined {
  if (!pod) return undefined;
  const { metadata, status } = pod;
  const ready = status.conditions?.find(({ type }) => type === "Ready")?.status;
  const containers = status.containerStatuses?.map(({ state }) => state.running?.startedAt);
  return JSON.stringify([metadata.labels, metadata.deletionTimestamp, status.phase, status.podIP, ready, containers]);
}

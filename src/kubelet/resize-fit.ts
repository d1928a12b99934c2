/**
 * Whether a node can grant a resize, and which pods wait until it can.
 * Kubernetes: pkg/kubelet/allocation/allocation_manager.go (`handlePodResourcesResize`), pkg/kubelet/lifecycle/predicate.go
 */
import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { isPodFinished } from "../controllers/lib/pods.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey } from "../kinds/kind.ts";
import { amounts, podRequests, type Resources } from "../scheduler/requests.ts";
import type { Pod } from "../schema/index.ts";
import type { PodContext } from "./context.ts";

const RESIZED = ["cpu", "memory"] as const;

interface Unfit {
  reason: "Deferred" | "Infeasible";
  problem: string;
}

/** Why the node cannot grant the pod's requests: never (`Infeasible`), or not beside its other pods (`Deferred`). */
export function unfitResize({ tx, pod, node }: PodContext): Unfit | undefined {
  const requests = podRequests(pod);
  const capacities = amounts(node.status.allocatable);
  for (const resource of RESIZED) {
    const [requested, capacity] = [requests[resource] ?? 0, capacities[resource] ?? 0];
    if (requested <= capacity) continue;
    const numbers = `requested: ${requested}, capacity: ${capacity}`;
    return { reason: "Infeasible", problem: `Node didn't have enough capacity: ${resource}, ${numbers}` };
  }
  const others = tx
    .list(podKind)
    .filter((other) => other.metadata.uid !== pod.metadata.uid && holdsResources(other, pod.spec.nodeName));
  for (const resource of RESIZED) {
    const [requested, capacity] = [requests[resource] ?? 0, capacities[resource] ?? 0];
    const used = others.reduce((sum, other) => sum + (allocatedRequests(other)[resource] ?? 0), 0);
    if (requested === 0 || requested <= capacity - used) continue;
    const numbers = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
    return { reason: "Deferred", problem: `Node didn't have enough resource: ${resource}, ${numbers}` };
  }
  return undefined;
}

/** The pods whose resize waits for the resources that this change of a pod frees. */
export function resizesFreedBy({ before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const [previous, pod] = [before as Pod | undefined, after as Pod | undefined];
  const nodeName = previous?.spec.nodeName;
  if (!previous || !nodeName || isPodFinished(previous)) return [];
  if (pod && !isPodFinished(pod) && previous.metadata.generation === pod.metadata.generation) return [];
  const waiting = tx.derived("kubelet/deferred-resizes", [podKind], () => deferredResizes(tx), followResizes);
  return waiting.filter((each) => each.nodeName === nodeName).map(({ key }) => key);
}

interface Waiting {
  key: ObjectKey;
  nodeName: string | undefined;
}

function deferredResizes(tx: Transaction): readonly Waiting[] {
  return tx.list(podKind).filter(isDeferred).map(waitingOf);
}

function followResizes(waiting: readonly Waiting[], { before, after }: ObjectChange): readonly Waiting[] | undefined {
  const [previous, pod] = [before as Pod | undefined, after as Pod | undefined];
  const [was, is] = [previous !== undefined && isDeferred(previous), pod !== undefined && isDeferred(pod)];
  return was === is ? waiting : undefined;
}

function waitingOf({ metadata, spec }: Pod): Waiting {
  return { key: objectKey(podKind, metadata.namespace ?? "", metadata.name ?? ""), nodeName: spec.nodeName };
}

function isDeferred({ status }: Pod): boolean {
  return status.conditions?.some(({ type, reason }) => type === "PodResizePending" && reason === "Deferred") ?? false;
}

function holdsResources(pod: Pod, nodeName: string | undefined): boolean {
  return pod.spec.nodeName === nodeName && !isPodFinished(pod);
}

/** A pod whose resize is pending holds what it had before. */
function allocatedRequests(pod: Pod): Resources {
  const isPending = pod.status.conditions?.some(({ type }) => type === "PodResizePending");
  return isPending ? { ...podRequests(pod), ...amounts(pod.status.allocatedResources) } : podRequests(pod);
}

/**
 * The default scheduler: binds each pod to the best node that can run it, or reports why no node can. An unschedulable
 * pod is tried again after a change that may help it. One key per pod.
 * Kubernetes: pkg/scheduler/schedule_one.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import type { Controller } from "../controllers/controller.ts";
import { unreachable } from "../lib/assert.ts";
import type { Pod } from "../schema/index.ts";
import { bestNode, filterNodes } from "./cycle.ts";
import { isReachable } from "./filters/volume-binding.ts";
import { NO_NODES, unavailable, unavailableAnywhere, withPreemption } from "./messages.ts";
import { nodeInfos } from "./node-info.ts";
import { preempt } from "./preemption.ts";
import { watches } from "./queue.ts";
import { bindClaims, claimProblem } from "./volume-claims.ts";
import { forgetFailure, isMoreImportantPodDue, isWaiting, lastFailureOf, rememberFailure } from "./waiting.ts";
import { bindPod, deleteVictim, evictVictims, reportFailure } from "./writes.ts";

export const schedulerController: Controller = {
  name: "scheduler",
  manager: "kube-scheduler",
  component: "default-scheduler",
  watches,

  reconcile(tx, key, nowMs) {
    const pod = tx.getByKey(key) as Pod | undefined;
    if (pod?.spec.nodeName) deleteVictim(tx, pod);
    if (!pod || !isWaiting(pod)) return;
    // Of pods that are due at the same instant, the one with the higher priority goes first.
    if (isMoreImportantPodDue(tx, pod)) return nowMs + 1;
    schedule(tx, pod);
  },
};

function schedule(tx: Transaction, pod: Pod): void {
  const nodes = nodeInfos(tx, pod);
  const claims = claimProblem(tx, pod);
  if (nodes.length === 0 || claims !== undefined) {
    const message = nodes.length === 0 ? NO_NODES : unavailableAnywhere(nodes.length, claims ?? "");
    const refusedBy = nodes.length === 0 ? [] : ["VolumeBinding"];
    rememberFailure(tx, pod, { message, refusedBy, liftable: refusedBy });
    reportFailure(tx, pod, { message });
    return;
  }
  const cycle = { tx, pod, nodes };
  const { feasible, rejections } = filterNodes(cycle);
  const chosen = lastFailureOf(tx, pod)?.node;
  const node = feasible.find(({ name }) => name === chosen) ?? bestNode(cycle, feasible);
  if (node) {
    const volumesAreBound = bindClaims(tx, pod, {
      node: node.name,
      isReachable: (volume) => isReachable(volume, node),
    });
    if (volumesAreBound) {
      forgetFailure(tx, pod);
      bindPod(tx, pod, node.name);
    } else {
      const refusedBy = ["VolumeBinding"];
      rememberFailure(tx, pod, { message: "", refusedBy, liftable: refusedBy, node: node.name });
    }
    return;
  }
  const preemption = preempt(cycle, rejections);
  const message = unavailable(nodes.length, rejections);
  rememberFailure(tx, pod, {
    message: preemption.type === "chosen" ? message : withPreemption(message, preemption.message),
    refusedBy: rejections.map(({ filter }) => filter),
    // Removing pods cannot lift a rejection of VolumeBinding, but a new volume can.
    liftable: rejections.flatMap(({ isFinal, filter }) => (isFinal && filter !== "VolumeBinding" ? [] : [filter])),
  });
  switch (preemption.type) {
    case "waiting": {
      const nominatedNode = pod.status.nominatedNodeName;
      reportFailure(tx, pod, { message: withPreemption(message, preemption.message), nominatedNode });
      break;
    }
    case "impossible":
      reportFailure(tx, pod, { message: withPreemption(message, preemption.message) });
      break;
    case "chosen":
      reportFailure(tx, pod, { message, nominatedNode: preemption.node });
      evictVictims(tx, pod, preemption.node, preemption.victims);
      break;
    default:
      unreachable(preemption, "an outcome of preemption");
  }
}

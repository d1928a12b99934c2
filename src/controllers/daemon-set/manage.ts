/**
 * Which daemon pods are created and deleted, and the two ways of a rolling update.
 * Kubernetes: pkg/controller/daemon/daemon_controller.go (manage), pkg/controller/daemon/update.go (rollingUpdate)
 */
import { podKind } from "../../kinds/core/pod.ts";
import type { Parts } from "../../lib/work.ts";
import type { Pod } from "../../schema/index.ts";
import { scaledValue } from "../lib/int-or-percent.ts";
import { type DaemonSetRun, isAvailable, isUpdated, recordRunEvent, targetNodeOf } from "./context.ts";
import { createPod, deletePod, placement } from "./pods.ts";

export interface Changes {
  create: string[];
  remove: Pod[];
}

export function* apply(run: DaemonSetRun, { create, remove }: Changes): Parts<void> {
  for (const nodeName of create) {
    createPod(run, nodeName);
    yield;
  }
  for (const pod of remove) {
    if (!pod.metadata.deletionTimestamp) deletePod(run, pod);
    yield;
  }
}

/** Creates missing pods; deletes misplaced, finished and duplicate ones. */
export function placePods(run: DaemonSetRun): Changes {
  const changes: Changes = { create: [], remove: [] };
  for (const node of run.nodes) {
    const name = node.metadata.name ?? "";
    const pods = run.podsByNode.get(name);
    const { starts, stays } = placement(run.set, node);
    if (starts && !pods) changes.create.push(name);
    else if (pods && !stays) changes.remove.push(...pods);
    else if (pods) tidyNode(run, name, pods, changes);
  }
  const names = new Set(run.nodes.map(({ metadata }) => metadata.name));
  for (const [name, pods] of run.podsByNode) {
    // Bound pods of removed nodes are deleted by the pod garbage collector.
    if (!names.has(name)) changes.remove.push(...pods.filter((pod) => !pod.spec.nodeName));
  }
  return changes;
}

function tidyNode(run: DaemonSetRun, nodeName: string, pods: readonly Pod[], changes: Changes): void {
  const alive: Pod[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp) continue;
    const { namespace, name } = pod.metadata;
    if (pod.status.phase === "Failed") {
      const message = `Found failed daemon pod ${namespace}/${name} on node ${nodeName}, will try to kill it`;
      recordRunEvent(run, "Warning", "FailedDaemonPod", message);
      changes.remove.push(pod);
    } else if (pod.status.phase === "Succeeded") {
      const message = `Found succeeded daemon pod ${namespace}/${name} on node ${nodeName}, will try to delete it`;
      recordRunEvent(run, "Normal", "SucceededDaemonPod", message);
      changes.remove.push(pod);
    } else {
      alive.push(pod);
    }
  }
  if (alive.length <= 1) return;
  if (surgeOf(run) === 0) changes.remove.push(...alive.slice(1));
  else changes.remove.push(...surplusWhileSurging(run, alive));
}

/** During a surge a node has two pods only while the new one is unavailable and the old one is available. */
function surplusWhileSurging(run: DaemonSetRun, alive: readonly Pod[]): Pod[] {
  const [newest, ...otherNew] = alive.filter((pod) => isUpdated(run, pod));
  const [oldest, ...otherOld] = alive.filter((pod) => !isUpdated(run, pod));
  const surplus = [...otherNew, ...otherOld];
  if (!newest || !oldest) return surplus;
  const isOldDone = isAvailable(run, newest) || !isAvailable(run, oldest);
  return isOldDone ? [...surplus, oldest] : surplus;
}

/** The pods that the rolling update replaces next. */
export function renewPods(run: DaemonSetRun): Changes {
  return surgeOf(run) > 0 ? renewBySurge(run) : renewByDeletion(run);
}

/**
 * Deletes unavailable old pods, and available ones up to maxUnavailable. The next run creates the new pods.
 * Example: 10 nodes, maxUnavailable 20 % = 2; one new pod is not available yet: one available old pod is deleted.
 */
function renewByDeletion(run: DaemonSetRun): Changes {
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const { metadata } of wantedNodes(run)) {
    const { updated, old, isClear } = sortNode(run, metadata.name ?? "");
    if (!isClear || Boolean(updated) === Boolean(old)) unavailable++;
    else if (updated) unavailable += isAvailable(run, updated) ? 0 : 1;
    else if (old) (isAvailable(run, old) ? candidates : broken).push(old);
  }
  const budget = Math.max(0, unavailableLimitOf(run) - unavailable);
  return { create: [], remove: [...broken, ...candidates.slice(0, budget)] };
}

/**
 * Creates new pods on up to maxSurge nodes; an old pod is deleted once the new one on its node is available (KEP-1591).
 */
function renewBySurge(run: DaemonSetRun): Changes {
  let surging = 0;
  const remove: Pod[] = [];
  const broken: string[] = [];
  const candidates: string[] = [];
  for (const { metadata } of wantedNodes(run)) {
    const name = metadata.name ?? "";
    const { updated, old, isClear } = sortNode(run, name);
    if (!isClear) surging++;
    else if (old && !updated) (isAvailable(run, old) ? candidates : broken).push(name);
    else if (old && updated && isAvailable(run, updated)) remove.push(old);
    else if (old) surging++;
  }
  const budget = Math.max(0, surgeOf(run) - surging);
  return { create: [...broken, ...candidates.slice(0, budget)], remove };
}

function wantedNodes(run: DaemonSetRun) {
  return run.nodes.filter(({ metadata }) => run.podsByNode.has(metadata.name ?? ""));
}

function sortNode(
  run: DaemonSetRun,
  nodeName: string,
): { updated: Pod | undefined; old: Pod | undefined; isClear: boolean } {
  const alive = (run.podsByNode.get(nodeName) ?? []).filter((pod) => !pod.metadata.deletionTimestamp);
  const updated = alive.filter((pod) => isUpdated(run, pod));
  const old = alive.filter((pod) => !isUpdated(run, pod));
  return { updated: updated[0], old: old[0], isClear: updated.length <= 1 && old.length <= 1 };
}

function desiredCount(run: DaemonSetRun): number {
  return run.nodes.filter((node) => placement(run.set, node).starts).length;
}

function surgeOf(run: DaemonSetRun): number {
  return scaledValue(run.set.spec.updateStrategy.rollingUpdate?.maxSurge ?? 0, desiredCount(run), "up");
}

function unavailableLimitOf(run: DaemonSetRun): number {
  const limit = run.set.spec.updateStrategy.rollingUpdate?.maxUnavailable ?? 1;
  return Math.max(scaledValue(limit, desiredCount(run), "up"), surgeOf(run) === 0 ? 1 : 0);
}

/** The pods after the changes of this run. */
export function currentPods(run: DaemonSetRun): Pod[] {
  return run.tx
    .list(podKind, run.set.metadata.namespace)
    .filter(
      (pod) =>
        targetNodeOf(pod) !== undefined &&
        pod.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === run.set.metadata.uid),
    );
}

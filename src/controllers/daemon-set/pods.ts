/**
 * The pods of a DaemonSet: their nodes, creation and deletion.
 * Kubernetes: pkg/controller/daemon/daemon_controller.go (NodeShouldRunDaemonPod),
 * pkg/controller/daemon/util/daemonset_util.go
 */
import { daemonSetKind } from "../../kinds/apps/daemon-set.ts";
import { matchesTerm } from "../../lib/node-selector.ts";
import { tolerates } from "../../lib/tolerations.ts";
import type { DaemonSet, Node, Pod, PodSpec, Taint, Toleration } from "../../schema/index.ts";
import { createOwnedPod, deleteOwnedPod } from "../lib/pod-control.ts";
import { controllerReference, podFromTemplate } from "../lib/pods.ts";
import {
  COMPONENT,
  type DaemonSetRun,
  GENERATION_LABEL,
  hashOf,
  REVISION_LABEL,
  TEMPLATE_GENERATION,
} from "./context.ts";

/** Taints that every daemon pod tolerates. */
const TOLERATED: readonly (readonly [condition: string, effect: string])[] = [
  ["not-ready", "NoExecute"],
  ["unreachable", "NoExecute"],
  ["disk-pressure", "NoSchedule"],
  ["memory-pressure", "NoSchedule"],
  ["pid-pressure", "NoSchedule"],
  ["unschedulable", "NoSchedule"],
];

/** `starts`: a pod must be created on the node. `stays`: an existing pod may continue. */
export function placement(set: DaemonSet, node: Node): { starts: boolean; stays: boolean } {
  const { spec } = set.spec.template;
  const name = node.metadata.name ?? "";
  const traits = { name, labels: node.metadata.labels ?? {} };
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const fits =
    (!spec.nodeName || spec.nodeName === name) &&
    Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => traits.labels[key] === value) &&
    (!required || required.some((term) => matchesTerm(term, traits)));
  if (!fits) return { starts: false, stays: false };
  const tolerations = tolerationsOf(spec);
  const refuses = (effects: readonly string[]) =>
    (node.spec.taints ?? []).some(
      (taint: Taint) =>
        effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
    );
  return { starts: !refuses(["NoExecute", "NoSchedule"]), stays: !refuses(["NoExecute"]) };
}

export function createPod(run: DaemonSetRun, nodeName: string): void {
  const { tx, set, revision } = run;
  const pod = podFromTemplate(set.spec.template, set.metadata.namespace ?? "", controllerReference(daemonSetKind, set));
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION];
  pod.metadata.labels = {
    ...pod.metadata.labels,
    [REVISION_LABEL]: hashOf(revision),
    ...(generation !== undefined && { [GENERATION_LABEL]: generation }),
  };
  pod.spec.tolerations = tolerationsOf(pod.spec);
  pinToNode(pod, nodeName);
  createOwnedPod({ tx, owner: set, component: COMPONENT }, pod);
}

export function deletePod({ tx, set }: DaemonSetRun, pod: Pod): void {
  deleteOwnedPod({ tx, owner: set, component: COMPONENT }, pod);
}

function tolerationsOf(spec: PodSpec): Toleration[] {
  const conditions = spec.hostNetwork ? [...TOLERATED, ["network-unavailable", "NoSchedule"] as const] : TOLERATED;
  const added = conditions.map(([condition, effect]) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: "Exists",
    effect,
  }));
  const isAdded = ({ key, effect }: Toleration) => added.some((other) => other.key === key && other.effect === effect);
  return [...(spec.tolerations ?? []).filter((toleration) => !isAdded(toleration)), ...added];
}

/** Adds an affinity that lets the scheduler choose this node only. */
function pinToNode(pod: Pod, nodeName: string): void {
  const onNode = { matchFields: [{ key: "metadata.name", operator: "In", values: [nodeName] }] };
  const { affinity } = pod.spec;
  pod.spec.affinity = {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [onNode] },
    },
  };
}

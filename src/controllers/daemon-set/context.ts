/**
 * The state of one run of the DaemonSet controller, and predicates of its pods.
 * Kubernetes: pkg/controller/daemon/daemon_controller.go, pkg/controller/daemon/util/daemonset_util.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { ControllerRevision, DaemonSet, Node, Pod } from "../../schema/index.ts";
import { isPodAvailable, isPodFinished } from "../lib/pods.ts";

export const COMPONENT = "daemonset-controller";
export const REVISION_LABEL = "controller-revision-hash";
export const GENERATION_LABEL = "pod-template-generation";
export const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

export interface DaemonSetRun {
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly set: DaemonSet;
  readonly revision: ControllerRevision;
  readonly nodes: readonly Node[];
  /** Pods by node, the oldest first. Finished pods that are being deleted are omitted. */
  readonly podsByNode: ReadonlyMap<string, readonly Pod[]>;
}

export function hashOf(revision: ControllerRevision): string {
  return revision.metadata.labels?.[REVISION_LABEL] ?? "";
}

/** The node of the pod; before it is bound, the node that its affinity requires. */
export function targetNodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields).find(({ key }) => key === "metadata.name")?.values?.[0];
}

export function groupByNode(pods: readonly Pod[]): Map<string, Pod[]> {
  const groups = new Map<string, Pod[]>();
  const created = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
  for (const pod of [...pods].sort((a, b) => (created(a) < created(b) ? -1 : created(a) > created(b) ? 1 : 0))) {
    const node = targetNodeOf(pod);
    if (node === undefined || (isPodFinished(pod) && pod.metadata.deletionTimestamp)) continue;
    groups.set(node, [...(groups.get(node) ?? []), pod]);
  }
  return groups;
}

export function isUpdated({ set, revision }: Pick<DaemonSetRun, "set" | "revision">, { metadata }: Pod): boolean {
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION];
  const hash = hashOf(revision);
  return (
    (hash !== "" && metadata.labels?.[REVISION_LABEL] === hash) ||
    (generation !== undefined && metadata.labels?.[GENERATION_LABEL] === generation)
  );
}

export function isAvailable({ set, nowMs }: Pick<DaemonSetRun, "set" | "nowMs">, pod: Pod): boolean {
  return isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs);
}

export function recordRunEvent(run: DaemonSetRun, type: "Normal" | "Warning", reason: string, message: string): void {
  recordEvent(run.tx, { object: run.set, type, reason, message, component: COMPONENT });
}

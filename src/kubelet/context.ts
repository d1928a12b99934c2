/**
 * The input of one sync of one pod, and its containers in the kubelet's order.
 * Kubernetes: pkg/kubelet/container/helpers.go, pkg/kubelet/kuberuntime/kuberuntime_manager.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { restartRuleOf } from "../kinds/core/pod-spec/restart-rules.ts";
import type { Container, EphemeralContainer, Node, Pod } from "../schema/index.ts";
import { type ContainerRecord, newContainer, type PodState } from "./state.ts";

export interface PodContext {
  tx: Transaction;
  pod: Pod;
  node: Node;
  /** A draft, stored at the end of the sync. */
  state: PodState;
  nowMs: number;
}

/** A container of the spec, its role, and the kubelet's record of it. */
export interface PodContainer {
  role: "init" | "sidecar" | "main" | "ephemeral";
  spec: Container | EphemeralContainer;
  record: ContainerRecord;
}

/** All containers: init containers and sidecars in the order of the spec, then main containers, then ephemeral ones. */
export function containersOf({ pod, state }: Pick<PodContext, "pod" | "state">): PodContainer[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  const of = (role: PodContainer["role"], spec: PodContainer["spec"]): PodContainer => {
    state.containers[spec.name] ??= newContainer();
    return { role, spec, record: state.containers[spec.name]! };
  };
  return [
    ...initContainers.map((spec) => of(spec.restartPolicy === "Always" ? "sidecar" : "init", spec)),
    ...containers.map((spec) => of("main", spec)),
    ...ephemeralContainers.map((spec) => of("ephemeral", spec)),
  ];
}

export function containerNamed(context: Pick<PodContext, "pod" | "state">, name: string): PodContainer | undefined {
  return containersOf(context).find(({ spec }) => spec.name === name);
}

/** `web_default(uid)`: the pod's name in the kubelet's messages. */
export function podLabel({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}

/** The program has ended. The restart policy decides whether the container starts again. */
export function hasExited(record: ContainerRecord): boolean {
  return record.shows !== "running" && record.terminations.length > 0 && !record.isReset;
}

/** An init container that succeeded, or a sidecar that has started. */
export function isInitialized({ role, record }: PodContainer): boolean {
  if (role === "sidecar") return record.isStarted;
  return record.shows === "terminated" && record.terminations[0]?.exitCode === 0;
}

/** Whether the restart policy allows a restart after a failure or a failed probe. */
export function mayRestart({ role, spec }: Pick<PodContainer, "role" | "spec">, pod: Pod): boolean {
  if (role === "sidecar") return true;
  return role !== "ephemeral" && (spec.restartPolicy ?? pod.spec.restartPolicy) !== "Never";
}

/** Whether the kubelet restarts this container after its last exit. */
export function restartsAfterExit({ role, spec, record }: PodContainer, pod: Pod): boolean {
  if (record.restarts) return true;
  if (role === "ephemeral") return false;
  const last = record.terminations[0];
  if (role === "sidecar" || (last && restartRuleOf(spec, last.exitCode))) return true;
  const policy = spec.restartPolicy ?? pod.spec.restartPolicy ?? "Always";
  const failed = last?.exitCode !== 0;
  if (role === "init") return failed && policy !== "Never";
  return policy === "Always" || (policy === "OnFailure" && failed);
}

/** The container ran since the last restart of the whole pod. */
export function hasStarted({ record }: PodContainer): boolean {
  return record.starts > 0 && !record.isReset;
}

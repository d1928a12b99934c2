/** One look of a kubelet at one pod. */
import type { Transaction } from "../cluster/transaction.ts";
import type { Container, EphemeralContainer, Node, Pod } from "../schema/index.ts";
import { type ContainerRecord, newContainer, type PodState } from "./state.ts";

export interface PodContext {
  tx: Transaction;
  pod: Pod;
  node: Node;
  /** A draft, stored when the look is over. */
  state: PodState;
  nowMs: number;
}

/** A container of the spec with its place in the pod's life and what the kubelet remembers of it. */
export interface PodContainer {
  role: "init" | "sidecar" | "main" | "ephemeral";
  spec: Container | EphemeralContainer;
  record: ContainerRecord;
}

/** All containers: init containers and sidecars in their order, then the main ones, then ephemeral ones. */
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

/** `web_default(uid)`: how the kubelet names a pod in messages. */
export function podLabel({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
}

/** The program has ended and may be replaced by a new start (or not). */
export function hasExited(record: ContainerRecord): boolean {
  return record.shows !== "running" && record.terminations.length > 0;
}

/** An init container that did its work, or a sidecar that is up. */
export function isInitialized({ role, record }: PodContainer): boolean {
  if (role === "sidecar") return record.isStarted;
  return record.shows === "terminated" && record.terminations[0]?.exitCode === 0;
}

/** Whether a container that fails, or is found unhealthy, is started again at all. */
export function mayRestart({ role, spec }: Pick<PodContainer, "role" | "spec">, pod: Pod): boolean {
  if (role === "sidecar") return true;
  return role !== "ephemeral" && (spec.restartPolicy ?? pod.spec.restartPolicy) !== "Never";
}

/** Would the kubelet start this container again after its last end? */
export function restartsAfterExit({ role, spec, record }: PodContainer, pod: Pod): boolean {
  if (record.restarts) return true;
  if (role === "sidecar") return true;
  if (role === "ephemeral") return false;
  const policy = spec.restartPolicy ?? pod.spec.restartPolicy ?? "Always";
  const failed = record.terminations[0]?.exitCode !== 0;
  if (role === "init") return failed && policy !== "Never";
  return policy === "Always" || (policy === "OnFailure" && failed);
}

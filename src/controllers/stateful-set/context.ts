/**
 * The state of one run of the StatefulSet controller, and predicates of its pods.
 * Kubernetes: pkg/controller/statefulset/stateful_set_utils.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { parseInt32 } from "../../lib/integers.ts";
import type { ControllerRevision, Pod, StatefulSet, StatefulSetStatus } from "../../schema/index.ts";
import { isPodAvailable, isPodReady } from "../lib/pods.ts";

export const COMPONENT = "statefulset-controller";
export const REVISION_LABEL = "controller-revision-hash";

export interface StatefulSetRun {
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly set: StatefulSet;
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  /** Pods by ordinal, beginning with the first; undefined for a missing pod. */
  readonly replicas: readonly (Pod | undefined)[];
  /** Pods outside the wanted ordinals, the highest ordinal first. */
  readonly condemned: readonly Pod[];
  readonly status: StatefulSetStatus;
}

export function startOrdinalOf(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

/** True if pods are created and deleted one after the other, each after its predecessor is available. */
export function isOrdered(set: StatefulSet): boolean {
  return set.spec.podManagementPolicy !== "Parallel";
}

/** The number at the end of the pod's name; undefined if the pod is not named after the set. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name ?? "");
  return match?.[1] === set.metadata.name ? parseInt32(match?.[2]) : undefined;
}

export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status.phase === "Running" && isPodReady(pod);
}

export function isRunningAndAvailable({ set, nowMs }: Pick<StatefulSetRun, "set" | "nowMs">, pod: Pod): boolean {
  return isRunningAndReady(pod) && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs);
}

export function isHealthy(run: StatefulSetRun, pod: Pod): boolean {
  return isRunningAndAvailable(run, pod) && !isTerminating(pod);
}

export function recordRunEvent(
  run: Pick<StatefulSetRun, "tx" | "set">,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  recordEvent(run.tx, { object: run.set, type, reason, message, component: COMPONENT });
}

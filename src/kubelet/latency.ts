/** How long things take on a node, by the cluster's latency model: plausible times, or none with `instant`. */
import type { Transaction } from "../cluster/transaction.ts";

/** Network to the registry, in both directions of a question. */
const REGISTRY_QUESTION_MS = 200;
/** Download and unpacking. */
const BYTES_PER_MS = 50_000;

function between(tx: Transaction, fromMs: number, toMs: number): number {
  if (tx.settings.latency === "instant") return 0;
  return fromMs + tx.random.below(toMs - fromMs);
}

/** Network namespace and pause container. */
export function sandboxMs(tx: Transaction): number {
  return between(tx, 240, 360);
}

/** Download of an image that is not there yet. */
export function pullMs(tx: Transaction, sizeBytes: number): number {
  return between(tx, REGISTRY_QUESTION_MS, REGISTRY_QUESTION_MS * 2) + downloadMs(tx, sizeBytes);
}

function downloadMs(tx: Transaction, sizeBytes: number): number {
  return tx.settings.latency === "instant" ? 0 : Math.round(sizeBytes / BYTES_PER_MS);
}

/** Asking whether an image that is there is still the newest; or learning that there is none. */
export function registryQuestionMs(tx: Transaction): number {
  return between(tx, REGISTRY_QUESTION_MS, REGISTRY_QUESTION_MS * 2);
}

/** Creating and starting one container. */
export function startMs(tx: Transaction): number {
  return between(tx, 80, 240);
}

/** Changing a running container's resources. */
export function resizeMs(tx: Transaction): number {
  return between(tx, 400, 1200);
}

/** Until the kubelet sees that a container ended. */
export function exitNoticeMs(tx: Transaction): number {
  return between(tx, 250, 700);
}

/** Until a container that was stopped in order to start it anew can be started: its exit is known at once. */
export function restartMs(tx: Transaction): number {
  return between(tx, 30, 120);
}

/**
 * From the end of the last container of a deleted pod to the final phase: containerd handles the exit and deletes the task
 * (about 0.1 s each), the sandbox is stopped with its pause container and its network namespace (CNI, 0.2 to 0.6 s), and
 * the kubelet asks for the runtime's list once more before it writes the status.
 */
export function stopMs(tx: Transaction): number {
  return between(tx, 700, 1300);
}

/** Taking down a pod whose containers ended. */
export function teardownMs(tx: Transaction): number {
  return between(tx, 500, 1000);
}

/**
 * From the final phase to the removal of the object: the volume manager unmounts in rounds of 0.1 s, the kubelet polls for
 * that every 0.3 s, and the pod's control groups are removed.
 */
export function cleanupMs(tx: Transaction): number {
  return between(tx, 400, 900);
}

/** Until a pod with problems is looked at again: the kubelet's back-off period with its jitter. */
export function syncPeriodMs(tx: Transaction): number {
  return 10_000 + tx.random.below(5000);
}

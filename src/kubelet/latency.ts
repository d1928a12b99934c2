/**
 * Durations on a node by the cluster's latency model: plausible times, or zero with `instant`. The model is Sandbar's
 * own, fitted to recordings of real kubelets.
 * Kubernetes: pkg/kubelet/kubelet.go, pkg/kubelet/pleg/generic.go
 */
import type { Transaction } from "../cluster/transaction.ts";

/** Round trip to the registry. */
const REGISTRY_QUESTION_MS = 200;
/** Download and unpacking. */
const BYTES_PER_MS = 50_000;

function between(tx: Transaction, fromMs: number, toMs: number): number {
  if (tx.settings.latency === "instant") return 0;
  return fromMs + tx.random.below(toMs - fromMs);
}

/** Creation of the network namespace and the pause container. */
export function sandboxMs(tx: Transaction): number {
  return between(tx, 240, 360);
}

/** Download of an image that is not on the node. */
export function pullMs(tx: Transaction, sizeBytes: number): number {
  return between(tx, REGISTRY_QUESTION_MS, REGISTRY_QUESTION_MS * 2) + downloadMs(tx, sizeBytes);
}

function downloadMs(tx: Transaction, sizeBytes: number): number {
  return tx.settings.latency === "instant" ? 0 : Math.round(sizeBytes / BYTES_PER_MS);
}

/** One question to the registry: whether an image on the node is still the newest, or whether an image exists. */
export function registryQuestionMs(tx: Transaction): number {
  return between(tx, REGISTRY_QUESTION_MS, REGISTRY_QUESTION_MS * 2);
}

/** Creation and start of one container. */
export function startMs(tx: Transaction): number {
  return between(tx, 80, 240);
}

/** Time until the kubelet's sync sees that a container has started: half the period in which it lists containers. */
export function startNoticeMs(tx: Transaction): number {
  return tx.settings.latency === "instant" ? 0 : 500;
}

/**
 * Until a rejection shows. A controller that replaces rejected pods at once is held back by the limit of its client, 20
 * requests per second in the controller manager; a round of it takes about five.
 */
export function rejectionMs(tx: Transaction): number {
  return between(tx, 150, 350);
}

/** Change of a running container's resources. */
export function resizeMs(tx: Transaction): number {
  return between(tx, 400, 1200);
}

/** Time until the kubelet notices that a container ended. */
export function exitNoticeMs(tx: Transaction): number {
  return between(tx, 250, 700);
}

/** Time until a container that was stopped for a restart can start again. Its exit is known at once. */
export function restartMs(tx: Transaction): number {
  return between(tx, 30, 120);
}

/**
 * From the end of the last container of a deleted pod to the final phase. containerd handles the exit and deletes the
 * task (about 0.1 s each). The sandbox is stopped with its pause container and its network namespace (CNI, 0.2 to 0.6
 * s). The kubelet lists the runtime's containers once more before it writes the status.
 */
export function stopMs(tx: Transaction): number {
  return between(tx, 700, 1300);
}

/** Stop of the sandbox of a pod whose containers ended. */
export function teardownMs(tx: Transaction): number {
  return between(tx, 500, 1000);
}

/**
 * From the final phase to the removal of the object. The volume manager unmounts in rounds of 0.1 s, the kubelet polls
 * for that every 0.3 s, and the pod's control groups are removed.
 */
export function cleanupMs(tx: Transaction): number {
  return between(tx, 400, 900);
}

/** Time until the next sync of a pod with problems: the kubelet's back-off period with its jitter. */
export function syncPeriodMs(tx: Transaction): number {
  return 10_000 + tx.random.below(5000);
}

/**
 * The phase of a pod.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`getPhase`), pkg/kubelet/status/status_manager.go
 */
import {
  containersOf,
  hasExited,
  isInitialized,
  type PodContainer,
  type PodContext,
  restartsAfterExit,
} from "./context.ts";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed";

/** The phase that follows from the states of the containers. */
export function phaseOf(context: PodContext): Phase {
  const { pod, state } = context;
  if (state.stop?.why === "deadline" || state.stop?.why === "evicted") return "Failed";
  const containers = containersOf(context);
  const init = containers.filter(({ role }) => role === "init" || role === "sidecar");
  const main = containers.filter(({ role }) => role === "main");
  if (state.stop?.why === "deleted" && state.isFinished) return main.every(succeeded) ? "Succeeded" : "Failed";
  const failed = (container: PodContainer) => hasExited(container.record) && !restartsAfterExit(container, pod);
  if (init.some((container) => container.role === "init" && !isInitialized(container) && failed(container)))
    return "Failed";
  if (init.some((container) => !isInitialized(container) && !hasFinishedOnce(container))) return "Pending";
  if (main.some(({ record }) => record.shows !== "running" && record.terminations.length === 0)) return "Pending";
  if (main.some((container) => container.record.shows === "running" || !failed(container))) return "Running";
  return main.every(succeeded) ? "Succeeded" : "Failed";
}

/**
 * The phase in the status. A final phase appears only after the pod was stopped. Until then the pod keeps its phase, so
 * no controller replaces it while its containers still hold resources.
 */
export function visiblePhase({ pod, state }: PodContext, phase: Phase): Phase {
  if (state.isFinished || (phase !== "Succeeded" && phase !== "Failed")) return phase;
  return pod.status.phase === "Running" ? "Running" : "Pending";
}

function succeeded({ record }: PodContainer): boolean {
  return record.shows === "terminated" && record.terminations[0]?.exitCode === 0;
}

/**
 * A sidecar that crashes after the pod was initialized does not make the pod Pending again, nor does a restart of all
 * containers.
 */
function hasFinishedOnce({ role, record }: PodContainer): boolean {
  return (role === "sidecar" && record.terminations.length > 0) || record.isReset === true;
}

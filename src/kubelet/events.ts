/**
 * Reasons and messages of the kubelet's Events about pods and their containers.
 * Kubernetes: pkg/kubelet/events/event.go, pkg/kubelet/kuberuntime/kuberuntime_manager.go
 */
import { recordEvent } from "../cluster/events.ts";
import { formatGoDuration } from "../lib/duration.ts";
import type { PodContext } from "./context.ts";

interface Message {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
}

/** Records an Event about the pod, or about one of its containers. */
export function podEvent(
  { tx, pod, node }: Pick<PodContext, "tx" | "pod" | "node">,
  event: Message,
  container?: string,
): void {
  recordEvent(tx, {
    object: pod,
    ...(container !== undefined && { fieldPath: fieldPathOf(pod, container) }),
    ...event,
    component: "kubelet",
    host: node.metadata.name ?? "",
  });
}

export const messages = {
  pulling: (image: string) => normal("Pulling", `Pulling image "${image}"`),
  pulled: (image: string, pullMs: number, sizeBytes: number) => {
    const duration = formatGoDuration(pullMs);
    const text = `Successfully pulled image "${image}" in ${duration} (${duration} including waiting). Image size: ${sizeBytes} bytes.`;
    return normal("Pulled", text);
  },
  alreadyPresent: (image: string) =>
    normal("Pulled", `Container image "${image}" already present on machine and can be accessed by the pod`),
  pullFailed: (image: string, problem: string) => warning("Failed", `Failed to pull image "${image}": ${problem}`),
  pullBackOff: (image: string) => normal("BackOff", `Back-off pulling image "${image}"`),
  neverPull: (image: string) =>
    warning("ErrImageNeverPull", `Container image "${image}" is not present with pull policy of Never`),
  invalidName: (image: string, problem: string) => warning("InspectFailed", invalidNameText(image, problem)),
  failed: (problem: string) => warning("Failed", `Error: ${problem}`),
  created: () => normal("Created", "Container created"),
  started: () => normal("Started", "Container started"),
  crashBackOff: (container: string, pod: string) =>
    warning("BackOff", `Back-off restarting failed container ${container} in pod ${pod}`),
  stopping: (container: string) => normal("Killing", `Stopping container ${container}`),
  failedProbe: (container: string, probe: string, restarts: boolean) =>
    normal("Killing", `Container ${container} failed ${probe} probe${restarts ? ", will be restarted" : ""}`),
  changed: (container: string) => normal("Killing", `Container ${container} definition changed, will be restarted`),
  unhealthy: (probe: string, output: string) => warning("Unhealthy", `${probe} probe failed: ${output}`),
  probeWarning: (probe: string, output: string) => warning("ProbeWarning", `${probe} probe warning: ${output}`),
  probeErrored: (probe: string, problem: string) =>
    warning("Unhealthy", `${probe} probe errored and resulted in unknown state: ${problem}`),
  postStartFailed: () => warning("FailedPostStartHook", "PostStartHook failed"),
  killedByHook: () => normal("Killing", "FailedPostStartHook"),
  preStopFailed: () => warning("FailedPreStopHook", "PreStopHook failed"),
  failedMount: (volume: string, problem: string) =>
    warning("FailedMount", `MountVolume.SetUp failed for volume "${volume}" : ${problem}`),
  unboundClaim: (problem: string) => warning("FailedMount", problem),
  resolverCut: (problem: string) => warning("DNSConfigForming", problem),
  sandboxFailed: (problem: string) => warning("FailedCreatePodSandBox", `Failed to create pod sandbox: ${problem}`),
  resizeStarted: (what: string) => normal("ResizeStarted", `Pod resize started: ${what}`),
  resizeRestarts: (container: string) => normal("Killing", `Container ${container} resize requires restart`),
  resizePending: (reason: "Deferred" | "Infeasible", what: string) =>
    warning(`Resize${reason}`, `Pod resize ${reason}: ${what}`),
  resizeError: (what: string) => warning("ResizeError", `Pod resize error: ${what}`),
  resizeCompleted: (what: string) => normal("ResizeCompleted", `Pod resize completed: ${what}`),
  evicted: (message: string) => warning("Evicted", message),
  deadline: () => normal("DeadlineExceeded", "Pod was active on the node longer than the specified deadline"),
};

export function invalidNameText(image: string, problem: string): string {
  return `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${problem}`;
}

function normal(reason: string, message: string): Message {
  return { type: "Normal", reason, message };
}

function warning(reason: string, message: string): Message {
  return { type: "Warning", reason, message };
}

function fieldPathOf({ spec }: PodContext["pod"], container: string): string {
  const lists = [
    ["initContainers", spec.initContainers],
    ["ephemeralContainers", spec.ephemeralContainers],
  ] as const;
  const list = lists.find(([, containers]) => containers?.some(({ name }) => name === container))?.[0];
  return `spec.${list ?? "containers"}{${container}}`;
}

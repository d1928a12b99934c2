/**
 * Computes the status of a pod from the kubelet's state, and writes it.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`generateAPIPodStatus`), pkg/kubelet/status/status_manager.go
 */

import { imageId } from "../images/find.ts";
import { parseImage, shownName } from "../images/reference.ts";
import { podKind } from "../kinds/core/pod.ts";
import { FOREIGN_STATUS, foreignStatusOf } from "../kinds/foreign-status.ts";
import { objectKey } from "../kinds/kind.ts";
import { equalJson } from "../lib/json.ts";
import { addQuantities, formatQuantity, parseQuantity } from "../lib/quantity.ts";
import { formatTime } from "../lib/time.ts";
import type { ContainerState, ContainerStatus, Pod, PodStatus, ResourceRequirements } from "../schema/index.ts";
import { conditionsOf } from "./conditions.ts";
import { containersOf, type PodContainer, type PodContext } from "./context.ts";
import { type Phase, phaseOf, visiblePhase } from "./phase.ts";
import { START_ERROR, type Termination } from "./state.ts";

/** The status to write, in the order of Kubernetes' fields. Fields of other writers stay. */
export function podStatusOf(context: PodContext): PodStatus {
  const { pod, node, state } = context;
  const { status } = pod;
  const hostIp = node.status.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
  const podIp = state.showsIp ? (pod.spec.hostNetwork ? hostIp : state.podIp) : undefined;
  const phase = phaseOf(context);
  const containers = containersOf(context);
  const statuses = (...roles: PodContainer["role"][]) =>
    containers.filter(({ role }) => roles.includes(role)).map((container) => containerStatus(container, context));
  const init = statuses("init", "sidecar");
  const ephemeral = statuses("ephemeral");
  const resources = podResources(context);
  return {
    observedGeneration: state.generation,
    phase: visiblePhase(context, phase),
    conditions: conditionsOf(context, phase),
    ...messageOf(context, phase),
    ...(status.nominatedNodeName && { nominatedNodeName: status.nominatedNodeName }),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp && { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: status.startTime ?? formatTime(state.acceptedAtMs),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: sortedByName(statuses("main")),
    qosClass: status.qosClass,
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: sortedByName(ephemeral) }),
    ...(status.resourceClaimStatuses && { resourceClaimStatuses: status.resourceClaimStatuses }),
    ...resources,
  };
}

/** The kubelet sorts all statuses except those of init containers. */
function sortedByName(statuses: readonly ContainerStatus[]): ContainerStatus[] {
  return statuses.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** True if writing `next` would change no field that a client can see. */
function isSameStatus(pod: Pod, next: PodStatus): boolean {
  return equalJson(pod.status, next);
}

function messageOf({ pod, state }: PodContext, phase: Phase): Pick<PodStatus, "reason" | "message"> {
  if (phase === "Failed" && state.isFinished && state.stop?.why === "deadline") {
    return {
      message: "Pod was active on the node longer than the specified deadline",
      reason: "DeadlineExceeded",
    };
  }
  if (phase === "Failed" && state.isFinished && state.stop?.why === "evicted") {
    return { message: state.eviction?.message ?? "", reason: "Evicted" };
  }
  const { message, reason } = pod.status;
  return { ...(message && { message }), ...(reason && { reason }) };
}

function containerStatus({ spec, record, role }: PodContainer, context: PodContext): ContainerStatus {
  const reference = parseImage(record.image ?? spec.image ?? "");
  const wasCreated = record.starts > 0 && !("problem" in reference);
  const image = record.starts > 0 ? (record.image ?? spec.image ?? "") : (spec.image ?? "");
  const mounts = spec.volumeMounts?.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
    name,
    mountPath,
    ...(readOnly && { readOnly, recursiveReadOnly: recursiveReadOnly ?? "Disabled" }),
  }));
  // During a resize the container's resources differ from its spec.
  const resources = record.resources ?? spec.resources ?? {};
  const { requests } = grantedOf(context, resources, spec.resources);
  const isRunning = record.shows === "running" && !record.startProblem;
  return {
    name: spec.name,
    state: stateOf({ spec, record, role }, context),
    lastState: lastStateOf({ spec, record, role }),
    ready: record.isReady,
    restartCount: Math.max(0, record.starts - 1),
    image: wasCreated ? shownName(image, reference) : image,
    imageID: wasCreated ? imageId(reference, record.ownImage) : "",
    ...(record.id && { containerID: record.id }),
    ...(role !== "ephemeral" && { started: isRunning && record.isStarted }),
    ...(wasCreated && requests && Object.keys(requests).length > 0 && { allocatedResources: requests }),
    ...(wasCreated && { resources }),
    ...(mounts && { volumeMounts: mounts }),
  };
}

function stateOf({ record, role }: PodContainer, { pod }: PodContext): ContainerState {
  if (record.shows === "running" && !record.startProblem)
    return { running: { startedAt: formatTime(record.startedAtMs ?? 0) } };
  const last = record.terminations[0];
  if (record.shows === "terminated" && last) return { terminated: terminatedState(last) };
  const isWaitingForInit = role !== "ephemeral" && (pod.spec.initContainers?.length ?? 0) > 0;
  return { waiting: record.waiting ?? { reason: isWaitingForInit ? "PodInitializing" : "ContainerCreating" } };
}

/** The termination before the one that is shown, if one is shown. */
function lastStateOf({ record }: PodContainer): ContainerState {
  const previous = record.shows === "terminated" ? record.terminations[1] : record.terminations[0];
  return previous ? { terminated: terminatedState(previous) } : {};
}

function terminatedState({ exitCode, reason, message, startedAtMs, finishedAtMs, containerId }: Termination) {
  return {
    exitCode,
    reason,
    ...(message && { message }),
    // A container that never ran has the zero time as its start.
    startedAt: startedAtMs || reason === START_ERROR ? formatTime(startedAtMs) : null,
    finishedAt: finishedAtMs ? formatTime(finishedAtMs) : null,
    ...(containerId && { containerID: containerId }),
  };
}

/** Resources that the node has granted: the new amounts during a resize, the applied ones otherwise. */
function grantedOf(
  { state }: PodContext,
  applied: ResourceRequirements | undefined,
  wanted: ResourceRequirements | undefined,
): ResourceRequirements {
  const isGranted = state.resize !== undefined && state.resize.problem === undefined;
  return (isGranted ? wanted : applied) ?? {};
}

/** The pod-level resources, or sums over the containers without them. Not reported after the stop of the pod. */
function podResources(context: PodContext): Pick<PodStatus, "allocatedResources" | "resources"> {
  const { pod, state } = context;
  if (state.stop) return { resources: {} };
  const applied = pod.spec.containers.map(({ name, resources }) => state.containers[name]?.resources ?? resources);
  const granted = pod.spec.containers.map(({ resources }, i) => grantedOf(context, applied[i], resources));
  const ofPod = state.resources ?? pod.spec.resources;
  const totalOf = (all: typeof applied, pods: ResourceRequirements | undefined, list: "requests" | "limits") => ({
    ...sum(all.map((resources) => resources?.[list] ?? {})),
    ...pods?.[list],
  });
  const limits = totalOf(applied, ofPod, "limits");
  const requests = totalOf(applied, ofPod, "requests");
  const allocated = totalOf(granted, grantedOf(context, ofPod, pod.spec.resources), "requests");
  return {
    ...(Object.keys(allocated).length > 0 && { allocatedResources: allocated }),
    resources: {
      ...(Object.keys(limits).length > 0 && { limits }),
      ...(Object.keys(requests).length > 0 && { requests }),
    },
  };
}

function sum(lists: readonly Record<string, string>[]): Record<string, string> {
  const total: Record<string, string> = {};
  for (const list of lists) {
    for (const [name, amount] of Object.entries(list)) {
      const present = total[name];
      total[name] =
        present === undefined ? amount : formatQuantity(addQuantities(parseQuantity(present), parseQuantity(amount)));
    }
  }
  return total;
}

/** Writes the status if it differs from the object's. */
export function writeStatus(context: PodContext): void {
  put(context, podStatusOf(context));
}

/** Restores the last status of a pod that this kubelet has rejected, after a client overwrote it. */
export function repeatStatus(context: PodContext): void {
  put(context, context.pod.status);
}

function put(context: PodContext, status: PodStatus): void {
  const { tx, pod } = context;
  const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  if (!foreignStatusOf(tx, key)) {
    if (isSameStatus(pod, status)) return;
  } else if (isSameStatus(tx.getByKey(key) as Pod, status)) {
    // The client wrote the same status.
    tx.setPrivateState(key, FOREIGN_STATUS, undefined);
    return;
  }
  context.pod = tx.updateStatus(podKind, pod, (draft) => {
    draft.status = status;
  });
}

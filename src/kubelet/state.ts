/** What the kubelet remembers of a pod beyond its object. JSON, kept as private state under the kubelet's name. */

import { parseTime } from "../lib/time.ts";
import type { ContainerStatus, Pod, ResourceRequirements } from "../schema/index.ts";

export interface PodState {
  /** When the kubelet first saw the pod; its probes tick from then on. */
  acceptedAtMs: number;
  /** Spec generation that the last sync acted on. */
  generation: number;
  hasSandbox: boolean;
  podIp?: string;
  /** The address appears in the status only after the sync that made the sandbox. */
  showsIp: boolean;
  containers: Record<string, ContainerRecord>;
  /** The one thing in progress: containers are pulled and started one after the other. */
  work?: Work;
  /** In the middle of a sync: the status is written when it ends. */
  isSyncing: boolean;
  /** Volumes that cannot be mounted: when to try again and how long to wait after that. */
  mount?: { retryAtMs: number; delayMs: number; tries: number };
  isMounted: boolean;
  stop?: Stop;
  /** A change of resources in progress, or one that the node cannot grant. */
  resize?: { endsAtMs: number; problem?: string };
  /** What the pod was given as a whole when it was accepted or last resized. */
  resources?: ResourceRequirements;
  /** All containers ended for good and the phase is final. */
  isFinished: boolean;
  /** The kubelet did not take the pod. */
  isRejected?: boolean;
  /** When the object may go. */
  removesAtMs?: number;
}

export type Work =
  | { kind: "sandbox"; endsAtMs: number }
  | { kind: "pull"; container: string; startedAtMs: number; endsAtMs: number; problem?: string }
  | { kind: "start"; container: string; endsAtMs: number };

/** The pod is being taken down. */
export interface Stop {
  why: "deleted" | "deadline" | "completed";
  /** Grace period that was granted, s. */
  graceSeconds: number;
  startedAtMs: number;
  endsAtMs: number;
}

/** Reason of the end of a container that never ran. */
export const START_ERROR = "StartError";

export interface Termination {
  exitCode: number;
  reason: string;
  message?: string;
  startedAtMs: number;
  finishedAtMs: number;
  containerId: string;
}

export interface ContainerRecord {
  /** The image that was last pulled or started. */
  image?: string;
  /** How often it was started. */
  starts: number;
  id?: string;
  /** What the status shows. */
  shows: "waiting" | "running" | "terminated";
  waiting?: { reason: string; message?: string };
  startedAtMs?: number;
  /** When the program ends (or ended) by itself or by a kill, its exit code, and when the kubelet notices. */
  end?: { atMs: number; exitCode: number; noticedAtMs: number };
  /** Newest first; at most two. */
  terminations: Termination[];
  isReady: boolean;
  isStarted: boolean;
  /** What it was given when it started or was last resized. */
  resources?: ResourceRequirements;
  /** Pull and crash back-off: how long to wait next time, and when that was last decided. */
  pullBackOff?: BackOff;
  crashBackOff?: BackOff;
  /** How often the kubelet found it in a back-off. */
  looks?: number;
  /** Not to be started before; see `retry.ts`. */
  retry?: Retry;
  probes?: Partial<Record<ProbeType, ProbeState>>;
  /** It was stopped to be started again: its image changed, or a probe failed and the policy is not Never. */
  restarts?: boolean;
}

export interface BackOff {
  delayMs: number;
  sinceMs: number;
}

export interface Retry {
  cause: "pull" | "crash" | "config";
  /** When it may be tried again. */
  allowedAtMs: number;
  /** When the kubelet looks next. */
  syncAtMs: number;
  syncs: number;
  /** What the status shows from the second look on. */
  waiting: { reason: string; message?: string };
  /** What it shows at the first look, where that is not what it shows already. */
  firstShows?: { reason: string; message?: string };
}

export type ProbeType = "startup" | "liveness" | "readiness";

export interface ProbeState {
  /** Container start that these counts belong to. */
  ofStart: number;
  /** When the probe runs next; undefined: its outcome does not change any more. */
  nextAtMs?: number;
  /** The last outcome, and how often in a row. */
  succeeded?: boolean;
  count: number;
  /** Failures so far, for the thinning of Events. */
  failures: number;
}

export function newPodState(pod: Pod, nowMs: number): PodState {
  return {
    acceptedAtMs: nowMs,
    generation: pod.metadata.generation ?? 0,
    hasSandbox: false,
    showsIp: false,
    containers: {},
    ...(pod.spec.resources && { resources: pod.spec.resources }),
    isSyncing: false,
    isMounted: false,
    isFinished: false,
  };
}

export function newContainer(): ContainerRecord {
  return { starts: 0, shows: "waiting", terminations: [], isReady: false, isStarted: false };
}

/** The state behind a status that another kubelet (or the base) wrote. */
export function adoptedState(pod: Pod, nowMs: number): PodState {
  const { status } = pod;
  const state = newPodState(pod, status.startTime ? parseTime(status.startTime) : nowMs);
  state.hasSandbox = state.showsIp = state.isMounted = true;
  state.podIp = status.podIP;
  state.isFinished = status.phase === "Succeeded" || status.phase === "Failed";
  const all = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  for (const container of all) state.containers[container.name] = adoptedContainer(container);
  return state;
}

function adoptedContainer(status: ContainerStatus): ContainerRecord {
  const { running, terminated } = status.state;
  const record = newContainer();
  record.id = status.containerID;
  record.resources = status.resources;
  record.starts = running || terminated ? status.restartCount + 1 : status.restartCount;
  record.isReady = status.ready;
  record.isStarted = status.started ?? false;
  if (running) {
    record.shows = "running";
    record.startedAtMs = running.startedAt ? parseTime(running.startedAt) : 0;
  } else if (terminated) {
    record.shows = "terminated";
    record.terminations.push({
      exitCode: terminated.exitCode,
      reason: terminated.reason ?? "",
      startedAtMs: terminated.startedAt ? parseTime(terminated.startedAt) : 0,
      finishedAtMs: terminated.finishedAt ? parseTime(terminated.finishedAt) : 0,
      containerId: terminated.containerID ?? "",
    });
  }
  return record;
}

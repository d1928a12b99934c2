/**
 * The kubelet's memory of a pod beyond its object. JSON, stored as private state under `KUBELET`.
 * Kubernetes: pkg/kubelet/container/runtime.go (`PodStatus`), pkg/kubelet/pod_workers.go
 */

import { parseTime } from "../lib/time.ts";
import type { ContainerStatus, Pod, ResourceRequirements } from "../schema/index.ts";

/** The name of the kubelet's controller, private state and events. */
export const KUBELET = "kubelet";

export interface PodState {
  /** When the kubelet first saw the pod, ms. Its probes tick from then on. */
  acceptedAtMs: number;
  /** Spec generation that the last sync acted on. */
  generation: number;
  hasSandbox: boolean;
  podIp?: string;
  /** The address appears in the status only after the sync that created the sandbox. */
  showsIp: boolean;
  containers: Record<string, ContainerRecord>;
  /** The one operation in progress: containers are pulled and started one after the other. */
  work?: Work;
  /** In the middle of a sync: the status is written at its end. */
  isSyncing: boolean;
  /** Volumes that cannot be mounted: the next try, the pause after it, and the number of tries. */
  mount?: { retryAtMs: number; delayMs: number; tries: number };
  isMounted: boolean;
  /** What the volumes show that follow other objects. Absent until they are mounted. */
  files?: ShownFiles;
  stop?: Stop;
  /** A resize in progress, or one that the node cannot grant. */
  resize?: { endsAtMs: number; problem?: string };
  /** Resources of the pod as a whole when it was accepted or last resized. */
  resources?: ResourceRequirements;
  /** All containers ended for good and the phase is final. */
  isFinished: boolean;
  /** The kubelet did not admit the pod. */
  isRejected?: boolean;
  /** When the object may be removed, ms. */
  removesAtMs?: number;
}

export interface ShownFiles {
  mountedAtMs: number;
  /** Versions of ConfigMaps and Secrets (`configmaps/name`) that the volumes show; see mounts/sources.ts. */
  shows: Record<string, string>;
  /** When the files of a volume were written last, ms; absent: when it was mounted. */
  writtenAtMs: Record<string, number>;
  /**
   * By container: the versions at its present start, if it mounts single files of these volumes (`subPath`). Such a
   * mount keeps the file that it began with.
   */
  pinned?: Record<string, { start: number; shows: Record<string, string> }>;
}

export type Work =
  | { kind: "sandbox"; endsAtMs: number }
  | { kind: "pull"; container: string; startedAtMs: number; endsAtMs: number; problem?: string }
  | { kind: "start"; container: string; endsAtMs: number };

/** The pod is being stopped. */
export interface Stop {
  why: "deleted" | "deadline" | "completed";
  /** Grace period that was granted, s. */
  graceSeconds: number;
  startedAtMs: number;
  endsAtMs: number;
}

/** Reason of the termination of a container that never ran. */
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
  /** Number of starts. */
  starts: number;
  id?: string;
  /** The state in the status. */
  shows: "waiting" | "running" | "terminated";
  waiting?: { reason: string; message?: string };
  startedAtMs?: number;
  /** When the program ends (or ended), ms, its exit code, and when the kubelet notices, ms. */
  end?: { atMs: number; exitCode: number; noticedAtMs: number };
  /** Newest first; at most two. */
  terminations: Termination[];
  isReady: boolean;
  isStarted: boolean;
  /** Resources at the start or after the last resize. */
  resources?: ResourceRequirements;
  /** Back-off of pulls and crashes: the next pause, and when it was last decided. */
  pullBackOff?: BackOff;
  crashBackOff?: BackOff;
  /** Number of syncs that met a back-off. */
  looks?: number;
  /** Earliest time of the next start; see `retry.ts`. */
  retry?: Retry;
  probes?: Partial<Record<ProbeType, ProbeState>>;
  /** It was stopped for a restart: its image changed, or a probe failed and the policy is not Never. */
  restarts?: boolean;
}

export interface BackOff {
  delayMs: number;
  sinceMs: number;
}

export interface Retry {
  cause: "pull" | "crash" | "config";
  /** Earliest next try, ms. */
  allowedAtMs: number;
  /** The kubelet's next sync, ms. */
  syncAtMs: number;
  syncs: number;
  /** The status from the second sync on. */
  waiting: { reason: string; message?: string };
  /** The status after the first sync, if it differs from the present one. */
  firstShows?: { reason: string; message?: string };
}

export type ProbeType = "startup" | "liveness" | "readiness";

export interface ProbeState {
  /** Number of the container start that these counts belong to. */
  ofStart: number;
  /** The next run of the probe, ms; undefined if its outcome cannot change. */
  nextAtMs?: number;
  /** The last outcome; `count` is the length of its run. */
  succeeded?: boolean;
  count: number;
  /** Failures so far; Events become rarer with their number. */
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

/**
 * The kubelet's memory of a pod beyond its object. JSON, stored as private state under `KUBELET`.
 * Kubernetes: pkg/kubelet/container/runtime.go (`PodStatus`), pkg/kubelet/pod_workers.go
 */

import { parseTime } from "../lib/time.ts";
import type { ContainerStatus, Pod, ResourceRequirements } from "../schema/index.ts";
import type { ProbeType, TaskEnd } from "./runtime/task.ts";

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
  /** Versions of other objects that the volumes show. Absent until the volumes are mounted. */
  files?: ShownFiles;
  /** Digests of images of the organization in volumes of type `image`, by volume. */
  volumeImages?: Record<string, string>;
  /** The pod uses more of the node's disk than it may: when the kubelet evicts it, ms. */
  eviction?: { message: string; atMs: number };
  /** Memory of its containers, as their node last counted it; absent: little. */
  memoryBytes?: number;
  /** Octets of its large files on the node's disk; absent: none. */
  diskBytes?: number;
  stop?: Stop;
  resize?: Resize;
  /**
   * The next instant at which the pod's processes or probes do something that others see, found by running ahead.
   * Absent: something happened meanwhile, so it must be found again.
   */
  ahead?: Ahead;
  /** Another pod has changed files that processes of this pod wait for. */
  filesChanged?: boolean;
  /** Runs ahead that met their limit of steps, one after the other. Each one may take more steps than the one before. */
  longRuns?: number;
  /** Containers share a process namespace: pids below it were given to containers that have ended. */
  nextPid?: number;
  /** A restart rule demands that all containers start again. */
  restartsAll?: boolean;
  /** Resources of the pod as a whole when it was accepted or last resized. */
  resources?: ResourceRequirements;
  /** All containers ended for good and the phase is final. */
  isFinished: boolean;
  /** The kubelet did not admit the pod, and writes so at this instant, ms. */
  rejection?: { reason: string; message: string; writtenAtMs: number };
  /** The rejection was written. */
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
  /** Labels and annotations of the pod, if a file shows them. */
  metadata?: { labels: Record<string, string>; annotations: Record<string, string> };
  /**
   * By container: the versions at its present start, if it mounts single files of these volumes (`subPath`). Such a
   * mount keeps the file that it began with.
   */
  pinned?: Record<string, { start: number; shows: Record<string, string> }>;
}

export interface Ahead {
  /** Absent: nothing will happen before an event from outside. */
  dueAtMs?: number;
}

export type Work =
  | { kind: "sandbox"; endsAtMs: number }
  | PullWork
  | { kind: "start"; container: string; endsAtMs: number }
  /** The postStart hook runs. It ends at an instant that is known, or with the command of the hook. */
  | { kind: "postStart"; container: string; endsAtMs?: number; outcome?: HookOutcome };

export interface PullWork {
  kind: "pull";
  container: string;
  startedAtMs: number;
  endsAtMs: number;
  problem?: string;
  /** The digest of the organization's image that is pulled. */
  ownImage?: string;
}

export interface HookOutcome {
  /** The message of the failure; absent: the hook succeeded. */
  problem?: string;
}

/** A resize in progress, or one that the node cannot grant. */
export interface Resize {
  /** When it ends or is tried again, ms. */
  endsAtMs: number;
  /** Generation of the spec with the wanted resources. */
  generation?: number;
  /** The node cannot grant it; `reason` is `Infeasible` where it is absent. */
  problem?: string;
  reason?: "Deferred" | "Infeasible";
  /** It was granted, and the runtime could not apply it `tries` times. */
  error?: string;
  tries?: number;
}

/** The pod is being stopped. */
export interface Stop {
  why: "deleted" | "deadline" | "evicted" | "completed";
  /** Grace period that was granted, s. */
  graceSeconds: number;
  startedAtMs: number;
  /** When the pod is down, ms; absent while containers run. */
  endsAtMs?: number;
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
  /** Number of the start that ended. */
  start?: number;
}

/** A container that is being stopped: its preStop hook runs, then its stop signal was sent. */
export interface Stopping {
  startedAtMs: number;
  graceSeconds: number;
  phase: "preStop" | "signalled";
  /** The end of the hook, if it is known before, ms. */
  hookEndsAtMs?: number;
  /** When it is killed, ms. */
  killAtMs: number;
}

/** The end of process 1. */
export interface ContainerEnd {
  atMs: number;
  exitCode: number;
  /** When the kubelet notices, ms. */
  noticedAtMs: number;
  wasOomKilled?: boolean;
  message?: string;
}

export interface ContainerRecord {
  /** The image that was last pulled or started. */
  image?: string;
  /** The digest of the organization's image that it was created from; absent: the image is one of the catalogue. */
  ownImage?: string | undefined;
  /** Number of starts. */
  starts: number;
  id?: string;
  /** The state in the status. */
  shows: "waiting" | "running" | "terminated";
  waiting?: { reason: string; message?: string };
  startedAtMs?: number;
  /** When the startup probe succeeded, ms; absent: never, or there is none. */
  enabledAtMs?: number;
  end?: ContainerEnd;
  stopping?: Stopping;
  /** The command of a hook has ended. The next step of the sync acts on it. */
  hookEnd?: TaskEnd;
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
  /** All containers of the pod start again, and this one has not. */
  isReset?: boolean;
  /** Why the container did not begin to run, although its process did; the status shows it as waiting. */
  startProblem?: { reason: string; message?: string };
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

export interface ProbeState {
  /** Number of the container start that these counts belong to. */
  ofStart: number;
  /** The next tick, ms; absent while the probe's command runs. */
  nextAtMs?: number;
  /** The start of the probe's timer, ms. Absent: it started when the kubelet accepted the pod. */
  timerFromMs?: number;
  /** The last outcome; `count` is the length of its run, at most the threshold. */
  succeeded?: boolean;
  count: number;
  /** Failures and errors so far; Events become rarer with their number. */
  failures: number;
  /** The next tick that records an Event although its outcome is the same, ms. */
  remindsAtMs?: number;
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

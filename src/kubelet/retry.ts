/**
 * Back-off of pulls and restarts. The kubelet syncs a pod with problems every ten to fifteen seconds. The status shows
 * the result of a sync from the next sync on.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go (`doBackOff`), pkg/kubelet/images/image_manager.go,
 * staging/src/k8s.io/client-go/util/flowcontrol/backoff.go
 */
import { containersOf, type PodContainer, type PodContext, podLabel } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { syncPeriodMs } from "./latency.ts";
import type { BackOff, Retry } from "./state.ts";

const FIRST_BACK_OFF_MS = 10_000;
const MAX_BACK_OFF_MS = 300_000;
/** The back-off is reset after this time without a failure. */
const FORGET_AFTER_MS = 2 * MAX_BACK_OFF_MS;
/** Syncs of a container that cannot be created before they become rarer. */
const VERBOSE_TRIES = 6;
/** Syncs in a container's life that record an Event. Recorders drop further Events of one source about one object. */
const VERBOSE_LOOKS = 25;
/** The kubelet's first sync after a failed pull, which the failure itself triggers. */
const PROMPT_SYNC_MS = 800;

/** A container ended and will be restarted: at once the first time, later after a growing pause. */
export function backOffAfterExit(context: PodContext, { spec, record }: PodContainer): void {
  const { pod, nowMs, tx } = context;
  const finishedAtMs = record.terminations[0]?.finishedAtMs ?? nowMs;
  const present = record.crashBackOff;
  const isForgotten = present !== undefined && finishedAtMs - present.sinceMs > FORGET_AFTER_MS;
  if (!present || isForgotten || record.restarts) {
    if (!present || isForgotten) record.crashBackOff = { delayMs: FIRST_BACK_OFF_MS, sinceMs: nowMs };
    record.retry = undefined;
    return;
  }
  const delayMs = present.delayMs;
  const message = `back-off ${goSeconds(delayMs)} restarting failed container=${spec.name} pod=${podLabel(pod)}`;
  podEvent(context, messages.crashBackOff(spec.name, podLabel(pod)), spec.name);
  const allowedAtMs = finishedAtMs + delayMs;
  record.retry = {
    cause: "crash",
    allowedAtMs,
    syncAtMs: nextSync(nowMs + syncPeriodMs(tx), allowedAtMs),
    syncs: 0,
    waiting: { reason: "CrashLoopBackOff", message },
  };
}

/** The pull failed and is tried again after a growing pause. */
export function backOffAfterPull(context: PodContext, { spec, record }: PodContainer, problem: string): void {
  const { nowMs, tx } = context;
  const isRepeated = record.pullBackOff !== undefined && record.waiting?.reason === "ImagePullBackOff";
  const delayMs = record.pullBackOff ? grown(record.pullBackOff).delayMs : FIRST_BACK_OFF_MS;
  record.pullBackOff = { delayMs, sinceMs: nowMs };
  const message = `Back-off pulling image "${spec.image}": ErrImagePull: ${problem}`;
  const failure = { reason: "ErrImagePull", message: problem };
  record.shows = "waiting";
  if (!isRepeated) record.waiting = failure;
  record.retry = {
    cause: "pull",
    allowedAtMs: nowMs + delayMs,
    syncAtMs: nowMs + (isRepeated ? syncPeriodMs(tx) : PROMPT_SYNC_MS),
    syncs: -1,
    waiting: { reason: "ImagePullBackOff", message },
    ...(isRepeated && { firstShows: failure }),
  };
}

/** The container cannot be created. It is synced again at growing intervals, and when a ConfigMap or Secret changes. */
export function retryCreation(context: PodContext, { record }: PodContainer, reason: string, message: string): void {
  const { nowMs, tx } = context;
  const tries = record.retry?.cause === "config" ? record.retry.syncs + 1 : 0;
  const pauseMs = Math.min(syncPeriodMs(tx) * (tries < VERBOSE_TRIES ? 1 : tries), MAX_BACK_OFF_MS);
  record.shows = "waiting";
  record.waiting = { reason, message };
  const retryAtMs = nowMs + pauseMs;
  record.retry = {
    cause: "config",
    allowedAtMs: retryAtMs,
    syncAtMs: retryAtMs,
    syncs: tries,
    waiting: { reason, message },
  };
}

/** At the beginning of a sync: containers show the back-offs that an earlier sync met. */
export function showBackOffs(context: PodContext): void {
  for (const { record } of containersOf(context)) {
    const { retry } = record;
    if (!retry || retry.cause === "config" || retry.syncAtMs > context.nowMs) continue;
    // The first sync after a failed pull starts the back-off; the second shows it.
    const shown = retry.syncs < 0 ? retry.firstShows : retry.waiting;
    if (!shown) continue;
    record.shows = "waiting";
    record.waiting = shown;
  }
}

/** Syncs a container that waits: records an Event and returns whether the container may be tried now. */
export function syncRetry(context: PodContext, { spec, record }: PodContainer, retry: Retry): boolean {
  const { tx, pod, nowMs } = context;
  if (retry.cause === "config" || nowMs >= retry.allowedAtMs) return nowMs >= retry.allowedAtMs;
  retry.syncs++;
  if (retry.cause === "pull") {
    podEvent(context, messages.pullBackOff(spec.image ?? ""), spec.name);
    podEvent(context, messages.failed("ImagePullBackOff"), spec.name);
  } else {
    podEvent(context, messages.crashBackOff(spec.name, podLabel(pod)), spec.name);
  }
  record.looks = (record.looks ?? 0) + 1;
  // The status shows the back-off from the second sync on.
  const looksAgain = record.looks < VERBOSE_LOOKS || (retry.cause === "pull" && retry.syncs === 0);
  retry.syncAtMs = looksAgain ? nextSync(nowMs + syncPeriodMs(tx), retry.allowedAtMs) : retry.allowedAtMs;
  return false;
}

/** The restart after a crash begins: the next pause is twice as long. */
export function noteRestart({ record }: PodContainer, nowMs: number): void {
  if (record.retry?.cause === "crash" && record.crashBackOff) {
    record.crashBackOff = { ...grown(record.crashBackOff), sinceMs: nowMs };
  }
  record.retry = undefined;
}

function grown({ delayMs, sinceMs }: BackOff): BackOff {
  return { delayMs: Math.min(delayMs * 2, MAX_BACK_OFF_MS), sinceMs };
}

/** A pause that ends soon is waited for; a sync shortly before its end would have no effect. */
function nextSync(plannedMs: number, allowedAtMs: number): number {
  return plannedMs > allowedAtMs - 1000 && plannedMs < allowedAtMs ? allowedAtMs : plannedMs;
}

/** Whole seconds in Go's form: `10s`, `1m20s`, `5m0s`. */
function goSeconds(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

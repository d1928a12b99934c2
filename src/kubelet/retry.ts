/**
 * Back-off of pulls and restarts. The kubelet looks at a pod with problems every ten to fifteen seconds; what a look
 * finds out, the status shows from the next look on.
 */
import { containersOf, type PodContainer, type PodContext, podLabel } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { syncPeriodMs } from "./latency.ts";
import type { BackOff, Retry } from "./state.ts";

const FIRST_BACK_OFF_MS = 10_000;
const MAX_BACK_OFF_MS = 300_000;
/** A container that stayed away from trouble this long starts over. */
const FORGET_AFTER_MS = 2 * MAX_BACK_OFF_MS;
/** Looks at a container that cannot be created before they get rarer. */
const VERBOSE_TRIES = 6;
/** Looks in a container's life that are told about; recorders drop what one source says more often of one object. */
const VERBOSE_LOOKS = 25;
/** The kubelet's first look after a failed pull, caused by the failure itself. */
const PROMPT_SYNC_MS = 800;

/** A container ended and is to be restarted: at once the first time, later after a growing pause. */
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

/** The pull failed: it is tried again after a growing pause. */
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

/** The container cannot be created as things are; looked at again at a growing distance, and when things change. */
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

/** At the beginning of a look: back-offs that an earlier look met are what the containers show now. */
export function showBackOffs(context: PodContext): void {
  for (const { record } of containersOf(context)) {
    const { retry } = record;
    if (!retry || retry.cause === "config" || retry.syncAtMs > context.nowMs) continue;
    // The first look after a failed pull learns that there is a back-off; the second shows it.
    const shown = retry.syncs < 0 ? retry.firstShows : retry.waiting;
    if (!shown) continue;
    record.shows = "waiting";
    record.waiting = shown;
  }
}

/** Looks at a container that waits: tells of it, and says whether it may be tried now. */
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
  // The back-off is shown from the second look on.
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

/** A pause that ends soon is waited for; a look shortly before its end would be for nothing. */
function nextSync(plannedMs: number, allowedAtMs: number): number {
  return plannedMs > allowedAtMs - 1000 && plannedMs < allowedAtMs ? allowedAtMs : plannedMs;
}

/** `10s`, `1m20s`, `5m0s`. */
function goSeconds(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

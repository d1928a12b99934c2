/**
 * Which versions of ConfigMaps and Secrets a pod's volumes show. The kubelet looks at the pod again every 60 to 90
 * seconds, and then writes what has changed.
 * Kubernetes: pkg/kubelet/kubelet.go (`syncPod`), pkg/kubelet/pod_workers.go (`resyncInterval`, `workerResyncIntervalJitterFactor`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { hash32 } from "../../lib/prng.ts";
import { earliest, parseTime } from "../../lib/time.ts";
import type { Volume } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import { payloadOf, projectedOf } from "./projections.ts";
import { isMetadataOutdated, metadataToShow, showMetadata } from "./shown-metadata.ts";
import {
  ABSENT,
  currentSource,
  pruneVersions,
  replacedAtMs,
  type Source,
  sourceAt,
  sourceName,
  sourcesOf,
  versionOf,
} from "./sources.ts";

const SYNC_PERIOD_MS = 60_000;
const SYNC_JITTER_MS = 30_000;

/** Records what the volumes show when they are mounted. */
export function showFiles(context: PodContext): void {
  const { tx, pod, state, nowMs } = context;
  const namespace = pod.metadata.namespace ?? "";
  const shows = sourcesOf(pod).map((source) => [sourceName(source), versionOf(currentSource(tx, namespace, source))]);
  const metadata = metadataToShow(pod);
  const files = { mountedAtMs: nowMs, shows: Object.fromEntries(shows), writtenAtMs: {} };
  state.files = { ...files, ...(metadata && { metadata }) };
}

/**
 * Shows the changes that the kubelet has seen by now. Processes must have been brought up to this instant before.
 * Returns the time of the next sync that shows a change, ms.
 */
export function refreshFiles(context: PodContext): number | undefined {
  const { tx, pod, state, nowMs } = context;
  if (!state.files) return undefined;
  const namespace = pod.metadata.namespace ?? "";
  let nextAtMs: number | undefined;
  const seen: Source[] = [];
  for (const source of sourcesOf(pod)) {
    const shown = state.files.shows[sourceName(source)] ?? ABSENT;
    if (!isOutdated(context, source, shown)) continue;
    const syncAtMs = nextSyncMs(context, changedAtMs(tx, namespace, source, shown));
    if (syncAtMs <= nowMs) seen.push(source);
    else nextAtMs = earliest(nextAtMs, syncAtMs);
  }
  if (seen.length > 0) showAgain(context, seen);
  for (const volume of showMetadata(context)) {
    state.files.writtenAtMs = { ...state.files.writtenAtMs, [volume]: nowMs };
  }
  return nextAtMs;
}

/** Whether `refreshFiles` would change files now. */
export function isRefreshDue(context: PodContext): boolean {
  const { tx, pod, state, nowMs } = context;
  const namespace = pod.metadata.namespace ?? "";
  if (isMetadataOutdated(context)) return true;
  return sourcesOf(pod).some((source) => {
    const shown = state.files?.shows[sourceName(source)];
    if (shown === undefined || !isOutdated(context, source, shown)) return false;
    return nextSyncMs(context, changedAtMs(tx, namespace, source, shown)) <= nowMs;
  });
}

/**
 * The versions that single files of a container show: those at its present start. The first call after the start
 * records them.
 */
export function pinnedVersions({ state }: PodContext, container: string, start: number): Record<string, string> {
  const files = state.files;
  if (!files) return {};
  const known = files.pinned?.[container];
  if (known?.start === start) return known.shows;
  state.files = { ...files, pinned: { ...files.pinned, [container]: { start, shows: files.shows } } };
  return files.shows;
}

/** When the present data appeared: the version before was replaced, or the object was created. */
function changedAtMs(tx: Transaction, namespace: string, source: Source, shown: string): number {
  const created = currentSource(tx, namespace, source)?.metadata.creationTimestamp;
  return Math.max(replacedAtMs(tx, namespace, source, shown) ?? 0, created === undefined ? 0 : parseTime(created));
}

/** An optional source may appear and disappear. Others stay as they were when they are removed, or cannot change. */
function isOutdated({ tx, pod }: PodContext, source: Source, shown: string): boolean {
  const namespace = pod.metadata.namespace ?? "";
  const current = currentSource(tx, namespace, source);
  if (!current) return source.isOptional === true && shown !== ABSENT;
  if (versionOf(current) === shown) return false;
  return sourceAt(tx, namespace, source, shown)?.immutable !== true;
}

/** The first sync of the pod after an instant. */
export function nextSyncMs({ tx, pod, state }: Pick<PodContext, "tx" | "pod" | "state">, afterMs: number): number {
  if (tx.settings.latency === "instant") return afterMs + 1;
  if (afterMs < state.acceptedAtMs) return state.acceptedAtMs;
  const periodMs = SYNC_PERIOD_MS + (hash32(`${pod.metadata.uid}/sync`) % SYNC_JITTER_MS);
  const syncs = Math.floor((afterMs - state.acceptedAtMs) / periodMs) + 1;
  return state.acceptedAtMs + syncs * periodMs;
}

/** Files whose content stays equal are not written again, so the time in the folder's name stays. */
function showAgain(context: PodContext, changed: readonly Source[]): void {
  const { tx, pod, state, nowMs } = context;
  const namespace = pod.metadata.namespace ?? "";
  const files = state.files!;
  const names = new Set(changed.map(sourceName));
  const touched = (pod.spec.volumes ?? []).filter((volume) =>
    sourcesOf({ spec: { ...pod.spec, volumes: [volume] } }).some((source) => names.has(sourceName(source))),
  );
  const before = touched.map((volume) => contentOf(context, volume));
  const shows = { ...files.shows };
  for (const source of changed) shows[sourceName(source)] = versionOf(currentSource(tx, namespace, source));
  state.files = { ...files, shows };
  const after = touched.map((volume) => contentOf(context, volume));
  const written = touched.filter((_, index) => before[index] !== after[index]).map(({ name }) => [name, nowMs]);
  state.files.writtenAtMs = { ...files.writtenAtMs, ...Object.fromEntries(written) };
  for (const source of changed) pruneVersions(tx, namespace, source, context);
}

/** Paths and contents that follow from ConfigMaps and Secrets. */
function contentOf(context: PodContext, volume: Volume): string {
  const projected = projectedOf(volume);
  if (!projected) return "";
  const keys = { ...projected, projections: projected.projections.filter(({ type }) => type === "keys") };
  const payload = payloadOf(keys, { context, find: shownSource(context), nowMs: () => context.nowMs });
  return JSON.stringify([...payload].map(([path, { content, mode }]) => [path, mode, content()]));
}

/** Finds the data of a source as the pod shows it, or as it was in `shows`. */
export function shownSource(
  { tx, pod, state }: PodContext,
  shows: Readonly<Record<string, string>> | undefined = state.files?.shows,
): (source: Source) => ReturnType<typeof sourceAt> {
  const namespace = pod.metadata.namespace ?? "";
  return (source) => {
    const version = shows?.[sourceName(source)];
    return version === undefined ? currentSource(tx, namespace, source) : sourceAt(tx, namespace, source, version);
  };
}

/**
 * Evicts a pod that uses more of the node's disk than its emptyDirs and containers may.
 * Kubernetes: pkg/kubelet/eviction/eviction_manager.go (`localStorageEviction`)
 */

import type { ObjectKey } from "../kinds/kind.ts";
import { addQuantities, formatQuantity, parseQuantity, quantityValue } from "../lib/quantity.ts";
import type { Pod } from "../schema/index.ts";
import { containersOf, type PodContext } from "./context.ts";
import { containerLayerKey, podVolumeKey } from "./mounts/keys.ts";
import { layerBytes } from "./mounts/layer-rows.ts";

/** The eviction manager compares usage with limits in this interval. */
const INTERVAL_MS = 10_000;
const STORAGE = "ephemeral-storage";

/** When the kubelet evicts the pod, ms; undefined if it uses no more than it may. */
export function evictionMs(context: PodContext): number | undefined {
  const { tx, pod, state, nowMs } = context;
  if (state.stop || state.isFinished || !hasLimit(pod) || !tx.getByKey(podKeyOf(pod))) return undefined;
  const message = exceededLimit(context, (key) => layerBytes(tx, key));
  if (message === undefined) state.eviction = undefined;
  else state.eviction = { message, atMs: state.eviction?.atMs ?? nowMs + INTERVAL_MS };
  return state.eviction?.atMs;
}

function podKeyOf({ metadata }: Pod) {
  return `core/pods/${metadata.namespace}/${metadata.name}` as const;
}

function hasLimit({ spec }: Pod): boolean {
  const ofVolume = spec.volumes?.some(({ emptyDir }) => diskLimit(emptyDir) !== undefined);
  return ofVolume || spec.containers.some(({ resources }) => resources?.limits?.[STORAGE] !== undefined);
}

function diskLimit(source: { medium?: string; sizeLimit?: string } | null | undefined): string | undefined {
  const limit = source?.medium === "Memory" ? undefined : source?.sizeLimit;
  return limit === "0" ? undefined : limit;
}

/**
 * The eviction's message for the first limit that is exceeded; undefined if the pod has none. `bytesOf`: octets of a
 * layer's files.
 */
export function exceededLimit(context: PodContext, bytesOf: (layer: ObjectKey) => number): string | undefined {
  const { pod } = context;
  if (!hasLimit(pod)) return undefined;
  let volumeBytes = 0;
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    if (!emptyDir || emptyDir.medium === "Memory") continue;
    const usedBytes = bytesOf(podVolumeKey(pod, name));
    volumeBytes += usedBytes;
    const limit = diskLimit(emptyDir);
    if (limit !== undefined && usedBytes > quantityValue(limit)) {
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `;
    }
  }
  const layers = containersOf(context).map(({ spec }) => ({
    name: spec.name,
    usedBytes: bytesOf(containerLayerKey(pod, spec.name)),
    limit: spec.resources?.limits?.[STORAGE],
  }));
  const limits = layers.flatMap(({ limit }) => limit ?? []);
  const total = limits.map(parseQuantity).reduce(addQuantities, parseQuantity("0"));
  const usedBytes = layers.reduce((sum, layer) => sum + layer.usedBytes, volumeBytes);
  if (limits.length > 0 && usedBytes > quantityValue(formatQuantity(total))) {
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(total)}. `;
  }
  const container = layers.find((layer) => layer.limit !== undefined && layer.usedBytes > quantityValue(layer.limit));
  return container && `Container ${container.name} exceeded its local ephemeral storage limit "${container.limit}". `;
}

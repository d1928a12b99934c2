/**
 * emptyDir: an empty directory that lives as long as its pod. A limit on memory is the size of its file system; one on
 * disk is what the kubelet compares (`emptyDirOverLimit`).
 * Kubernetes: pkg/volume/emptydir/empty_dir.go, pkg/kubelet/eviction/eviction_manager.go (`emptyDirLimitEviction`)
 */
import type { BaseEntries } from "../../files/entry.ts";
import { quantityValue } from "../../lib/quantity.ts";
import type { Pod, Volume } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import { podVolumeKey } from "./keys.ts";
import { diskOf, MEMORY_DISK } from "./node-disk.ts";
import type { VolumeTrees } from "./volume-trees.ts";
import type { OpenContext, OpenedVolume, VolumeType } from "./volume-type.ts";

export const emptyDir: VolumeType = {
  source: "emptyDir",
  open({ context, trees }, volume) {
    const isMemory = volume.emptyDir?.medium === "Memory";
    const limit = volume.emptyDir?.sizeLimit;
    const limitBytes = limit === undefined || limit === "0" ? undefined : quantityValue(limit);
    const sizeBytes = isMemory ? limitBytes : undefined;
    const tree = trees.open(podVolumeKey(context.pod, volume.name), rootOf(context.pod), sizeBytes);
    const disk = isMemory ? MEMORY_DISK : diskOf(context.node, tree.usedBytes);
    const shows =
      isMemory && limitBytes !== undefined ? { sizeBytes: limitBytes, usedBytes: tree.usedBytes } : undefined;
    return { tree, ...disk, ...(shows && { shows }) };
  },
};

/** An inline CSI volume likewise lives as long as its pod. */
export const inlineCsi: VolumeType = {
  source: "csi",
  open({ context, trees }: OpenContext, volume: Volume): OpenedVolume {
    const tree = trees.open(podVolumeKey(context.pod, volume.name), rootOf(context.pod));
    return { tree, readOnly: volume.csi?.readOnly === true, ...diskOf(context.node, tree.usedBytes) };
  },
};

function rootOf({ metadata, spec }: Pod): BaseEntries {
  const gid = spec.securityContext?.fsGroup;
  const modifiedAtMs = Date.parse(metadata.creationTimestamp ?? "") || 0;
  const root = { type: "directory" as const, uid: 0, modifiedAtMs };
  return { "/": gid === undefined ? { ...root, gid: 0, mode: 0o777 } : { ...root, gid, mode: 0o2777 } };
}

/**
 * The message of the eviction for the first emptyDir that holds more than its `sizeLimit`; undefined if there is none.
 * The kubelet evicts such a pod (reason `Evicted`).
 */
export function emptyDirOverLimit({ pod }: Pick<PodContext, "pod">, trees: VolumeTrees): string | undefined {
  for (const { name, emptyDir: source } of pod.spec.volumes ?? []) {
    const limit = source?.sizeLimit;
    if (!source || limit === undefined || limit === "0") continue;
    const { usedBytes } = trees.open(podVolumeKey(pod, name), rootOf(pod));
    if (usedBytes > quantityValue(limit)) return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `;
  }
  return undefined;
}

/**
 * emptyDir: an empty directory that lives as long as its pod. A limit on memory is the size of its file system; the
 * kubelet compares one on disk (`eviction.ts`).
 * Kubernetes: pkg/volume/emptydir/empty_dir.go
 */
import type { BaseEntries } from "../../files/entry.ts";
import { quantityValue } from "../../lib/quantity.ts";
import type { Pod, Volume } from "../../schema/index.ts";
import { podVolumeKey } from "./keys.ts";
import { diskOf, MEMORY_DISK } from "./node-disk.ts";
import type { OpenContext, OpenedVolume, VolumeType } from "./volume-type.ts";

export const emptyDir: VolumeType = {
  source: "emptyDir",
  open({ context, trees }, volume) {
    const isMemory = volume.emptyDir?.medium === "Memory";
    const limit = volume.emptyDir?.sizeLimit;
    const limitBytes = limit === undefined || limit === "0" ? undefined : quantityValue(limit);
    const sizeBytes = isMemory ? limitBytes : undefined;
    const tree = trees.open(podVolumeKey(context.pod, volume.name), rootOf(context.pod), { sizeBytes, isMemory });
    if (!isMemory) return { tree, ...diskOf(context.node, tree) };
    if (limitBytes === undefined) return { tree, ...MEMORY_DISK };
    const shows = {
      sizeBytes: limitBytes,
      get usedBytes() {
        return tree.usedBytes;
      },
    };
    return { tree, ...MEMORY_DISK, shows };
  },
};

/** An inline CSI volume likewise lives as long as its pod. */
export const inlineCsi: VolumeType = {
  source: "csi",
  open({ context, trees }: OpenContext, volume: Volume): OpenedVolume {
    const tree = trees.open(podVolumeKey(context.pod, volume.name), rootOf(context.pod));
    return { tree, readOnly: volume.csi?.readOnly === true, ...diskOf(context.node, tree) };
  },
};

function rootOf({ metadata, spec }: Pod): BaseEntries {
  const gid = spec.securityContext?.fsGroup;
  const modifiedAtMs = Date.parse(metadata.creationTimestamp ?? "") || 0;
  const root = { type: "directory" as const, uid: 0, modifiedAtMs };
  return { "/": gid === undefined ? { ...root, gid: 0, mode: 0o777 } : { ...root, gid, mode: 0o2777 } };
}

/**
 * Volumes that show data of the cluster: configMap, secret, downwardAPI and projected.
 * Kubernetes: pkg/volume/projected/projected.go, pkg/volume/util/nested_volumes.go
 */
import { LayerTree } from "../../files/tree.ts";
import type { Volume } from "../../schema/index.ts";
import { payloadTree } from "./payload.ts";
import { payloadOf, projectedOf, projectionProblem } from "./projections.ts";
import { shownSource } from "./shown-files.ts";
import { currentSource } from "./sources.ts";
import type { OpenContext, OpenedVolume, VolumeType } from "./volume-type.ts";

const SOURCES = ["configMap", "secret", "downwardAPI", "projected"] as const;

export const projectedVolumes: readonly VolumeType[] = SOURCES.map((source) => ({
  source,
  problem(context, volume) {
    const { tx, pod } = context;
    const find = (from: Parameters<typeof currentSource>[2]) => currentSource(tx, pod.metadata.namespace ?? "", from);
    return projectionProblem(context, projectedOf(volume)!, find);
  },
  open: (open, volume) => openProjected(open, volume),
}));

/** `shows`: the versions of the sources; absent: the versions that the pod shows now. */
export function openProjected(
  { context, nowMs }: OpenContext,
  volume: Volume,
  shows?: Readonly<Record<string, string>>,
): OpenedVolume {
  const { pod, state } = context;
  const payload = payloadOf(projectedOf(volume)!, { context, find: shownSource(context, shows), nowMs });
  const fsGroup = pod.spec.securityContext?.fsGroup;
  const base = payloadTree(payload, {
    writtenAtMs: state.files?.writtenAtMs[volume.name] ?? state.files?.mountedAtMs ?? context.nowMs,
    seed: `${pod.metadata.uid}/${volume.name}`,
    ...(fsGroup !== undefined && { fsGroup }),
  });
  const isMemory = !volume.configMap && !volume.downwardAPI;
  return {
    tree: new LayerTree(base),
    readOnly: true,
    holdsMountPoints: true,
    fileSystemType: isMemory ? "tmpfs" : "ext4",
    source: isMemory ? "tmpfs" : "/dev/vda1",
  };
}

/**
 * All types of volumes.
 * Kubernetes: cmd/kubelet/app/plugins.go
 */
import type { Volume } from "../../schema/index.ts";
import { emptyDir, inlineCsi } from "./empty-dir.ts";
import { hostPath } from "./host-path.ts";
import { imageVolume } from "./image-volume.ts";
import { gitRepo, networkVolumes } from "./network-volume.ts";
import { claims, ephemeralClaims } from "./persistent-volume.ts";
import { projectedVolumes } from "./projected.ts";
import type { VolumeType } from "./volume-type.ts";

const TYPES: readonly VolumeType[] = [
  emptyDir,
  ...projectedVolumes,
  claims,
  ephemeralClaims,
  hostPath,
  imageVolume,
  inlineCsi,
  gitRepo,
  ...networkVolumes,
];

/** The type of a volume. A volume without a source is an emptyDir. */
export function volumeTypeOf(volume: Volume): VolumeType {
  return TYPES.find(({ source }) => volume[source] !== undefined && volume[source] !== null) ?? emptyDir;
}

/**
 * The shape of a type of volumes.
 * Kubernetes: pkg/volume/plugins.go (`VolumePlugin`)
 */
import type { Mount } from "../../files/mount.ts";
import type { Volume } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import type { VolumeTrees } from "./volume-trees.ts";

export interface OpenContext {
  context: PodContext;
  trees: VolumeTrees;
  /** Time of the processes that look, ms. */
  nowMs: () => number;
}

/** A volume as containers mount it. `subPath` is where it begins in its tree. */
export type OpenedVolume = Omit<Mount, "path">;

export interface VolumeType {
  /** The field of the volume that selects this type. */
  source: keyof Volume;
  /** Why the kubelet cannot set up the volume now, in its words; undefined if it can. */
  problem?(context: PodContext, volume: Volume): string | undefined;
  /** Called once, when all volumes of the pod can be set up. */
  setUp?(open: OpenContext, volume: Volume): void;
  open(open: OpenContext, volume: Volume): OpenedVolume;
}

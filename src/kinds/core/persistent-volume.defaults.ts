/**
 * Defaults of a PersistentVolume's source and capacity.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_PersistentVolume)
 */
import type { PersistentVolumeSpec } from "../../schema/index.ts";
import { defaultAmounts } from "./pod-spec/resources.defaults.ts";
import { defaultSource } from "./pod-spec/volumes.defaults.ts";

/** Defaults of source and capacity, in PersistentVolumes and in VolumeAttachments. */
export function defaultVolumeSpec(spec: PersistentVolumeSpec): void {
  defaultSource(spec);
  defaultAmounts(spec.capacity);
}

/**
 * Defaults of a PersistentVolumeClaim's specification.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_PersistentVolumeClaimSpec)
 */
import type { PersistentVolumeClaimSpec } from "../../schema/index.ts";
import { setDefault } from "../set-default.ts";
import { defaultAmounts } from "./pod-spec/resources.defaults.ts";

export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): void {
  setDefault(spec, "volumeMode", "Filesystem");
  defaultAmounts(spec.resources?.limits, spec.resources?.requests);
}

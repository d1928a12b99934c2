/**
 * Warnings of PersistentVolumeClaims: the older class annotation, and sizes in fractions of a byte.
 *
 * Kubernetes: pkg/api/persistentvolumeclaim/util.go (GetWarningsForPersistentVolumeClaim)
 */
import type { ObjectMeta, PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../../schema/index.ts";
import { fractionWarning } from "./pod-spec/containers.warnings.ts";

const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

export function claimWarnings(claim: PersistentVolumeClaim): string[] {
  return [...classAnnotationWarnings(claim.metadata), ...claimSpecWarnings(claim.spec, "spec")];
}

export function claimSpecWarnings({ resources }: PersistentVolumeClaimSpec, path: string): string[] {
  return [
    ...fractionWarning(resources?.requests, "storage", `${path}.resources.requests`),
    ...fractionWarning(resources?.limits, "storage", `${path}.resources.limits`),
  ];
}

export function classAnnotationWarnings({ annotations = {} }: ObjectMeta): string[] {
  if (!Object.hasOwn(annotations, CLASS_ANNOTATION)) return [];
  const why = 'deprecated since v1.8; use "storageClassName" attribute instead';
  return [`metadata.annotations[${CLASS_ANNOTATION}]: ${why}`];
}

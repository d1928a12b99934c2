/**
 * Warnings of PersistentVolumes: deprecated annotations, policies, labels and plugins.
 *
 * Kubernetes: pkg/api/persistentvolume/util.go (GetWarningsForPersistentVolume)
 */
import type { PersistentVolume } from "../../schema/index.ts";
import { termWarnings } from "../validation/label-warnings.ts";
import { classAnnotationWarnings } from "./persistent-volume-claim.warnings.ts";
import { pluginWarnings } from "./pod-spec/volumes.warnings.ts";

const MOUNT_OPTIONS_ANNOTATION = "volume.beta.kubernetes.io/mount-options";

export function volumeObjectWarnings({ metadata, spec }: PersistentVolume): string[] {
  const warnings = classAnnotationWarnings(metadata);
  if (Object.hasOwn(metadata.annotations ?? {}, MOUNT_OPTIONS_ANNOTATION)) {
    const why = 'deprecated since v1.31; use "mountOptions" attribute instead';
    warnings.push(`metadata.annotations[${MOUNT_OPTIONS_ANNOTATION}]: ${why}`);
  }
  if (spec.persistentVolumeReclaimPolicy === "Recycle") {
    const why =
      "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.";
    warnings.push(`spec.persistentVolumeReclaimPolicy: ${why}`);
  }
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) {
    warnings.push(...termWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`));
  }
  return [...warnings, ...pluginWarnings(spec, "spec")];
}

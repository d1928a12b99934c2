/**
 * The ACCESS MODES and STORAGECLASS columns of volumes and claims.
 *
 * Kubernetes: pkg/apis/core/helper/helpers.go (GetAccessModesAsString, GetPersistentVolumeClaimClass)
 */
import type { KubernetesObject } from "../../schema/index.ts";

const SHORT_MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** `RWO,ROX`, in Kubernetes' order. */
export function accessModes(modes: readonly string[] | undefined): string {
  return Object.keys(SHORT_MODES)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => SHORT_MODES[mode])
    .join(",");
}

/** The class of a volume or claim; the annotation is its older form. */
export function storageClassOf({ metadata, spec }: KubernetesObject & { spec: { storageClassName?: string } }): string {
  return metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName ?? "";
}

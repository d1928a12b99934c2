/**
 * Annotations and finalizers that the API server, the volume binder, provisioners and the scheduler share.
 *
 * Kubernetes: staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go
 *   pkg/volume/util/util.go
 */
import type { KubernetesObject, StorageClass } from "../../schema/types.ts";

/** On a claim: its volume has been found and written into it. */
export const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
/** On a claim or volume: the binder, and not a user, chose the other one; so the binder may undo it. */
export const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
/** On a volume: who made it, and so who removes it. */
export const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
/** On a claim: where the pod that waits for it is to run. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";
/** On a claim: who is to make its volume, in the old and in the present spelling. */
export const STORAGE_PROVISIONERS = [
  "volume.beta.kubernetes.io/storage-provisioner",
  "volume.kubernetes.io/storage-provisioner",
] as const;
/** On a class: claims that name none get it. */
export const IS_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
/** On a class of volume attributes: shown as the default one. */
export const IS_DEFAULT_ATTRIBUTES_CLASS = "volumeattributesclass.alpha.kubernetes.io/is-default-class";

/** A claim stays while pods use it, a volume while it is bound. */
export const CLAIM_PROTECTION = "kubernetes.io/pvc-protection";
export const VOLUME_PROTECTION = "kubernetes.io/pv-protection";
/** A volume stays until its provisioner has removed what is behind it. */
export const PROVISIONER_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

/** The provisioner of the classes of a fresh cluster. */
export const SANDBAR_PROVISIONER = "sandbar.dev/virtual";

/** The class of claims that name none: of several defaults the newest, then the first by name. */
export function defaultStorageClass<T extends StorageClass & KubernetesObject>(classes: readonly T[]): T | undefined {
  const createdAt = ({ metadata }: T) => metadata.creationTimestamp ?? "";
  const nameOf = ({ metadata }: T) => metadata.name ?? "";
  return classes
    .filter(({ metadata }) => metadata.annotations?.[IS_DEFAULT_CLASS] === "true")
    .sort((a, b) => {
      if (createdAt(a) !== createdAt(b)) return createdAt(a) < createdAt(b) ? 1 : -1;
      return nameOf(a) < nameOf(b) ? -1 : 1;
    })[0];
}

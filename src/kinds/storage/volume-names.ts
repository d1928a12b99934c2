/**
 * Annotations and finalizers that the API server, the volume binder, provisioners and the scheduler share.
 *
 * Kubernetes: staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go
 *   pkg/volume/util/util.go
 */
import type { KubernetesObject, StorageClass } from "../../schema/types.ts";

/** On a claim: the binder has set its volume. */
export const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
/** On a claim or volume: the binder chose the other one, so the binder may undo the binding. */
export const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
/** On a volume: its provisioner, which also deletes it. */
export const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
/** On a claim: the node of the pod that waits for it. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";
/** On a claim: its provisioner, in the old and in the present spelling. */
export const STORAGE_PROVISIONERS = [
  "volume.beta.kubernetes.io/storage-provisioner",
  "volume.kubernetes.io/storage-provisioner",
] as const;
/** On a class: it is the default class. */
export const IS_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
/** On a VolumeAttributesClass: shown as the default. */
export const IS_DEFAULT_ATTRIBUTES_CLASS = "volumeattributesclass.alpha.kubernetes.io/is-default-class";

/** Finalizers: keep a claim while pods use it, and a volume while it is bound. */
export const CLAIM_PROTECTION = "kubernetes.io/pvc-protection";
export const VOLUME_PROTECTION = "kubernetes.io/pv-protection";
/** Finalizer: keeps a volume until its provisioner has removed the storage. */
export const PROVISIONER_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

/** The provisioner of the classes of a fresh cluster. */
export const SANDBAR_PROVISIONER = "sandbar.dev/virtual";

/** The driver of provisioned volumes. Names of drivers are DNS subdomains, unlike those of provisioners. */
export const SANDBAR_DRIVER = "virtual.sandbar.dev";

/** The default class: of several, the newest, then the first by name. */
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

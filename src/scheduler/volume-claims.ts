/**
 * The claims of a pod that is being scheduled. All must exist. Claims with immediate binding must be bound; claims with
 * WaitForFirstConsumer get a volume on the chosen node.
 * Kubernetes: pkg/scheduler/framework/plugins/volumebinding/binder.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { claimNamesOf } from "../controllers/volumes/pod-claims.ts";
import { persistentVolumeKind } from "../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistent-volume-claim.ts";
import { storageClassKind } from "../kinds/storage/storage-class.ts";
import { BOUND_BY_CONTROLLER, SELECTED_NODE } from "../kinds/storage/volume-names.ts";
import { compareQuantities } from "../lib/quantity.ts";
import { matchesLabelSelector } from "../lib/selectors.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../schema/index.ts";

/** The provisioner of classes whose volumes an administrator creates. */
const NO_PROVISIONER = "kubernetes.io/no-provisioner";

/** Why the pod's claims exclude every node; undefined if they do not. */
export function claimProblem(tx: Transaction, pod: Pod): string | undefined {
  for (const name of claimNamesOf(pod)) {
    const claim = claimNamed(tx, pod, name);
    if (!claim) return `persistentvolumeclaim "${name}" not found`;
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
    if (claim.status?.phase === "Lost") {
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`;
    }
    if (!isBound(claim) && !waitsForPod(tx, claim)) return "pod has unbound immediate PersistentVolumeClaims";
  }
  return undefined;
}

/** The pod's claims that exist. */
export function claimsOf(tx: Transaction, pod: Pod): PersistentVolumeClaim[] {
  return claimNamesOf(pod).flatMap((name) => claimNamed(tx, pod, name) ?? []);
}

export function isBound({ spec, status }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && status?.phase === "Bound";
}

export function volumeOf(tx: Transaction, { spec }: PersistentVolumeClaim): PersistentVolume | undefined {
  return spec.volumeName ? tx.get(persistentVolumeKind, "", spec.volumeName) : undefined;
}

/** True if the claim's class has a provisioner. */
export function canBeProvisioned(tx: Transaction, { spec }: PersistentVolumeClaim): boolean {
  const storageClass = tx.get(storageClassKind, "", spec.storageClassName ?? "");
  return storageClass !== undefined && storageClass.provisioner !== NO_PROVISIONER;
}

/** The smallest free volume that fits the claim and that `reaches` accepts. */
export function matchingVolume(
  tx: Transaction,
  claim: PersistentVolumeClaim,
  reaches: (volume: PersistentVolume) => boolean,
): PersistentVolume | undefined {
  const volumeSizeOf = ({ spec }: PersistentVolume) => spec.capacity?.["storage"] ?? "0";
  return tx
    .list(persistentVolumeKind)
    .filter((volume) => fits(volume, claim) && reaches(volume))
    .sort((a, b) => compareQuantities(volumeSizeOf(a), volumeSizeOf(b)))[0];
}

/**
 * For each unbound claim of the pod: reserves a free volume that is reachable from the node, or writes the selected
 * node for the provisioner. Returns false while the pod has unbound claims.
 */
export function bindClaims(
  tx: Transaction,
  pod: Pod,
  { node, isReachable }: { node: string; isReachable: (volume: PersistentVolume) => boolean },
): boolean {
  const unbound = claimsOf(tx, pod).filter((claim) => !isBound(claim));
  for (const claim of unbound) {
    if (isPromised(tx, claim) || claim.metadata.annotations?.[SELECTED_NODE] === node) continue;
    const volume = matchingVolume(tx, claim, isReachable);
    if (volume) promise(tx, volume, claim);
    else selectNode(tx, claim, node);
  }
  return unbound.length === 0;
}

function promise(tx: Transaction, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  tx.update(persistentVolumeKind, volume, ({ metadata, spec }) => {
    metadata.annotations = { ...metadata.annotations, [BOUND_BY_CONTROLLER]: "yes" };
    spec.claimRef = { kind: "PersistentVolumeClaim", namespace, name, uid, apiVersion: "v1", resourceVersion };
  });
}

function selectNode(tx: Transaction, claim: PersistentVolumeClaim, node: string): void {
  tx.update(persistentVolumeClaimKind, claim, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [SELECTED_NODE]: node };
  });
}

function isPromised(tx: Transaction, { metadata }: PersistentVolumeClaim): boolean {
  return tx.list(persistentVolumeKind).some(({ spec }) => spec.claimRef?.uid === metadata.uid);
}

function fits({ metadata, spec, status }: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const wanted = claim.spec;
  if (metadata.deletionTimestamp || spec.claimRef || status.phase !== "Available") return false;
  if ((spec.storageClassName ?? "") !== (wanted.storageClassName ?? "")) return false;
  if ((spec.volumeMode ?? "Filesystem") !== (wanted.volumeMode ?? "Filesystem")) return false;
  if (wanted.selector && !matchesLabelSelector(wanted.selector, metadata.labels)) return false;
  const request = wanted.resources?.requests?.["storage"] ?? "0";
  if (compareQuantities(spec.capacity?.["storage"] ?? "0", request) < 0) return false;
  return (wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode));
}

function claimNamed(tx: Transaction, pod: Pod, name: string): PersistentVolumeClaim | undefined {
  return tx.get(persistentVolumeClaimKind, pod.metadata.namespace ?? "", name);
}

function waitsForPod(tx: Transaction, { spec }: PersistentVolumeClaim): boolean {
  return tx.get(storageClassKind, "", spec.storageClassName ?? "")?.volumeBindingMode === "WaitForFirstConsumer";
}

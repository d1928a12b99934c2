/** Claims that a pod refers to: they must exist; those of an immediate class must be bound, others wait for its node. */
import type { Transaction } from "../cluster/transaction.ts";
import { persistentVolumeKind } from "../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistent-volume-claim.ts";
import { storageClassKind } from "../kinds/storage/storage-class.ts";
import { BOUND_BY_CONTROLLER, SELECTED_NODE } from "../kinds/storage/volume-names.ts";
import { compareQuantities } from "../lib/quantity.ts";
import { matchesLabelSelector } from "../lib/selectors.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../schema/index.ts";

/** A class whose volumes are made by hand. */
const NO_PROVISIONER = "kubernetes.io/no-provisioner";

/** What keeps the pod from any node; undefined if nothing does. */
export function claimProblem(tx: Transaction, pod: Pod): string | undefined {
  for (const name of claimNames(pod)) {
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
  return claimNames(pod).flatMap((name) => claimNamed(tx, pod, name) ?? []);
}

export function isBound({ spec, status }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && status?.phase === "Bound";
}

export function volumeOf(tx: Transaction, { spec }: PersistentVolumeClaim): PersistentVolume | undefined {
  return spec.volumeName ? tx.get(persistentVolumeKind, "", spec.volumeName) : undefined;
}

/** Could a volume for the claim be made? */
export function canBeProvisioned(tx: Transaction, { spec }: PersistentVolumeClaim): boolean {
  const storageClass = tx.get(storageClassKind, "", spec.storageClassName ?? "");
  return storageClass !== undefined && storageClass.provisioner !== NO_PROVISIONER;
}

/** The smallest free volume for a claim among those that `reaches` allows. */
export function matchingVolume(
  tx: Transaction,
  claim: PersistentVolumeClaim,
  reaches: (volume: PersistentVolume) => boolean,
): PersistentVolume | undefined {
  const sizeOf = ({ spec }: PersistentVolume) => spec.capacity?.["storage"] ?? "0";
  return tx
    .list(persistentVolumeKind)
    .filter((volume) => fits(volume, claim) && reaches(volume))
    .sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))[0];
}

/**
 * Gives each claim that waits for the pod a volume that the node reaches, or tells it where one is to be made. False while
 * the pod has to wait for them.
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

/** Claims that the pod names, and those that are made for it. */
export function claimNames({ metadata, spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (ephemeral) return [`${metadata.name}-${name}`];
    return persistentVolumeClaim ? [persistentVolumeClaim.claimName] : [];
  });
}

function claimNamed(tx: Transaction, pod: Pod, name: string): PersistentVolumeClaim | undefined {
  return tx.get(persistentVolumeClaimKind, pod.metadata.namespace ?? "", name);
}

function waitsForPod(tx: Transaction, { spec }: PersistentVolumeClaim): boolean {
  return tx.get(storageClassKind, "", spec.storageClassName ?? "")?.volumeBindingMode === "WaitForFirstConsumer";
}

/**
 * Which of the existing volumes fits a claim: the smallest that satisfies the request.
 * Kubernetes: staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go (FindMatchingVolume)
 */
import { compareQuantities } from "../../lib/quantity.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../schema/index.ts";

export interface MatchOptions {
  /** Accept only volumes whose claimRef is this claim: free ones are not taken before a pod is scheduled. */
  onlyPromised?: boolean;
  /** Further volumes that must not be taken, such as those unreachable from a node. */
  isExcluded?: (volume: PersistentVolume) => boolean;
}

/**
 * The volume for a claim: one whose claimRef is the claim, else the smallest that fits, of those with the fewest access
 * modes.
 */
export function findMatch(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { onlyPromised = false, isExcluded = () => false }: MatchOptions = {},
): PersistentVolume | undefined {
  const possible = volumes.filter((volume) => !isExcluded(volume) && canHold(volume, claim));
  const promised = possible.find((volume) => isPromisedTo(volume, claim));
  if (promised || onlyPromised) return promised;
  return possible
    .filter((volume) => isFree(volume) && isWanted(volume, claim))
    .sort((a, b) => modesOf(a).length - modesOf(b).length || compareQuantities(volumeSizeOf(a), volumeSizeOf(b)))[0];
}

/**
 * True if the volume's claimRef is this claim. A claimRef with the uid of an earlier claim of this name does not count.
 */
export function isPromisedTo({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Why the claim cannot bind to the volume that it names; undefined if it can. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (compareQuantities(volumeSizeOf(volume), requestOf(claim)) < 0) return "requested PV is too small";
  if (classOf(volume) !== classOf(claim)) return "storageClassName does not match";
  if ((volume.spec.volumeMode ?? "Filesystem") !== (claim.spec.volumeMode ?? "Filesystem")) {
    return "incompatible volumeMode";
  }
  return offersModes(volume, claim) ? undefined : "incompatible accessMode";
}

export function requestOf({ spec }: PersistentVolumeClaim): string {
  return spec.resources?.requests?.["storage"] ?? "0";
}

export function volumeSizeOf({ spec }: PersistentVolume): string {
  return spec.capacity?.["storage"] ?? "0";
}

export function classOf({ spec }: PersistentVolume | PersistentVolumeClaim): string {
  return spec.storageClassName ?? "";
}

function canHold(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (
    volume.metadata.deletionTimestamp === undefined &&
    (volume.spec.volumeMode ?? "Filesystem") === (claim.spec.volumeMode ?? "Filesystem") &&
    compareQuantities(volumeSizeOf(volume), requestOf(claim)) >= 0
  );
}

function isFree({ spec, status }: PersistentVolume): boolean {
  return spec.claimRef === undefined && status.phase === "Available";
}

function isWanted(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const { selector } = claim.spec;
  if (selector && !matchesLabelSelector(selector, volume.metadata.labels)) return false;
  return classOf(volume) === classOf(claim) && offersModes(volume, claim);
}

function offersModes(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (claim.spec.accessModes ?? []).every((mode) => modesOf(volume).includes(mode));
}

function modesOf({ spec }: PersistentVolume): readonly string[] {
  return spec.accessModes ?? [];
}

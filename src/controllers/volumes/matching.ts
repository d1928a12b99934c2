/** Which of the volumes that exist fits a claim: the smallest that can do what is asked. */
import { compareQuantities } from "../../lib/quantity.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../schema/index.ts";

export interface MatchOptions {
  /** Only volumes that were promised to this claim: the others wait until a pod says where it runs. */
  onlyPromised?: boolean;
  /** Volumes that may not be taken, beyond what the claim says: not reachable from a node, or taken a moment ago. */
  isExcluded?: (volume: PersistentVolume) => boolean;
}

/** The volume for a claim: one that is promised to it, else the smallest fitting one with the fewest access modes. */
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

/** Its claimRef names this claim, and no other one that had the same name before. */
export function isPromisedTo({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { claimRef } = spec;
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/** Why a volume that a claim names cannot be its; undefined if it can. */
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

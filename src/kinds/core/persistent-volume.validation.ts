/**
 * Validation of PersistentVolumes, and of the modes that claims share.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidatePersistentVolume, ValidatePersistentVolumeUpdate)
 */
import { equalJson } from "../../lib/json.ts";
import { parseQuantity } from "../../lib/quantity.ts";
import { unifiedDiff } from "../../lib/unified-diff.ts";
import type { PersistentVolume } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, notSupported, required } from "../validation/field-errors.ts";
import { printedForm, volumeSourceForm } from "../validation/internal-form.ts";
import { immutable, validateObjectMeta } from "../validation/object-meta.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"];
export const VOLUME_MODES = ["Block", "Filesystem"];

/** Fields of a volume that are not sources. */
const NOT_SOURCES = new Set([
  "capacity",
  "accessModes",
  "claimRef",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "mountOptions",
  "volumeMode",
  "nodeAffinity",
  "volumeAttributesClassName",
]);

export function validateVolume(volume: PersistentVolume): FieldError[] {
  const { spec } = volume;
  const errors = validateObjectMeta(volume, { namespaced: false });
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required("spec.accessModes"));
  errors.push(...validateAccessModes(modes, "spec.accessModes"));
  const capacity = spec.capacity ?? {};
  if (Object.keys(capacity).length === 0) errors.push(required("spec.capacity"));
  const size = capacity["storage"];
  if (size === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported("spec.capacity", Object.keys(capacity), ["storage"]));
  } else if (parseQuantity(size).nanos <= 0n) {
    errors.push(invalid("spec.capacity[storage]", size, "must be greater than zero"));
  }
  const policy = spec.persistentVolumeReclaimPolicy ?? "";
  if (policy && !RECLAIM_POLICIES.includes(policy)) {
    errors.push(notSupported("spec.persistentVolumeReclaimPolicy", policy, RECLAIM_POLICIES));
  }
  const sources = Object.entries(spec).filter(([field, value]) => !NOT_SOURCES.has(field) && value !== undefined);
  if (sources.length === 0) errors.push(required("spec", "must specify a volume type"));
  for (const [source] of sources.slice(1)) {
    errors.push(forbidden(`spec.${source}`, "may not specify more than 1 volume type"));
  }
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode)) {
    errors.push(notSupported("spec.volumeMode", spec.volumeMode, VOLUME_MODES));
  }
  return errors;
}

export function validateVolumeUpdate(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  const sourceOf = ({ spec }: PersistentVolume) =>
    Object.fromEntries(Object.entries(spec).filter(([field]) => !NOT_SOURCES.has(field)));
  if (!equalJson(sourceOf(volume), sourceOf(old))) {
    const difference = unifiedDiff(printedForm(volumeSourceForm(old.spec)), printedForm(volumeSourceForm(volume.spec)));
    const detail = `spec.persistentvolumesource is immutable after creation\n${difference}`;
    errors.push(forbidden("spec.persistentvolumesource", detail));
  }
  return [...errors, ...immutable("volumeMode", volume.spec.volumeMode, old.spec.volumeMode)];
}

export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const errors = modes
    .filter((mode) => !ACCESS_MODES.includes(mode))
    .map((mode) => notSupported(field, mode, ACCESS_MODES));
  if (modes.includes("ReadWriteOncePod") && modes.length > 1) {
    errors.push(forbidden(field, "may not use ReadWriteOncePod with other access modes"));
  }
  return errors;
}

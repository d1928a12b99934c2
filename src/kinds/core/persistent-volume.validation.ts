/**
 * Validation of PersistentVolumes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidatePersistentVolume, ValidatePersistentVolumeUpdate)
 */
import { equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems } from "../../lib/names.ts";
import { canonicalQuantity, parseQuantity } from "../../lib/quantity.ts";
import { unifiedDiff } from "../../lib/unified-diff.ts";
import type { PersistentVolume } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, IMMUTABLE, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { printedForm, volumeAffinityForm, volumeSourceForm } from "../validation/internal-form.ts";
import { immutable, validateObjectMeta } from "../validation/object-meta.ts";
import { validateVolumeSources } from "./persistent-volume.sources.ts";
import { validateNodeSelector } from "./pod-spec/scheduling.validation.ts";
import { VOLUME_MODES, validateAccessModes } from "./volume-modes.validation.ts";

const RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"];

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
  return validateFields(volume, validateVolumeSources(volume));
}

/** A source that has not changed is not checked again. */
export function validateVolumeAgain(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const isSame = equalJson(sourceOf(volume), sourceOf(old));
  return validateFields(volume, isSame ? [] : validateVolumeSources(volume));
}

function sourceOf({ spec }: PersistentVolume): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !NOT_SOURCES.has(field)));
}

function validateFields(volume: PersistentVolume, sourceErrors: readonly FieldError[]): FieldError[] {
  const { spec } = volume;
  const errors = validateObjectMeta(volume, { namespaced: false });
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required("spec.accessModes"));
  errors.push(...validateAccessModes(modes, "spec.accessModes"));
  const capacity = spec.capacity ?? {};
  if (Object.keys(capacity).length === 0) errors.push(required("spec.capacity"));
  const size = capacity["storage"];
  if (size === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported("spec.capacity", spec.capacity ?? null, ["storage"]));
  }
  for (const [resource, quantity] of Object.entries(capacity).sort()) {
    if (parseQuantity(quantity).nanos > 0n) continue;
    errors.push(invalid(`spec.capacity[${resource}]`, canonicalQuantity(quantity), "must be greater than zero"));
  }
  const policy = spec.persistentVolumeReclaimPolicy ?? "";
  if (policy && !RECLAIM_POLICIES.includes(policy)) {
    errors.push(notSupported("spec.persistentVolumeReclaimPolicy", policy, RECLAIM_POLICIES));
  }
  const { nodeAffinity, storageClassName = "", volumeAttributesClassName: attributesClass } = spec;
  if (nodeAffinity && !nodeAffinity.required) {
    errors.push(required("spec.nodeAffinity.required", "must specify required node constraints"));
  } else if (nodeAffinity?.required) {
    errors.push(...validateNodeSelector(nodeAffinity.required, "spec.nodeAffinity.required"));
  }
  errors.push(...sourceErrors);
  if (policy === "Recycle" && spec.hostPath && /^\/[./]*$/.test(spec.hostPath.path)) {
    const problem = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden("spec.persistentVolumeReclaimPolicy", problem));
  }
  if (storageClassName !== "") {
    errors.push(...invalidFor("spec.storageClassName", storageClassName, dnsSubdomainProblems(storageClassName)));
  }
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode)) {
    errors.push(notSupported("spec.volumeMode", spec.volumeMode, VOLUME_MODES));
  }
  if (attributesClass === undefined) return errors;
  const field = "spec.volumeAttributesClassName";
  if (attributesClass === "") errors.push(required(field, "an empty string is disallowed"));
  else errors.push(...invalidFor(field, attributesClass, dnsSubdomainProblems(attributesClass)));
  if (!spec.csi) errors.push(required("spec.csi", "has to be specified when using volumeAttributesClassName"));
  return errors;
}

export function validateVolumeUpdate(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  const [before, after] = [sourceOf(old), sourceOf(volume)];
  // The secret for expansion may be set once.
  if (before["csi"] && !old.spec.csi?.controllerExpandSecretRef && volume.spec.csi) {
    const { controllerExpandSecretRef: _, ...csi } = volume.spec.csi;
    after["csi"] = csi;
  }
  if (!equalJson(after, before)) {
    const difference = unifiedDiff(printedForm(volumeSourceForm(old.spec)), printedForm(volumeSourceForm(volume.spec)));
    const detail = `spec.persistentvolumesource is immutable after creation\n${difference}`;
    errors.push(forbidden("spec.persistentvolumesource", detail));
  }
  errors.push(...immutable("volumeMode", volume.spec.volumeMode, old.spec.volumeMode));
  const { nodeAffinity, volumeAttributesClassName } = volume.spec;
  if (old.spec.nodeAffinity && !equalJson(nodeAffinity ?? null, old.spec.nodeAffinity)) {
    const problem = `${IMMUTABLE}, except for updating from beta label to GA`;
    errors.push(invalid("nodeAffinity", volumeAffinityForm(nodeAffinity), problem));
  }
  if (old.spec.volumeAttributesClassName !== undefined && volumeAttributesClassName === undefined) {
    errors.push(forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"));
  }
  return errors;
}

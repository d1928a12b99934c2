/** Validation of persistent volumes, claims and storage classes. */
import { cloneJson, equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems, qualifiedNameProblems } from "../../lib/names.ts";
import { compareQuantities, parseQuantity } from "../../lib/quantity.ts";
import { unifiedDiff } from "../../lib/unified-diff.ts";
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  StorageClass,
  TopologySelectorTerm,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "./field-errors.ts";
import { internalClaimSpec, printedForm, volumeSourceForm } from "./internal-form.ts";
import { validateLabelSelector } from "./labels.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";
import { validateParameters, validateProvisioner } from "./storage-drivers.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const RECLAIM_POLICIES = ["Delete", "Recycle", "Retain"];
const VOLUME_MODES = ["Block", "Filesystem"];
/** Fields of a volume that are no source. */
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

export function validateClaim(claim: PersistentVolumeClaim): FieldError[] {
  return [...validateObjectMeta(claim, { namespaced: true }), ...validateClaimSpec(claim.spec, "spec")];
}

/** What holds for a claim wherever it stands: in templates of pods and workloads, too. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(`${path}.accessModes`, "at least 1 access mode is required"));
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  errors.push(...validateModes(modes, `${path}.accessModes`));
  const size = spec.resources?.requests?.["storage"];
  if (size === undefined) errors.push(required(`${path}.resources[storage]`));
  else if (parseQuantity(size).nanos <= 0n) {
    errors.push(invalid(`${path}.resources[storage]`, size, "must be greater than zero"));
  }
  const { storageClassName, volumeMode, volumeAttributesClassName: attributes } = spec;
  if (storageClassName) {
    errors.push(...invalidFor(`${path}.storageClassName`, storageClassName, dnsSubdomainProblems(storageClassName)));
  }
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, volumeMode, VOLUME_MODES));
  }
  if (attributes) {
    errors.push(...invalidFor(`${path}.volumeAttributesClassName`, attributes, dnsSubdomainProblems(attributes)));
  }
  return errors;
}

/** Claims are fixed, but for their binding and for growth once they are bound. */
export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  const spec = cloneJson(claim.spec);
  const before = cloneJson(old.spec);
  const isBound = claim.status.phase === "Bound";
  if (!before.volumeName) before.volumeName = spec.volumeName;
  if (before.storageClassName === undefined) before.storageClassName = spec.storageClassName;
  const [size, sizeBefore] = [claim.spec.resources.requests?.["storage"], old.spec.resources.requests?.["storage"]];
  if (isBound && spec.resources.requests && sizeBefore !== undefined) spec.resources.requests["storage"] = sizeBefore;
  if (isBound) spec.volumeAttributesClassName = before.volumeAttributesClassName;
  if (!equalJson(spec, before)) {
    const except = "resources.requests and volumeAttributesClassName for bound claims";
    const difference = unifiedDiff(printedForm(internalClaimSpec(before)), printedForm(internalClaimSpec(spec)));
    errors.push(forbidden("spec", `spec is immutable after creation except ${except}\n${difference}`));
  }
  if (isBound && size !== undefined && sizeBefore !== undefined && compareQuantities(size, sizeBefore) < 0) {
    errors.push(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
  }
  return errors;
}

export function validateVolume(volume: PersistentVolume): FieldError[] {
  const { spec } = volume;
  const errors = validateObjectMeta(volume, { namespaced: false });
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required("spec.accessModes"));
  errors.push(...validateModes(modes, "spec.accessModes"));
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

export function validateStorageClass(storageClass: StorageClass): FieldError[] {
  const errors = validateObjectMeta(storageClass, { namespaced: false });
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies } = storageClass;
  errors.push(
    ...validateProvisioner(provisioner, "provisioner"),
    ...validateParameters(parameters ?? {}, "parameters"),
  );
  if (reclaimPolicy && reclaimPolicy !== "Delete" && reclaimPolicy !== "Retain") {
    errors.push(notSupported("reclaimPolicy", reclaimPolicy, ["Delete", "Retain"]));
  }
  if (volumeBindingMode && volumeBindingMode !== "Immediate" && volumeBindingMode !== "WaitForFirstConsumer") {
    errors.push(notSupported("volumeBindingMode", volumeBindingMode, ["Immediate", "WaitForFirstConsumer"]));
  }
  for (const [i, term] of (allowedTopologies ?? []).entries()) {
    errors.push(...validateTopologyTerm(term, `allowedTopologies[${i}].matchLabelExpressions`));
  }
  return errors;
}

/** A place where volumes may be made: different labels, each with different values. */
function validateTopologyTerm({ matchLabelExpressions }: TopologySelectorTerm, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const keys = new Set<string>();
  for (const [i, { key, values }] of (matchLabelExpressions ?? []).entries()) {
    const at = `${path}[${i}]`;
    if (!values?.length) errors.push(required(`${at}.values`));
    for (const [j, value] of (values ?? []).entries()) {
      if (values.indexOf(value) !== j) errors.push(duplicate(`${at}.values[${j}]`, value));
    }
    errors.push(...invalidFor(`${at}.key`, key, qualifiedNameProblems(key)));
    if (keys.has(key)) errors.push(duplicate(`${at}.key`, key));
    keys.add(key);
  }
  return errors;
}

export function validateStorageClassUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const errors = validateObjectMetaUpdate(storageClass, old);
  if (!equalJson(storageClass.parameters ?? {}, old.parameters ?? {})) {
    errors.push(forbidden("parameters", "updates to parameters are forbidden."));
  }
  if (storageClass.provisioner !== old.provisioner) {
    errors.push(forbidden("provisioner", "updates to provisioner are forbidden."));
  }
  if (storageClass.reclaimPolicy !== old.reclaimPolicy) {
    errors.push(forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden."));
  }
  return [...errors, ...immutable("volumeBindingMode", storageClass.volumeBindingMode, old.volumeBindingMode)];
}

function validateModes(modes: readonly string[], field: string): FieldError[] {
  const errors = modes
    .filter((mode) => !ACCESS_MODES.includes(mode))
    .map((mode) => notSupported(field, mode, ACCESS_MODES));
  if (modes.includes("ReadWriteOncePod") && modes.length > 1) {
    errors.push(forbidden(field, "may not use ReadWriteOncePod with other access modes"));
  }
  return errors;
}

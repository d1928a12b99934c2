/**
 * Validation of StorageClasses, and of the driver names and parameters that other kinds share.
 *
 * Kubernetes: pkg/apis/storage/validation/validation.go (ValidateStorageClass, ValidateStorageClassUpdate)
 */
import { equalJson } from "../../lib/json.ts";
import { qualifiedNameProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { StorageClass, TopologySelectorTerm } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import {
  duplicate,
  forbidden,
  invalid,
  invalidFor,
  notSupported,
  required,
  tooLong,
} from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

const MAX_PARAMETERS = 512;
const MAX_PARAMETER_BYTES = 256 * 1024;

/** Validates the parameters of a class, which its provisioner reads. */
export function validateParameters(parameters: Readonly<Record<string, string>>, path: string): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) return [tooLong(path, MAX_PARAMETERS)];
  const errors = entries.filter(([key]) => key === "").map(([key]) => invalid(path, key, "field can not be empty."));
  const bytes = entries.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (bytes > MAX_PARAMETER_BYTES) errors.push(tooLong(path, MAX_PARAMETER_BYTES));
  return errors;
}

/** A provisioner is a qualified name. */
export function validateProvisioner(name: string, path: string): FieldError[] {
  return name ? invalidFor(path, name, qualifiedNameProblems(name.toLowerCase())) : [required(path)];
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

/** A topology term: distinct labels, each with distinct values. */
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

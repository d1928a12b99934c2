/**
 * Validation of CSIStorageCapacities.
 *
 * Kubernetes: pkg/apis/storage/validation/validation.go (ValidateCSIStorageCapacity, ValidateCSIStorageCapacityUpdate)
 */
import { dnsSubdomainProblems } from "../../lib/names.ts";
import { parseQuantity } from "../../lib/quantity.ts";
import type { CSIStorageCapacity } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, NOT_NEGATIVE } from "../validation/field-errors.ts";
import { validateLabelSelector } from "../validation/labels.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

export function validateStorageCapacity(capacity: CSIStorageCapacity): FieldError[] {
  const errors = validateObjectMeta(capacity, { namespaced: true });
  errors.push(...validateLabelSelector(capacity.nodeTopology, "nodeTopology"));
  const { storageClassName } = capacity;
  errors.push(...invalidFor("storageClassName", storageClassName, dnsSubdomainProblems(storageClassName)));
  if (capacity.capacity !== undefined && parseQuantity(capacity.capacity).nanos < 0n) {
    errors.push(invalid("capacity", capacity.capacity, NOT_NEGATIVE));
  }
  return errors;
}

export function validateStorageCapacityUpdate(capacity: CSIStorageCapacity, old: CSIStorageCapacity): FieldError[] {
  return [
    ...validateObjectMetaUpdate(capacity, old),
    ...immutable("nodeTopology", capacity.nodeTopology, old.nodeTopology),
    ...immutable("storageClassName", capacity.storageClassName, old.storageClassName),
  ];
}

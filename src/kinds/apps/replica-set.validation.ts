/**
 * Validation of ReplicaSets.
 *
 * Kubernetes: pkg/apis/apps/validation/validation.go (ValidateReplicaSet*)
 */
import type { ReplicaSet } from "../../schema/index.ts";
import { validateSelectorAndTemplate } from "../core/pod-spec/pod-template.validation.ts";
import type { FieldError } from "../kind.ts";
import { invalid, negativeProblem } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

export function validateReplicaSet(replicaSet: ReplicaSet): FieldError[] {
  const { spec } = replicaSet;
  return [
    ...validateObjectMeta(replicaSet, { namespaced: true }),
    ...negativeProblem("spec.replicas", spec.replicas),
    ...negativeProblem("spec.minReadySeconds", spec.minReadySeconds),
    ...validateSelectorAndTemplate(spec, { path: "spec" }),
  ];
}

export function validateReplicaSetUpdate(replicaSet: ReplicaSet, old: ReplicaSet): FieldError[] {
  return immutable("spec.selector", replicaSet.spec.selector, old.spec.selector);
}

export function validateReplicaSetStatus(replicaSet: ReplicaSet, old: ReplicaSet): FieldError[] {
  const errors = validateObjectMetaUpdate(replicaSet, old);
  const { replicas, fullyLabeledReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = replicaSet.status;
  for (const field of ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"] as const) {
    errors.push(...negativeProblem(`status.${field}`, replicaSet.status[field]));
  }
  const excess = "cannot be greater than status.replicas";
  if (fullyLabeledReplicas > replicas) {
    errors.push(invalid("status.fullyLabeledReplicas", fullyLabeledReplicas, excess));
  }
  if (readyReplicas > replicas) errors.push(invalid("status.readyReplicas", readyReplicas, excess));
  if (availableReplicas > replicas) errors.push(invalid("status.availableReplicas", availableReplicas, excess));
  if (availableReplicas > readyReplicas) {
    errors.push(invalid("status.availableReplicas", availableReplicas, "cannot be greater than readyReplicas"));
  }
  return errors;
}

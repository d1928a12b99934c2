/**
 * Validation of Namespaces.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateNamespace, ValidateNamespaceStatusUpdate)
 */
import { qualifiedNameProblems } from "../../lib/names.ts";
import type { Namespace } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor } from "../validation/field-errors.ts";
import { labelName, validateObjectMeta } from "../validation/object-meta.ts";

export function validateNamespace(namespace: Namespace): FieldError[] {
  const errors = validateObjectMeta(namespace, { namespaced: false, name: labelName });
  for (const finalizer of namespace.spec.finalizers ?? []) {
    const problems = qualifiedNameProblems(finalizer);
    errors.push(...invalidFor("spec.finalizers", finalizer, problems));
    if (problems.length === 0 && !finalizer.includes("/") && finalizer !== "kubernetes") {
      const problem = "name is neither a standard finalizer name nor is it fully qualified";
      errors.push(invalid("spec.finalizers", finalizer, problem));
    }
  }
  return errors;
}

/** The phase must match the deletion timestamp. The misspelt path is Kubernetes' own. */
export function validateNamespaceStatus({ metadata, status }: Namespace): FieldError[] {
  const wanted = metadata.deletionTimestamp ? "Terminating" : "Active";
  if (status.phase === wanted) return [];
  const when = metadata.deletionTimestamp ? "is not empty" : "is empty";
  return [invalid("status.Phase", status.phase ?? "", `may only be '${wanted}' if \`deletionTimestamp\` ${when}`)];
}

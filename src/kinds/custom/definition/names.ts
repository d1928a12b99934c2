/**
 * A custom resource's names.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (ValidateCustomResourceDefinitionNames)
 */
import { dns1035LabelProblems } from "../../../lib/names.ts";
import type { CustomResourceDefinitionNames } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { invalid, required } from "../../validation/field-errors.ts";

/** Checks required names. In the accepted names of the status, missing ones are allowed. */
export function missingNames(names: CustomResourceDefinitionNames, path: string): FieldError[] {
  const wanted = ["plural", "singular", "kind", "listKind"] as const;
  return wanted.filter((name) => !names[name]).map((name) => required(`${path}.${name}`));
}

export function validateNames(names: CustomResourceDefinitionNames, path: string): FieldError[] {
  const { plural, singular, kind, listKind, shortNames = [], categories = [] } = names;
  return [
    ...labelProblems(plural, `${path}.plural`),
    ...labelProblems(singular, `${path}.singular`),
    ...kindProblems(kind, `${path}.kind`),
    ...kindProblems(listKind, `${path}.listKind`),
    ...(shortNames ?? []).flatMap((name, i) => labelProblems(name, `${path}.shortNames[${i}]`, { isNeeded: true })),
    ...(kind && kind === listKind
      ? [invalid(`${path}.listKind`, listKind, "kind and listKind may not be the same")]
      : []),
    ...(categories ?? []).flatMap((name, i) => labelProblems(name, `${path}.categories[${i}]`, { isNeeded: true })),
  ];
}

/** One name, which must be a DNS label (RFC 1035). */
export function labelProblems(
  name: string | undefined,
  path: string,
  { isNeeded = false }: { isNeeded?: boolean } = {},
): FieldError[] {
  if (!name && !isNeeded) return [];
  const problems = dns1035LabelProblems(name ?? "");
  return problems.length > 0 ? [invalid(path, name ?? "", problems.join(","))] : [];
}

function kindProblems(kind: string | undefined, path: string): FieldError[] {
  if (!kind) return [];
  const problems = dns1035LabelProblems(kind.toLowerCase());
  if (problems.length === 0) return [];
  return [invalid(path, kind, `may have mixed case, but should otherwise match: ${problems.join(",")}`)];
}

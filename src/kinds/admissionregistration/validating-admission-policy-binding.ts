/**
 * The kind `ValidatingAdmissionPolicyBinding`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/admissionregistration/validatingadmissionpolicybinding/strategy.go
 */
import type { ValidatingAdmissionPolicyBinding } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultMatchResources } from "./match-rules.defaults.ts";
import { paramRefName } from "./param-ref.ts";
import { validateValidatingBinding } from "./validating-admission-policy-binding.validation.ts";

const column = columnsFor<ValidatingAdmissionPolicyBinding>(
  "admissionregistration.k8s.io/validatingadmissionpolicybindings",
);

export const validatingAdmissionPolicyBindingKind: KindDefinition<ValidatingAdmissionPolicyBinding> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  singular: "validatingadmissionpolicybinding",
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding",
  verbs: EVERY_VERB,
  storageVersionHash: "v9715VZqakg=",
  hasGeneration: true,
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => defaultMatchResources(spec.matchResources),
    validate: validateValidatingBinding,
  },
  columns: [
    nameColumn,
    column("PolicyName", ({ spec }) => spec.policyName ?? ""),
    column("ParamRef", ({ spec }) => paramRefName(spec.paramRef)),
    ageColumn,
  ],
};

/**
 * The kind `MutatingAdmissionPolicyBinding`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/admissionregistration/mutatingadmissionpolicybinding/strategy.go
 */
import type { MutatingAdmissionPolicyBinding } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultMatchResources } from "./match-rules.defaults.ts";
import { validateMutatingBinding } from "./mutating-admission-policy-binding.validation.ts";
import { paramRefName } from "./param-ref.ts";

const column = columnsFor<MutatingAdmissionPolicyBinding>(
  "admissionregistration.k8s.io/mutatingadmissionpolicybindings",
);

export const mutatingAdmissionPolicyBindingKind: KindDefinition<MutatingAdmissionPolicyBinding> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicyBinding",
  plural: "mutatingadmissionpolicybindings",
  singular: "mutatingadmissionpolicybinding",
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding",
  verbs: EVERY_VERB,
  storageVersionHash: "90V5FRZZ3Zg=",
  hasGeneration: true,
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => defaultMatchResources(spec.matchResources),
    validate: validateMutatingBinding,
  },
  columns: [
    nameColumn,
    column("PolicyName", ({ spec }) => spec.policyName ?? ""),
    column("ParamRef", ({ spec }) => paramRefName(spec.paramRef)),
    ageColumn,
  ],
};

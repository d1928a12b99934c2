/**
 * The kind `MutatingAdmissionPolicy`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/admissionregistration/mutatingadmissionpolicy/strategy.go
 */
import type { MutatingAdmissionPolicy } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultMatchResources } from "./match-rules.defaults.ts";
import { validateMutatingPolicy } from "./mutating-admission-policy.validation.ts";
import { paramKindName } from "./param-kind.ts";

const column = columnsFor<MutatingAdmissionPolicy>("admissionregistration.k8s.io/mutatingadmissionpolicies");

export const mutatingAdmissionPolicyKind: KindDefinition<MutatingAdmissionPolicy> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicy",
  plural: "mutatingadmissionpolicies",
  singular: "mutatingadmissionpolicy",
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy",
  verbs: EVERY_VERB,
  storageVersionHash: "LYmCf+UMVdg=",
  hasGeneration: true,
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => {
      setDefault(spec, "failurePolicy", "Fail");
      defaultMatchResources(spec.matchConstraints);
    },
    validate: validateMutatingPolicy,
  },
  columns: [
    nameColumn,
    column("Mutations", ({ spec }) => spec.mutations?.length ?? 0, { type: "integer" }),
    column("ParamKind", ({ spec }) => paramKindName(spec.paramKind)),
    ageColumn,
  ],
};

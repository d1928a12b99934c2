/**
 * The kind `ValidatingAdmissionPolicy`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/admissionregistration/validatingadmissionpolicy/strategy.go
 */
import type { ValidatingAdmissionPolicy } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultMatchResources } from "./match-rules.defaults.ts";
import { paramKindName } from "./param-kind.ts";
import { validatePolicyStatus, validateValidatingPolicy } from "./validating-admission-policy.validation.ts";

const column = columnsFor<ValidatingAdmissionPolicy>("admissionregistration.k8s.io/validatingadmissionpolicies");

export const validatingAdmissionPolicyKind: KindDefinition<ValidatingAdmissionPolicy> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  singular: "validatingadmissionpolicy",
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy",
  verbs: EVERY_VERB,
  storageVersionHash: "6OxvlMmQ6is=",
  hasGeneration: true,
  subresources: { status: STATUS_SUBRESOURCE },
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => {
      setDefault(spec, "failurePolicy", "Fail");
      defaultMatchResources(spec.matchConstraints);
    },
    prepareForCreate: (policy) => {
      resetStatus(policy, {});
    },
    prepareForUpdate: keepStatus,
    validate: validateValidatingPolicy,
    validateStatusUpdate: validatePolicyStatus,
  },
  columns: [
    nameColumn,
    column("Validations", ({ spec }) => spec.validations?.length ?? 0, { type: "integer" }),
    column("ParamKind", ({ spec }) => paramKindName(spec.paramKind)),
    ageColumn,
  ],
};

/**
 * The kind `RoleBinding`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/rbac/rolebinding/strategy.go
 */
import type { RoleBinding } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultBinding } from "./role-binding.defaults.ts";
import { bindingColumns } from "./role-binding.printing.ts";
import { validateBindingUpdate, validateRoleBinding } from "./role-binding.validation.ts";

export const roleBindingKind: KindDefinition<RoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  singular: "rolebinding",
  namespaced: true,
  schema: "io.k8s.api.rbac.v1.RoleBinding",
  verbs: EVERY_VERB,
  allowCreateOnUpdate: true,
  storageVersionHash: "eGsCzGH6b1g=",
  strategy: {
    default: defaultBinding,
    validate: validateRoleBinding,
    validateUpdate: inTurn(asNew(validateRoleBinding), asNew(validateRoleBinding), validateBindingUpdate),
  },
  columns: bindingColumns<RoleBinding>("rbac.authorization.k8s.io/rolebindings"),
};

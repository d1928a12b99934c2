/**
 * The kind `ClusterRoleBinding`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/rbac/clusterrolebinding/strategy.go
 */
import type { ClusterRoleBinding } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultBinding } from "./role-binding.defaults.ts";
import { bindingColumns } from "./role-binding.printing.ts";
import { validateBindingUpdate, validateClusterRoleBinding } from "./role-binding.validation.ts";

export const clusterRoleBindingKind: KindDefinition<ClusterRoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  singular: "clusterrolebinding",
  namespaced: false,
  schema: "io.k8s.api.rbac.v1.ClusterRoleBinding",
  verbs: EVERY_VERB,
  allowCreateOnUpdate: true,
  storageVersionHash: "48tpQ8gZHFc=",
  strategy: {
    default: defaultBinding,
    validate: validateClusterRoleBinding,
    validateUpdate: inTurn(asNew(validateClusterRoleBinding), asNew(validateClusterRoleBinding), validateBindingUpdate),
  },
  columns: bindingColumns<ClusterRoleBinding>("rbac.authorization.k8s.io/clusterrolebindings"),
};

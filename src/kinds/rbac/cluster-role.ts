/**
 * The kind `ClusterRole`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/rbac/clusterrole/strategy.go
 */
import type { ClusterRole } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { createdAtColumn, nameColumn } from "../printing/columns.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateClusterRole } from "./role.validation.ts";

export const clusterRoleKind: KindDefinition<ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  singular: "clusterrole",
  namespaced: false,
  schema: "io.k8s.api.rbac.v1.ClusterRole",
  verbs: EVERY_VERB,
  allowCreateOnUpdate: true,
  storageVersionHash: "bYE5ZWDrJ44=",
  strategy: {
    validate: validateClusterRole,
    validateUpdate: inTurn<ClusterRole>(
      asNew(validateClusterRole),
      asNew(validateClusterRole),
      validateObjectMetaUpdate,
    ),
  },
  columns: [nameColumn, createdAtColumn],
};

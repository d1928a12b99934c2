/**
 * The kind `Role`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/rbac/role/strategy.go
 */
import type { Role } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { createdAtColumn, nameColumn } from "../printing/columns.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateRole } from "./role.validation.ts";

export const roleKind: KindDefinition<Role> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  singular: "role",
  namespaced: true,
  schema: "io.k8s.api.rbac.v1.Role",
  verbs: EVERY_VERB,
  allowCreateOnUpdate: true,
  storageVersionHash: "7FuwZcIIItM=",
  strategy: {
    validate: validateRole,
    validateUpdate: inTurn<Role>(asNew(validateRole), asNew(validateRole), validateObjectMetaUpdate),
  },
  columns: [nameColumn, createdAtColumn],
};

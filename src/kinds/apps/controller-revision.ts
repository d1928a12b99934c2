/**
 * The kind `ControllerRevision`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/apps/controllerrevision/strategy.go
 */
import type { ControllerRevision } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn, ownerCell } from "../printing/columns.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { EVERY_VERB } from "../verbs.ts";

const column = columnsFor<ControllerRevision>("apps/controllerrevisions");

export const controllerRevisionKind: KindDefinition<ControllerRevision> = {
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  singular: "controllerrevision",
  namespaced: true,
  schema: "io.k8s.api.apps.v1.ControllerRevision",
  verbs: EVERY_VERB,
  storageVersionHash: "85nkx63pcBU=",
  strategy: {
    validate: (revision) => validateObjectMeta(revision, { namespaced: true }),
    validateUpdate: (revision, old) => [
      ...validateObjectMetaUpdate(revision, old),
      ...validateObjectMeta(revision, { namespaced: true }),
      ...immutable("data", revision.data, old.data),
    ],
  },
  columns: [nameColumn, column("Controller", ownerCell), column("Revision", ({ revision }) => revision), ageColumn],
};

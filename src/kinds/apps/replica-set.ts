/**
 * The kind `ReplicaSet`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/apps/replicaset/strategy.go
 */
import { formatLabelSelector } from "../../lib/selectors.ts";
import type { ReplicaSet } from "../../schema/index.ts";
import { templateWarnings } from "../core/pod-spec/pod-template.warnings.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, containerColumns, nameColumn } from "../printing/columns.ts";
import { replicaScale } from "../scale.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, SCALE_SUBRESOURCE, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultReplicaSet } from "./replica-set.defaults.ts";
import { validateReplicaSet, validateReplicaSetStatus, validateReplicaSetUpdate } from "./replica-set.validation.ts";

const column = columnsFor<ReplicaSet>("apps/replicasets");

export const replicaSetKind: KindDefinition<ReplicaSet> = {
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.apps.v1.ReplicaSet",
  verbs: EVERY_VERB,
  storageVersionHash: "P1RzHs8/mWQ=",
  subresources: {
    scale: SCALE_SUBRESOURCE,
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  scale: replicaScale,
  selectableFields: { "status.replicas": ({ status }) => String(status.replicas ?? 0) },
  strategy: {
    default: defaultReplicaSet,
    prepareForCreate: (replicaSet) => resetStatus(replicaSet, { replicas: 0 }),
    prepareForUpdate: keepStatus,
    validate: validateReplicaSet,
    validateUpdate: inTurn<ReplicaSet>(
      asNew(validateReplicaSet),
      validateObjectMetaUpdate,
      specOf(validateReplicaSet),
      validateReplicaSetUpdate,
    ),
    warnings: templateWarnings,
    validateStatusUpdate: validateReplicaSetStatus,
  },
  columns: [
    nameColumn,
    column("Desired", ({ spec }) => spec.replicas ?? 0, { type: "integer" }),
    column("Current", ({ status }) => status.replicas ?? 0, { type: "integer" }),
    column("Ready", ({ status }) => status.readyReplicas ?? 0, { type: "integer" }),
    ageColumn,
    ...containerColumns<ReplicaSet>("apps/replicasets", ({ spec }) => spec.template.spec.containers),
    column("Selector", ({ spec }) => formatLabelSelector(spec.selector), { wide: true }),
  ],
};

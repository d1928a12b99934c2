/**
 * The kind `ReplicationController`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/replicationcontroller/strategy.go
 */
import { formatLabels } from "../../lib/selectors.ts";
import type { ReplicationController } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, containerColumns, nameColumn } from "../printing/columns.ts";
import { mapScale } from "../scale.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, SCALE_SUBRESOURCE, STATUS_SUBRESOURCE } from "../verbs.ts";
import { templateWarnings } from "./pod-spec/pod-template.warnings.ts";
import { defaultReplicationController } from "./replication-controller.defaults.ts";
import { validateReplicationController } from "./replication-controller.validation.ts";

const column = columnsFor<ReplicationController>("core/replicationcontrollers");

export const replicationControllerKind: KindDefinition<ReplicationController> = {
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  singular: "replicationcontroller",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.ReplicationController",
  verbs: EVERY_VERB,
  storageVersionHash: "Jond2If31h0=",
  subresources: {
    scale: SCALE_SUBRESOURCE,
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  scale: mapScale,
  selectableFields: { "status.replicas": ({ status }) => String(status.replicas ?? 0) },
  strategy: {
    warnings: templateWarnings,
    default: defaultReplicationController,
    prepareForCreate: (controller) => resetStatus(controller, { replicas: 0 }),
    prepareForUpdate: keepStatus,
    validate: validateReplicationController,
    validateUpdate: inTurn<ReplicationController>(
      asNew(validateReplicationController),
      validateObjectMetaUpdate,
      specOf(validateReplicationController),
    ),
    defaultPropagation: "Orphan",
  },
  columns: [
    nameColumn,
    column("Desired", ({ spec }) => spec.replicas ?? 0, { type: "integer" }),
    column("Current", ({ status }) => status.replicas ?? 0, { type: "integer" }),
    column("Ready", ({ status }) => status.readyReplicas ?? 0, { type: "integer" }),
    ageColumn,
    ...containerColumns<ReplicationController>(
      "core/replicationcontrollers",
      ({ spec }) => spec.template?.spec.containers,
    ),
    column("Selector", ({ spec }) => formatLabels(spec.selector), { wide: true }),
  ],
};

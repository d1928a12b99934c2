/**
 * The kind `StatefulSet`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/apps/statefulset/strategy.go
 */
import type { StatefulSet } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, containerColumns, nameColumn } from "../printing/columns.ts";
import { replicaScale } from "../scale.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB, SCALE_SUBRESOURCE, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultStatefulSet } from "./stateful-set.defaults.ts";
import { validateStatefulSet, validateStatefulSetUpdate } from "./stateful-set.validation.ts";
import { statefulSetWarnings } from "./stateful-set.warnings.ts";

const column = columnsFor<StatefulSet>("apps/statefulsets");

export const statefulSetKind: KindDefinition<StatefulSet> = {
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.apps.v1.StatefulSet",
  verbs: EVERY_VERB,
  storageVersionHash: "H+vl74LkKdo=",
  subresources: {
    scale: SCALE_SUBRESOURCE,
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  scale: replicaScale,
  strategy: {
    default: defaultStatefulSet,
    prepareForCreate: (statefulSet) => resetStatus(statefulSet, { replicas: 0, availableReplicas: 0 }),
    prepareForUpdate: keepStatus,
    validate: validateStatefulSet,
    validateUpdate: inTurn<StatefulSet>(
      validateObjectMetaUpdate,
      specOf(validateStatefulSet),
      validateStatefulSetUpdate,
    ),
    warnings: statefulSetWarnings,
  },
  columns: [
    nameColumn,
    column("Ready", ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`),
    ageColumn,
    ...containerColumns<StatefulSet>("apps/statefulsets", ({ spec }) => spec.template.spec.containers),
  ],
};

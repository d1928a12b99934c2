/**
 * The kind `PriorityLevelConfiguration`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/flowcontrol/prioritylevelconfiguration/strategy.go
 */
import type { PriorityLevelConfiguration } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultPriorityLevel } from "./priority-level-configuration.defaults.ts";
import { validatePriorityLevel } from "./priority-level-configuration.validation.ts";

const column = columnsFor<PriorityLevelConfiguration>("flowcontrol.apiserver.k8s.io/prioritylevelconfigurations");

export const priorityLevelConfigurationKind: KindDefinition<PriorityLevelConfiguration> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  singular: "prioritylevelconfiguration",
  namespaced: false,
  schema: "io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration",
  verbs: EVERY_VERB,
  storageVersionHash: "Kir5PVfvNeI=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  strategy: {
    default: defaultPriorityLevel,
    prepareForCreate: (level) => resetStatus(level, {}),
    prepareForUpdate: keepStatus,
    validate: validatePriorityLevel,
  },
  columns: [
    nameColumn,
    column("Type", ({ spec }) => spec.type),
    column("NominalConcurrencyShares", ({ spec }) => spec.limited?.nominalConcurrencyShares ?? "<none>"),
    column("Queues", ({ spec }) => spec.limited?.limitResponse?.queuing?.queues ?? "<none>"),
    column("HandSize", ({ spec }) => spec.limited?.limitResponse?.queuing?.handSize ?? "<none>"),
    column("QueueLengthLimit", ({ spec }) => spec.limited?.limitResponse?.queuing?.queueLengthLimit ?? "<none>"),
    ageColumn,
  ],
};

/**
 * The kind `FlowSchema`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/flowcontrol/flowschema/strategy.go
 */
import type { FlowSchema } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefaultForZero } from "../set-default.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateFlowSchema } from "./flow-schema.validation.ts";

const column = columnsFor<FlowSchema>("flowcontrol.apiserver.k8s.io/flowschemas");

export const flowSchemaKind: KindDefinition<FlowSchema> = {
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  plural: "flowschemas",
  singular: "flowschema",
  namespaced: false,
  schema: "io.k8s.api.flowcontrol.v1.FlowSchema",
  verbs: EVERY_VERB,
  storageVersionHash: "GJVAJZSZBIw=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  strategy: {
    default: ({ spec }) => {
      if (spec) setDefaultForZero(spec, "matchingPrecedence", 1000);
    },
    prepareForCreate: (flowSchema) => resetStatus(flowSchema, {}),
    prepareForUpdate: keepStatus,
    validate: validateFlowSchema,
  },
  compareRows: (a, b) => (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0),
  columns: [
    nameColumn,
    column("PriorityLevel", ({ spec }) => spec.priorityLevelConfiguration?.name ?? "<none>"),
    column("MatchingPrecedence", ({ spec }) => spec.matchingPrecedence ?? 0),
    column("DistinguisherMethod", ({ spec }) => spec.distinguisherMethod?.type ?? "<none>"),
    ageColumn,
    column("MissingPL", ({ status }) => status?.conditions?.find(({ type }) => type === "Dangling")?.status ?? "?"),
  ],
};

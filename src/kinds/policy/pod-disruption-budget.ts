/**
 * The kind `PodDisruptionBudget`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/policy/poddisruptionbudget/strategy.go
 */
import type { PodDisruptionBudget } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateDisruptionBudget } from "./pod-disruption-budget.validation.ts";

const column = columnsFor<PodDisruptionBudget>("policy/poddisruptionbudgets");

export const podDisruptionBudgetKind: KindDefinition<PodDisruptionBudget> = {
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  singular: "poddisruptionbudget",
  shortNames: ["pdb"],
  namespaced: true,
  schema: "io.k8s.api.policy.v1.PodDisruptionBudget",
  verbs: EVERY_VERB,
  storageVersionHash: "EVWiDmWqyJw=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  requiresResourceVersion: true,
  strategy: {
    default: (budget) => {
      if (!budget.spec) budget.spec = {};
    },
    prepareForCreate: (budget) =>
      resetStatus(budget, { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
    prepareForUpdate: keepStatus,
    validate: validateDisruptionBudget,
  },
  columns: [
    nameColumn,
    column("Min Available", ({ spec }) => `${spec.minAvailable ?? "N/A"}`),
    column("Max Unavailable", ({ spec }) => `${spec.maxUnavailable ?? "N/A"}`),
    column("Allowed Disruptions", ({ status }) => status.disruptionsAllowed ?? 0, { type: "integer" }),
    ageColumn,
  ],
};

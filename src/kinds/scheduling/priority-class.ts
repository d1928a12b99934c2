/**
 * The kind `PriorityClass`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/scheduling/priorityclass/strategy.go
 */
import type { PriorityClass } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validatePriorityClass, validatePriorityClassUpdate } from "./priority-class.validation.ts";

const column = columnsFor<PriorityClass>("scheduling.k8s.io/priorityclasses");

export const priorityClassKind: KindDefinition<PriorityClass> = {
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  namespaced: false,
  schema: "io.k8s.api.scheduling.v1.PriorityClass",
  verbs: EVERY_VERB,
  storageVersionHash: "1QwjyaZjj3Y=",
  strategy: {
    default: (priorityClass) => setDefault(priorityClass, "preemptionPolicy", "PreemptLowerPriority"),
    // The spec is immutable, so the generation stays 1.
    prepareForCreate: ({ metadata }) => {
      metadata.generation = 1;
    },
    validate: validatePriorityClass,
    validateUpdate: validatePriorityClassUpdate,
  },
  columns: [
    nameColumn,
    column("Value", ({ value }) => value ?? 0, { type: "integer" }),
    column("Global-Default", ({ globalDefault }) => globalDefault ?? false, { type: "boolean" }),
    ageColumn,
    column("PreemptionPolicy", ({ preemptionPolicy }) => preemptionPolicy ?? ""),
  ],
};

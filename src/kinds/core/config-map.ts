/**
 * The kind `ConfigMap`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/configmap/strategy.go
 */
import type { ConfigMap } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateConfigMap, validateConfigMapUpdate } from "./config-map.validation.ts";

const column = columnsFor<ConfigMap>("core/configmaps");

export const configMapKind: KindDefinition<ConfigMap> = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.ConfigMap",
  verbs: EVERY_VERB,
  storageVersionHash: "qFsyl6wFWjQ=",
  strategy: {
    validate: validateConfigMap,
    validateUpdate: inTurn(validateConfigMapUpdate, asNew(validateConfigMap)),
  },
  columns: [nameColumn, column("Data", ({ data, binaryData }) => entryCount(data) + entryCount(binaryData)), ageColumn],
};

function entryCount(map: Record<string, string> | undefined): number {
  return Object.keys(map ?? {}).length;
}

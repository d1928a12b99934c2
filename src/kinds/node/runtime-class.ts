/**
 * The kind `RuntimeClass`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/node/runtimeclass/strategy.go
 */
import type { RuntimeClass } from "../../schema/index.ts";
import { defaultAmounts } from "../core/pod-spec/resources.defaults.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { immutable, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateRuntimeClass } from "./runtime-class.validation.ts";
import { runtimeClassWarnings } from "./runtime-class.warnings.ts";

const column = columnsFor<RuntimeClass>("node.k8s.io/runtimeclasses");

export const runtimeClassKind: KindDefinition<RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  singular: "runtimeclass",
  namespaced: false,
  schema: "io.k8s.api.node.v1.RuntimeClass",
  verbs: EVERY_VERB,
  storageVersionHash: "WQTu1GL3T2Q=",
  requiresResourceVersion: true,
  strategy: {
    default: ({ overhead }) => defaultAmounts(overhead?.podFixed),
    warnings: runtimeClassWarnings,
    validate: validateRuntimeClass,
    validateUpdate: (runtimeClass, old) => [
      ...validateRuntimeClass(runtimeClass),
      ...validateObjectMetaUpdate(runtimeClass, old),
      ...immutable("handler", runtimeClass.handler, old.handler),
    ],
  },
  columns: [nameColumn, column("Handler", ({ handler }) => handler), ageColumn],
};

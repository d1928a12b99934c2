/**
 * The kind `LimitRange`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/limitrange/strategy.go
 */
import type { LimitRange } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { createdAtColumn, nameColumn } from "../printing/columns.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultLimitRange } from "./limit-range.defaults.ts";
import { validateLimitRange } from "./limit-range.validation.ts";

export const limitRangeKind: KindDefinition<LimitRange> = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.LimitRange",
  verbs: EVERY_VERB,
  storageVersionHash: "EBKMFVe6cwo=",
  strategy: {
    default: defaultLimitRange,
    validate: validateLimitRange,
  },
  columns: [nameColumn, createdAtColumn],
};

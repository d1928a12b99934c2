import type { LimitRange } from "../../schema/index.ts";
import { defaultLimitRange } from "../defaults/limit-range.ts";
import type { KindDefinition } from "../kind.ts";
import { createdAtColumn, nameColumn } from "../printing/columns.ts";
import { validateLimitRange } from "../validation/quota.ts";
import { EVERY_VERB } from "../verbs.ts";

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

/**
 * The kind `ResourceSlice`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/resource/resourceslice/strategy.go
 */
import { formatTime } from "../../lib/time.ts";
import type { ResourceSlice } from "../../schema/index.ts";
import type { KindDefinition, StrategyContext } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateResourceSlice, validateResourceSliceUpdate } from "./resource-slice.validation.ts";

const column = columnsFor<ResourceSlice>("resource.k8s.io/resourceslices");

export const resourceSliceKind: KindDefinition<ResourceSlice> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceSlice",
  plural: "resourceslices",
  singular: "resourceslice",
  namespaced: false,
  schema: "io.k8s.api.resource.v1.ResourceSlice",
  verbs: EVERY_VERB,
  storageVersionHash: "KsC072WgaEY=",
  hasGeneration: true,
  selectableFields: {
    "spec.driver": ({ spec }) => spec.driver,
    "spec.nodeName": ({ spec }) => spec.nodeName ?? "",
  },
  strategy: {
    prepareForCreate: dateTaints,
    prepareForUpdate: (slice, _old, context) => dateTaints(slice, context),
    validate: validateResourceSlice,
    validateUpdate: inTurn(specOf(validateResourceSlice), validateResourceSliceUpdate),
  },
  columns: [
    nameColumn,
    column("Node", ({ spec }) => spec.nodeName ?? null),
    column("Driver", ({ spec }) => spec.driver),
    column("Pool", ({ spec }) => spec.pool.name),
    ageColumn,
  ],
};

/** A taint counts from when it was added. */
function dateTaints({ spec }: ResourceSlice, { nowMs }: StrategyContext): void {
  for (const { taints = [] } of spec.devices ?? []) {
    for (const taint of taints) taint.timeAdded ??= formatTime(nowMs);
  }
}

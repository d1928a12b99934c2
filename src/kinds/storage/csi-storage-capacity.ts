/**
 * The kind `CSIStorageCapacity`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/storage/csistoragecapacity/strategy.go
 */
import type { CSIStorageCapacity } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { columnsFor, nameColumn } from "../printing/columns.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateStorageCapacity, validateStorageCapacityUpdate } from "./csi-storage-capacity.validation.ts";

const column = columnsFor<CSIStorageCapacity>("storage.k8s.io/csistoragecapacities");

export const csiStorageCapacityKind: KindDefinition<CSIStorageCapacity> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  singular: "csistoragecapacity",
  namespaced: true,
  schema: "io.k8s.api.storage.v1.CSIStorageCapacity",
  verbs: EVERY_VERB,
  storageVersionHash: "xeVl+2Ly1kE=",
  requiresResourceVersion: true,
  strategy: {
    validate: validateStorageCapacity,
    validateUpdate: inTurn(asNew(validateStorageCapacity), validateStorageCapacityUpdate),
  },
  columns: [
    nameColumn,
    column("StorageClassName", ({ storageClassName }) => storageClassName),
    column("Capacity", ({ capacity }) => capacity ?? "<unset>"),
  ],
};

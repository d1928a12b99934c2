/**
 * The kind `CSINode`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/storage/csinode/strategy.go
 */
import type { CSINode } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateCSINode, validateCSINodeUpdate } from "./csi-node.validation.ts";

const column = columnsFor<CSINode>("storage.k8s.io/csinodes");

export const csiNodeKind: KindDefinition<CSINode> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  singular: "csinode",
  namespaced: false,
  schema: "io.k8s.api.storage.v1.CSINode",
  verbs: EVERY_VERB,
  storageVersionHash: "Pe62DkZtjuo=",
  requiresResourceVersion: true,
  strategy: {
    validate: validateCSINode,
    validateUpdate: inTurn(asNew(validateCSINode), asNew(validateCSINode), validateCSINodeUpdate),
  },
  columns: [nameColumn, column("Drivers", ({ spec }) => spec.drivers?.length ?? 0, { type: "integer" }), ageColumn],
};

/**
 * The kind `VolumeAttributesClass`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/storage/volumeattributesclass/strategy.go
 */
import type { VolumeAttributesClass } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateAttributesClass, validateAttributesClassUpdate } from "./volume-attributes-class.validation.ts";
import { IS_DEFAULT_ATTRIBUTES_CLASS } from "./volume-names.ts";

const column = columnsFor<VolumeAttributesClass>("storage.k8s.io/volumeattributesclasses");

export const volumeAttributesClassKind: KindDefinition<VolumeAttributesClass> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  singular: "volumeattributesclass",
  shortNames: ["vac"],
  namespaced: false,
  schema: "io.k8s.api.storage.v1.VolumeAttributesClass",
  verbs: EVERY_VERB,
  storageVersionHash: "tIjydgKBC5w=",
  strategy: {
    validate: validateAttributesClass,
    validateUpdate: inTurn(asNew(validateAttributesClass), validateAttributesClassUpdate),
  },
  columns: [
    {
      ...nameColumn,
      value: ({ metadata }) =>
        metadata.annotations?.[IS_DEFAULT_ATTRIBUTES_CLASS] === "true"
          ? `${metadata.name} (default)`
          : (metadata.name ?? ""),
    },
    column("DriverName", ({ driverName }) => driverName),
    ageColumn,
  ],
};

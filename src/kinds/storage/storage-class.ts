/**
 * The kind `StorageClass`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/storage/storageclass/strategy.go
 */
import type { StorageClass } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { validateStorageClass, validateStorageClassUpdate } from "./storage-class.validation.ts";
import { storageClassWarnings } from "./storage-class.warnings.ts";

const column = columnsFor<StorageClass>("storage.k8s.io/storageclasses");

/** Marks the default class. */
const IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

export const storageClassKind: KindDefinition<StorageClass> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  singular: "storageclass",
  shortNames: ["sc"],
  namespaced: false,
  schema: "io.k8s.api.storage.v1.StorageClass",
  verbs: EVERY_VERB,
  storageVersionHash: "K+m6uJwbjGY=",
  strategy: {
    warnings: storageClassWarnings,
    default: (storageClass) => {
      setDefault(storageClass, "reclaimPolicy", "Delete");
      setDefault(storageClass, "volumeBindingMode", "Immediate");
    },
    validate: validateStorageClass,
    validateUpdate: inTurn(asNew(validateStorageClass), validateStorageClassUpdate),
  },
  columns: [
    {
      ...nameColumn,
      value: ({ metadata }) =>
        metadata.annotations?.[IS_DEFAULT] === "true" ? `${metadata.name} (default)` : (metadata.name ?? ""),
    },
    column("Provisioner", ({ provisioner }) => provisioner),
    column("ReclaimPolicy", ({ reclaimPolicy }) => reclaimPolicy ?? "Delete"),
    column("VolumeBindingMode", ({ volumeBindingMode }) => volumeBindingMode ?? "Immediate"),
    column("AllowVolumeExpansion", ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    ageColumn,
  ],
};

/**
 * The kind `PersistentVolume`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/persistentvolume/strategy.go
 */
import { canonicalQuantity } from "../../lib/quantity.ts";
import { formatTime } from "../../lib/time.ts";
import type { PersistentVolume } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { inTurn } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultVolumeSpec } from "./persistent-volume.defaults.ts";
import { accessModes, storageClassOf } from "./persistent-volume.printing.ts";
import { validateVolume, validateVolumeAgain, validateVolumeUpdate } from "./persistent-volume.validation.ts";
import { volumeObjectWarnings } from "./persistent-volume.warnings.ts";

const column = columnsFor<PersistentVolume>("core/persistentvolumes");

export const persistentVolumeKind: KindDefinition<PersistentVolume> = {
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  singular: "persistentvolume",
  shortNames: ["pv"],
  namespaced: false,
  schema: "io.k8s.api.core.v1.PersistentVolume",
  verbs: EVERY_VERB,
  storageVersionHash: "HN/zwEC+JgM=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  strategy: {
    warnings: volumeObjectWarnings,
    default: (volume) => {
      if (!volume.spec) volume.spec = {};
      setDefault(volume.spec, "persistentVolumeReclaimPolicy", "Retain");
      setDefault(volume.spec, "volumeMode", "Filesystem");
      defaultVolumeSpec(volume.spec);
    },
    prepareForCreate: (volume, { nowMs }) =>
      resetStatus(volume, { phase: "Pending", lastPhaseTransitionTime: formatTime(nowMs) }),
    prepareForUpdate: keepStatus,
    validate: validateVolume,
    validateUpdate: inTurn(validateVolumeAgain, validateVolumeAgain, validateVolumeUpdate),
  },
  columns: [
    nameColumn,
    column("Capacity", ({ spec }) => canonicalQuantity(spec.capacity?.["storage"] ?? "0")),
    column("Access Modes", ({ spec }) => accessModes(spec.accessModes)),
    column("Reclaim Policy", ({ spec }) => spec.persistentVolumeReclaimPolicy ?? ""),
    column("Status", ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status.phase ?? ""))),
    column("Claim", ({ spec }) => (spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : "")),
    column("StorageClass", storageClassOf),
    column("VolumeAttributesClass", ({ spec }) => spec.volumeAttributesClassName ?? "<unset>"),
    column("Reason", ({ status }) => status.reason ?? ""),
    ageColumn,
    column("VolumeMode", ({ spec }) => spec.volumeMode ?? "<unset>", { wide: true }),
  ],
};

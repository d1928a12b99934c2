/**
 * The kind `PersistentVolumeClaim`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/persistentvolumeclaim/strategy.go
 */
import { canonicalQuantity } from "../../lib/quantity.ts";
import type { PersistentVolumeClaim } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { accessModes, storageClassOf } from "./persistent-volume.printing.ts";
import { defaultClaimSpec } from "./persistent-volume-claim.defaults.ts";
import { claimQuota } from "./persistent-volume-claim.quota.ts";
import { validateClaim, validateClaimUpdate } from "./persistent-volume-claim.validation.ts";
import { claimWarnings } from "./persistent-volume-claim.warnings.ts";

const column = columnsFor<PersistentVolumeClaim>("core/persistentvolumeclaims");

export const persistentVolumeClaimKind: KindDefinition<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  namespaced: true,
  schema: "io.k8s.api.core.v1.PersistentVolumeClaim",
  quota: claimQuota,
  verbs: EVERY_VERB,
  storageVersionHash: "QWTyNDq0dC4=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  strategy: {
    warnings: claimWarnings,
    default: (claim) => {
      if (!claim.spec) claim.spec = { resources: {} };
      if (!claim.status) claim.status = {};
      defaultClaimSpec(claim.spec);
      setDefault(claim.status, "phase", "Pending");
    },
    prepareForCreate: (claim) => resetStatus(claim, { phase: "Pending" }),
    prepareForUpdate: keepStatus,
    validate: validateClaim,
    validateUpdate: inTurn<PersistentVolumeClaim>(
      asNew(validateClaim),
      validateObjectMetaUpdate,
      asNew(validateClaim),
      validateClaimUpdate,
    ),
  },
  columns: [
    nameColumn,
    column("Status", ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status.phase ?? ""))),
    column("Volume", ({ spec }) => spec.volumeName ?? ""),
    column("Capacity", ({ spec, status }) =>
      spec.volumeName ? canonicalQuantity(status.capacity?.["storage"] ?? "0") : "",
    ),
    column("Access Modes", ({ spec, status }) => (spec.volumeName ? accessModes(status.accessModes) : "")),
    column("StorageClass", storageClassOf),
    column("VolumeAttributesClass", ({ spec }) => spec.volumeAttributesClassName ?? "<unset>"),
    ageColumn,
    column("VolumeMode", ({ spec }) => spec.volumeMode ?? "<unset>", { wide: true }),
  ],
};

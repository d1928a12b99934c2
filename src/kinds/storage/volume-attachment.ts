/**
 * The kind `VolumeAttachment`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/storage/volumeattachment/strategy.go
 */
import type { VolumeAttachment } from "../../schema/index.ts";
import { defaultVolumeSpec } from "../core/persistent-volume.defaults.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateAttachment, validateAttachmentUpdate } from "./volume-attachment.validation.ts";

const column = columnsFor<VolumeAttachment>("storage.k8s.io/volumeattachments");

export const volumeAttachmentKind: KindDefinition<VolumeAttachment> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  singular: "volumeattachment",
  namespaced: false,
  schema: "io.k8s.api.storage.v1.VolumeAttachment",
  verbs: EVERY_VERB,
  storageVersionHash: "tJx/ezt6UDU=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  requiresResourceVersion: true,
  strategy: {
    default: ({ spec }) => {
      if (spec?.source?.inlineVolumeSpec) defaultVolumeSpec(spec.source.inlineVolumeSpec);
    },
    prepareForCreate: (attachment) => resetStatus(attachment, { attached: false }),
    prepareForUpdate: keepStatus,
    validate: validateAttachment,
    validateUpdate: inTurn(asNew(validateAttachment), asNew(validateAttachment), validateAttachmentUpdate),
  },
  columns: [
    nameColumn,
    { ...column("Attacher", ({ spec }) => spec.attacher), format: "name" },
    column("PV", ({ spec }) => spec.source.persistentVolumeName ?? ""),
    column("Node", ({ spec }) => spec.nodeName),
    column("Attached", ({ status }) => status?.attached ?? false, { type: "boolean" }),
    ageColumn,
  ],
};

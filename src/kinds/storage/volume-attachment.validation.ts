/**
 * Validation of VolumeAttachments.
 *
 * Kubernetes: pkg/apis/storage/validation/validation.go (ValidateVolumeAttachmentV1, ValidateVolumeAttachmentUpdate)
 */
import { equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems } from "../../lib/names.ts";
import type { VolumeAttachment } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, IMMUTABLE, invalid, invalidFor, required } from "../validation/field-errors.ts";
import { attachmentForm } from "../validation/internal-form.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

export function validateAttachment(attachment: VolumeAttachment): FieldError[] {
  const { attacher, source, nodeName } = attachment.spec;
  const errors = validateObjectMeta(attachment, { namespaced: false });
  if (!attacher) errors.push(required("spec.attacher"));
  const volume = source?.persistentVolumeName;
  const oneOf = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (volume === undefined && !source?.inlineVolumeSpec) errors.push(required("spec.source", oneOf));
  else if (volume !== undefined && source?.inlineVolumeSpec) errors.push(forbidden("spec.source", oneOf));
  else if (volume === "") {
    errors.push(required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"));
  }
  errors.push(...invalidFor("spec.nodeName", nodeName ?? "", dnsSubdomainProblems(nodeName ?? "")));
  return errors;
}

export function validateAttachmentUpdate(attachment: VolumeAttachment, old: VolumeAttachment): FieldError[] {
  return equalJson(attachment.spec, old.spec) ? [] : [invalid("spec", attachmentForm(attachment.spec), IMMUTABLE)];
}

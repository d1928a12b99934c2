/**
 * Definitions in Kubernetes' own groups need an approval annotation.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (validateAPIApproval)
 */
import type { CustomResourceDefinition } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { invalid, required } from "../../validation/field-errors.ts";

const ANNOTATION = "api-approved.kubernetes.io";
const PATH = `metadata.annotations[${ANNOTATION}]`;
const SEE = "see https://github.com/kubernetes/enhancements/pull/1111";

type Approval = "missing" | "bypassed" | "approved" | "invalid";

export function validateApproval(definition: CustomResourceDefinition, old?: CustomResourceDefinition): FieldError[] {
  const { group } = definition.spec;
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return [];
  const approval = approvalOf(definition);
  if (old && approvalOf(old) === approval) return [];
  if (approval === "missing") {
    return [required(PATH, `protected groups must have approval annotation "${ANNOTATION}", ${SEE}`)];
  }
  if (approval !== "invalid") return [];
  const detail = `protected groups must have approval annotation "${ANNOTATION}" with either a URL or a reason starting with "unapproved", ${SEE}`;
  return [invalid(PATH, textOf(definition), detail)];
}

function textOf({ metadata }: CustomResourceDefinition): string {
  return metadata.annotations?.[ANNOTATION] ?? "";
}

function approvalOf(definition: CustomResourceDefinition): Approval {
  const text = textOf(definition);
  if (text === "") return "missing";
  if (text.startsWith("unapproved")) return "bypassed";
  return /^[a-zA-Z][\w+.-]*:\/\/[^/\s]+/.test(text) ? "approved" : "invalid";
}

/**
 * Warnings of PodTemplates.
 *
 * Kubernetes: pkg/registry/core/podtemplate/strategy.go (WarningsOnCreate)
 */
import type { PodTemplate } from "../../schema/index.ts";
import { warningsOfTemplate } from "./pod-spec/pod-template.warnings.ts";

export function podTemplateWarnings({ template }: PodTemplate): string[] {
  return template ? warningsOfTemplate(template, "template.") : [];
}

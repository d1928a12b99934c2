/**
 * The kind `ResourceClaimTemplate`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/resource/resourceclaimtemplate/strategy.go
 */
import { equalJson } from "../../lib/json.ts";
import type { ResourceClaimTemplate } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, nameColumn } from "../printing/columns.ts";
import { IMMUTABLE, invalid } from "../validation/field-errors.ts";
import { claimTemplateForm } from "../validation/internal-form.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultDeviceClaim } from "./device-claim.defaults.ts";
import { validateResourceClaimTemplate } from "./resource-claim-template.validation.ts";

export const resourceClaimTemplateKind: KindDefinition<ResourceClaimTemplate> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaimTemplate",
  plural: "resourceclaimtemplates",
  singular: "resourceclaimtemplate",
  namespaced: true,
  schema: "io.k8s.api.resource.v1.ResourceClaimTemplate",
  verbs: EVERY_VERB,
  storageVersionHash: "TuzjC49aUfM=",
  strategy: {
    default: (template) => defaultDeviceClaim(template.spec?.spec?.devices),
    validate: validateResourceClaimTemplate,
    validateUpdate: (template, old) => [
      ...validateResourceClaimTemplate(template),
      ...validateObjectMetaUpdate(template, old),
      ...(equalJson(template.spec, old.spec) ? [] : [invalid("spec", claimTemplateForm(template.spec), IMMUTABLE)]),
    ],
  },
  columns: [nameColumn, ageColumn],
};

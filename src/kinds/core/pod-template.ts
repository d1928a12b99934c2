/**
 * The kind `PodTemplate`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/core/podtemplate/strategy.go
 */
import { formatLabels } from "../../lib/selectors.ts";
import type { PodTemplate } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { columnsFor, nameColumn } from "../printing/columns.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { inTurn, specOf } from "../validation/updates.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultPodTemplate } from "./pod-spec/pod-spec.defaults.ts";
import { validatePodTemplate } from "./pod-spec/pod-template.validation.ts";
import { podTemplateWarnings } from "./pod-template.warnings.ts";

const column = columnsFor<PodTemplate>("core/podtemplates");

const validate = (object: PodTemplate) => [
  ...validateObjectMeta(object, { namespaced: true }),
  ...validatePodTemplate(object.template, "template"),
];

export const podTemplateKind: KindDefinition<PodTemplate> = {
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  singular: "podtemplate",
  namespaced: true,
  schema: "io.k8s.api.core.v1.PodTemplate",
  verbs: EVERY_VERB,
  storageVersionHash: "LIXB2x4IFpk=",
  hasGeneration: true,
  strategy: {
    warnings: podTemplateWarnings,
    default: defaultPodTemplate,
    validate,
    validateUpdate: inTurn<PodTemplate>(validateObjectMetaUpdate, specOf(validate)),
  },
  columns: [
    nameColumn,
    column("Containers", ({ template }) => (template.spec.containers ?? []).map(({ name }) => name).join(",")),
    column("Images", ({ template }) => (template.spec.containers ?? []).map(({ image }) => image ?? "").join(",")),
    column("Pod Labels", ({ template }) => formatLabels(template.metadata.labels)),
  ],
};

/**
 * The kind `ValidatingWebhookConfiguration`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/admissionregistration/validatingwebhookconfiguration/strategy.go
 */
import type { ValidatingWebhookConfiguration } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultWebhook } from "./match-rules.defaults.ts";
import { validateWebhookConfiguration } from "./webhook-configuration.validation.ts";

const column = columnsFor<ValidatingWebhookConfiguration>(
  "admissionregistration.k8s.io/validatingwebhookconfigurations",
);

export const validatingWebhookConfigurationKind: KindDefinition<ValidatingWebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  singular: "validatingwebhookconfiguration",
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration",
  verbs: EVERY_VERB,
  storageVersionHash: "B0wHjQmsGNk=",
  hasGeneration: true,
  requiresResourceVersion: true,
  strategy: {
    default: (configuration) => {
      for (const webhook of configuration.webhooks ?? []) defaultWebhook(webhook);
    },
    validate: validateWebhookConfiguration,
  },
  columns: [nameColumn, column("Webhooks", ({ webhooks }) => webhooks?.length ?? 0, { type: "integer" }), ageColumn],
};

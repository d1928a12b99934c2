/**
 * The kind `MutatingWebhookConfiguration`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/admissionregistration/mutatingwebhookconfiguration/strategy.go
 */
import type { MutatingWebhookConfiguration } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { setDefault } from "../set-default.ts";
import { EVERY_VERB } from "../verbs.ts";
import { defaultWebhook } from "./match-rules.defaults.ts";
import { validateWebhookConfiguration } from "./webhook-configuration.validation.ts";

const column = columnsFor<MutatingWebhookConfiguration>("admissionregistration.k8s.io/mutatingwebhookconfigurations");

export const mutatingWebhookConfigurationKind: KindDefinition<MutatingWebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingWebhookConfiguration",
  plural: "mutatingwebhookconfigurations",
  singular: "mutatingwebhookconfiguration",
  categories: ["api-extensions"],
  namespaced: false,
  schema: "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration",
  verbs: EVERY_VERB,
  storageVersionHash: "Sqi0GUgDaX0=",
  hasGeneration: true,
  requiresResourceVersion: true,
  strategy: {
    default: (configuration) => {
      for (const webhook of configuration.webhooks ?? []) {
        defaultWebhook(webhook);
        setDefault(webhook, "reinvocationPolicy", "Never");
      }
    },
    validate: validateWebhookConfiguration,
  },
  columns: [nameColumn, column("Webhooks", ({ webhooks }) => webhooks?.length ?? 0, { type: "integer" }), ageColumn],
};

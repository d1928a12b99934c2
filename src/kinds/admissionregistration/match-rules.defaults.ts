/**
 * Defaults of match rules, policies and webhooks.
 *
 * Kubernetes: pkg/apis/admissionregistration/v1/defaults.go
 */
import type {
  MatchResources,
  MutatingWebhook,
  NamedRuleWithOperations,
  RuleWithOperations,
  ValidatingWebhook,
} from "../../schema/index.ts";
import { setDefault } from "../set-default.ts";

const WEBHOOK_TIMEOUT_SECONDS = 10;
const HTTPS_PORT = 443;

export function defaultMatchResources(resources: MatchResources | undefined): void {
  if (!resources) return;
  setDefault(resources, "matchPolicy", "Equivalent");
  setDefault(resources, "namespaceSelector", {});
  setDefault(resources, "objectSelector", {});
  defaultRules(resources.resourceRules);
  defaultRules(resources.excludeResourceRules);
}

export function defaultWebhook(webhook: ValidatingWebhook | MutatingWebhook): void {
  setDefault(webhook, "failurePolicy", "Fail");
  setDefault(webhook, "matchPolicy", "Equivalent");
  setDefault(webhook, "namespaceSelector", {});
  setDefault(webhook, "objectSelector", {});
  if (webhook.timeoutSeconds === undefined) webhook.timeoutSeconds = WEBHOOK_TIMEOUT_SECONDS;
  if (webhook.clientConfig?.service) setDefault(webhook.clientConfig.service, "port", HTTPS_PORT);
  defaultRules(webhook.rules);
}

function defaultRules(rules: readonly (RuleWithOperations | NamedRuleWithOperations)[] | undefined): void {
  for (const rule of rules ?? []) setDefault(rule, "scope", "*");
}

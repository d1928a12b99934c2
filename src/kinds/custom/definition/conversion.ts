/**
 * Validation of a definition's conversion.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 *   (validateCustomResourceConversion)
 */
import { dns1035LabelProblems } from "../../../lib/names.ts";
import type { CustomResourceConversion } from "../../../schema/types.ts";
import type { FieldError } from "../../kind.ts";
import { forbidden, invalid, invalidFor, notSupported, required } from "../../validation/field-errors.ts";

const REVIEW_VERSIONS = ["v1", "v1beta1"];

export function validateConversion(conversion: CustomResourceConversion, path: string): FieldError[] {
  const { strategy, webhook } = conversion;
  const errors: FieldError[] = [];
  if (!strategy) errors.push(required(`${path}.strategy`));
  else if (strategy !== "None" && strategy !== "Webhook") {
    errors.push(notSupported(`${path}.strategy`, strategy, ["None", "Webhook"]));
  }
  if (strategy === "Webhook") return [...errors, ...validateWebhook(webhook, path)];
  const detail = "should not be set when strategy is not set to Webhook";
  if (webhook?.clientConfig) errors.push(forbidden(`${path}.webhookClientConfig`, detail));
  if (webhook?.conversionReviewVersions?.length) errors.push(forbidden(`${path}.conversionReviewVersions`, detail));
  return errors;
}

function validateWebhook(webhook: CustomResourceConversion["webhook"], path: string): FieldError[] {
  const config = webhook?.clientConfig;
  const errors: FieldError[] = [];
  if (!config) {
    errors.push(required(`${path}.webhookClientConfig`, "required when strategy is set to Webhook"));
  } else if ((config.url === undefined) === (config.service === undefined)) {
    errors.push(required(`${path}.webhookClientConfig`, "exactly one of url or service is required"));
  } else if (config.service) {
    const service = `${path}.webhookClientConfig.service`;
    if (!config.service.name) errors.push(required(`${service}.name`, "service name is required"));
    if (!config.service.namespace) errors.push(required(`${service}.namespace`, "service namespace is required"));
  } else if (config.url !== undefined && !config.url.startsWith("https://")) {
    const url = `${path}.webhookClientConfig.url`;
    const found = /^([a-z]+):/i.exec(config.url)?.[1] ?? "";
    errors.push(invalid(url, found, "'https' is the only allowed URL scheme; desired format: https://host[/path]"));
  }
  return [
    ...errors,
    ...validateReviewVersions(webhook?.conversionReviewVersions ?? [], `${path}.conversionReviewVersions`),
  ];
}

function validateReviewVersions(versions: readonly string[], path: string): FieldError[] {
  if (versions.length === 0) return [required(path)];
  const errors = versions.flatMap((version, i) =>
    versions.indexOf(version) < i
      ? [invalid(`${path}[${i}]`, version, "duplicate version")]
      : invalidFor(`${path}[${i}]`, version, dns1035LabelProblems(version)),
  );
  if (versions.some((version) => REVIEW_VERSIONS.includes(version))) return errors;
  return [...errors, invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(", ")}`)];
}

/**
 * Validation of ValidatingWebhookConfigurations and MutatingWebhookConfigurations.
 *
 * Kubernetes: pkg/apis/admissionregistration/validation/validation.go (Validate*WebhookConfiguration)
 */
import { PolicyCompiler } from "../../cel/admission/policy-compiler.ts";
import { dns1035LabelProblems, dnsSubdomainProblems, portNumberProblems } from "../../lib/names.ts";
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  ServiceReference,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, notSupported, required } from "../validation/field-errors.ts";
import { validateLabelSelector } from "../validation/labels.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { tooManyParts } from "./admission-policy.validation.ts";
import { validateMatchConditions } from "./expressions.validation.ts";
import {
  FAILURE_POLICIES,
  MATCH_POLICIES,
  oneOf,
  REINVOCATION_POLICIES,
  validateRule,
} from "./match-rules.validation.ts";

const SIDE_EFFECTS = ["None", "NoneOnDryRun"];
const REVIEW_VERSIONS = ["v1", "v1beta1"];
const MAX_TIMEOUT_SECONDS = 30;
/** A fully qualified name has at least a host, a domain and a top-level domain. */
const LEAST_NAME_PARTS = 3;

type AnyWebhook = ValidatingWebhook | MutatingWebhook;

export function validateWebhookConfiguration(
  configuration: ValidatingWebhookConfiguration | MutatingWebhookConfiguration,
): FieldError[] {
  const excess = tooManyParts("webhooks", configuration.webhooks);
  if (excess.length > 0) return excess;
  const errors = validateObjectMeta(configuration, { namespaced: false });
  const compiler = new PolicyCompiler({ hasParams: false });
  const names = new Set<string>();
  for (const [i, webhook] of (configuration.webhooks ?? []).entries()) {
    const at = `webhooks[${i}]`;
    errors.push(...validateWebhook(webhook, compiler, at));
    errors.push(...validateReviewVersions(webhook.admissionReviewVersions ?? [], `${at}.admissionReviewVersions`));
    if (webhook.name && names.has(webhook.name)) errors.push(duplicate(`${at}.name`, webhook.name));
    names.add(webhook.name);
  }
  return errors;
}

function validateWebhook(webhook: AnyWebhook, compiler: PolicyCompiler, path: string): FieldError[] {
  const { sideEffects, timeoutSeconds } = webhook;
  const errors = validateName(webhook.name ?? "", `${path}.name`);
  for (const [i, rule] of (webhook.rules ?? []).entries()) errors.push(...validateRule(rule, `${path}.rules[${i}]`));
  errors.push(...oneOf(`${path}.failurePolicy`, webhook.failurePolicy, FAILURE_POLICIES));
  errors.push(...oneOf(`${path}.matchPolicy`, webhook.matchPolicy, MATCH_POLICIES));
  if (!sideEffects) {
    errors.push(required(`${path}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(", ")}`));
  } else if (!SIDE_EFFECTS.includes(sideEffects)) {
    errors.push(notSupported(`${path}.sideEffects`, sideEffects, SIDE_EFFECTS));
  }
  if (timeoutSeconds !== undefined && (timeoutSeconds > MAX_TIMEOUT_SECONDS || timeoutSeconds < 1)) {
    const why = "the timeout value must be between 1 and 30 seconds";
    errors.push(invalid(`${path}.timeoutSeconds`, timeoutSeconds, why));
  }
  errors.push(...validateLabelSelector(webhook.namespaceSelector, `${path}.namespaceSelector`));
  errors.push(...validateLabelSelector(webhook.objectSelector, `${path}.objectSelector`));
  if ("reinvocationPolicy" in webhook) {
    errors.push(...oneOf(`${path}.reinvocationPolicy`, webhook.reinvocationPolicy, REINVOCATION_POLICIES));
  }
  errors.push(...validateClientConfig(webhook, `${path}.clientConfig`));
  return [...errors, ...validateMatchConditions(webhook.matchConditions, compiler, `${path}.matchConditions`)];
}

function validateName(name: string, field: string): FieldError[] {
  if (name === "") return [required(field)];
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return [invalid(field, name, problems.join(","))];
  if (name.split(".").length >= LEAST_NAME_PARTS) return [];
  return [invalid(field, name, "should be a domain with at least three segments separated by dots")];
}

function validateClientConfig({ clientConfig }: AnyWebhook, path: string): FieldError[] {
  const { url, service } = clientConfig ?? {};
  if ((url === undefined) === (service === undefined)) {
    return [required(path, "exactly one of url or service is required")];
  }
  if (url !== undefined) return validateUrl(url, `${path}.url`);
  return validateServiceReference(service!, `${path}.service`);
}

function validateUrl(url: string, field: string): FieldError[] {
  const form = "; desired format: https://host[/path]";
  const [, scheme, authority = "", rest = ""] = /^(?:([a-zA-Z][\w+.-]*):)?(?:\/\/([^/?#]*))?(.*)$/s.exec(url) ?? [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what Go's url.Parse refuses
  if (/[\x00-\x1f\x7f]/.test(url)) {
    const why = `parse ${JSON.stringify(url)}: net/url: invalid control character in URL`;
    return [required(field, `url must be a valid URL: ${why}${form}`)];
  }
  const errors: FieldError[] = [];
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (scheme?.toLowerCase() !== "https") {
    errors.push(invalid(field, scheme?.toLowerCase() ?? "", `'https' is the only allowed URL scheme${form}`));
  }
  if (host === "") errors.push(invalid(field, host, `host must be specified${form}`));
  if (authority.includes("@")) {
    const user = authority.slice(0, authority.lastIndexOf("@"));
    errors.push(invalid(field, user, "user information is not permitted in the URL"));
  }
  const [beforeFragment = "", fragment = ""] = splitOnce(rest, "#");
  if (fragment !== "") errors.push(invalid(field, fragment, "fragments are not permitted in the URL"));
  const [, query = ""] = splitOnce(beforeFragment, "?");
  if (query !== "") errors.push(invalid(field, query, "query parameters are not permitted in the URL"));
  return errors;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function validateServiceReference({ name, namespace, path, port = 0 }: ServiceReference, field: string): FieldError[] {
  const errors: FieldError[] = [];
  // Kubernetes swaps the two messages.
  if (!namespace) errors.push(required(`${field}.name`));
  if (!name) errors.push(required(`${field}.namespace`));
  const portProblems = portNumberProblems(port);
  if (portProblems.length > 0) {
    errors.push(invalid(`${field}.port`, port, `port is not valid: ${portProblems.join(", ")}`));
  }
  if (!path || path === "/") return errors;
  if (path === "//") return [...errors, invalid(`${field}.path`, path, "segment[0] may not be empty")];
  if (!path.startsWith("/")) errors.push(invalid(`${field}.path`, path, "must start with a '/'"));
  for (const [i, segment] of path.slice(1).replace(/\/$/, "").split("/").entries()) {
    if (segment === "") errors.push(invalid(`${field}.path`, path, `segment[${i}] may not be empty`));
    else {
      for (const problem of dnsSubdomainProblems(segment)) {
        errors.push(invalid(`${field}.path`, path, `segment[${i}]: ${problem}`));
      }
    }
  }
  return errors;
}

function validateReviewVersions(versions: readonly string[], path: string): FieldError[] {
  const known = REVIEW_VERSIONS.join(", ");
  if (versions.length === 0) return [required(path, `must specify one of ${known}`)];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalid(`${path}[${i}]`, version, "duplicate version"));
    else for (const problem of dns1035LabelProblems(version)) errors.push(invalid(`${path}[${i}]`, version, problem));
    seen.add(version);
  }
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version))) {
    errors.push(invalid(path, versions, `must include at least one of ${known}`));
  }
  return errors;
}

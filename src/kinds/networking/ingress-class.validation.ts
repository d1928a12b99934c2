/**
 * Validation of IngressClasses.
 *
 * Kubernetes: pkg/apis/networking/validation/validation.go (ValidateIngressClass, ValidateIngressClassUpdate)
 */
import { dnsLabelProblems, dnsSubdomainProblems, pathSegmentProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { IngressClass, IngressClassParametersReference } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalidFor, notSupported, required, tooLong } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { validateDomainPrefixedPath } from "../validation/paths.ts";

const MAX_CONTROLLER = 250;

export function validateIngressClass(ingressClass: IngressClass): FieldError[] {
  const { controller, parameters } = ingressClass.spec ?? {};
  const errors = validateObjectMeta(ingressClass, { namespaced: false });
  if (controller) errors.push(...validateController(controller));
  if (parameters) errors.push(...validateParameters(parameters, "spec.parameters"));
  return errors;
}

export function validateIngressClassUpdate(ingressClass: IngressClass, old: IngressClass): FieldError[] {
  return [
    ...validateObjectMetaUpdate(ingressClass, old),
    ...immutable("spec.controller", ingressClass.spec?.controller, old.spec?.controller),
  ];
}

function validateController(controller: string): FieldError[] {
  const path = "spec.controller";
  if (utf8Length(controller) > MAX_CONTROLLER) return [tooLong(path, MAX_CONTROLLER)];
  return validateDomainPrefixedPath(path, controller);
}

function validateParameters(parameters: IngressClassParametersReference, path: string): FieldError[] {
  const { apiGroup, kind, name, scope, namespace } = parameters;
  const errors: FieldError[] = [];
  if (apiGroup) errors.push(...invalidFor(`${path}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup)));
  for (const [field, value] of Object.entries({ kind, name })) {
    if (!value) errors.push(required(`${path}.${field}`, `${field} is required`));
    else errors.push(...invalidFor(`${path}.${field}`, value, pathSegmentProblems(value)));
  }
  if (scope === undefined) return [...errors, required(`${path}.scope`)];
  if (scope === "Namespace") {
    if (namespace === undefined) {
      errors.push(required(`${path}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    } else {
      errors.push(...invalidFor(`${path}.namespace`, namespace, dnsLabelProblems(namespace)));
    }
  } else if (scope === "Cluster") {
    if (namespace !== undefined) {
      errors.push(forbidden(`${path}.namespace`, "`parameters.scope` is set to 'Cluster'"));
    }
  } else {
    errors.push(notSupported(`${path}.scope`, scope, ["Cluster", "Namespace"]));
  }
  return errors;
}

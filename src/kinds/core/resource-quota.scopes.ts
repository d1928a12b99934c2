/**
 * Validation of the scopes of ResourceQuotas, as a list and as a selector.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (validateResourceQuotaScopes, validateScopeSelector)
 */
import type { ResourceQuotaSpec, ScopedResourceSelectorRequirement } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, required } from "../validation/field-errors.ts";

const PODS = new Set(["pods"]);
const POD_COMPUTE = new Set([
  ...PODS,
  "cpu",
  "memory",
  "limits.cpu",
  "limits.memory",
  "requests.cpu",
  "requests.memory",
]);
const CLAIMS = new Set(["persistentvolumeclaims", "requests.storage"]);

/** The standard resources that each scope limits. */
const RESOURCES = new Map<string, ReadonlySet<string>>([
  ["Terminating", POD_COMPUTE],
  ["NotTerminating", POD_COMPUTE],
  ["NotBestEffort", POD_COMPUTE],
  ["PriorityClass", POD_COMPUTE],
  ["CrossNamespacePodAffinity", POD_COMPUTE],
  ["BestEffort", PODS],
  ["VolumeAttributesClass", CLAIMS],
]);
const WITHOUT_VALUES = new Set([
  "BestEffort",
  "NotBestEffort",
  "Terminating",
  "NotTerminating",
  "CrossNamespacePodAffinity",
]);
const OPPOSITES = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;

const UNSUPPORTED = "unsupported scope";
const INAPPLICABLE = "unsupported scope applied to resource";
const ONLY_EXISTS =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
  "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

/** `standard`: the standard resources that the quota limits, in order. */
export function validateScopes({ scopes = [] }: ResourceQuotaSpec, standard: readonly string[]): FieldError[] {
  const field = "spec.scopes";
  const errors = scopes.flatMap((scope) => [
    ...(RESOURCES.has(scope) ? [] : [invalid(field, scopes, UNSUPPORTED)]),
    ...inapplicable(scope, standard).map(() => invalid(field, scopes, INAPPLICABLE)),
  ]);
  return [...errors, ...conflicts(scopes).map(() => invalid(field, scopes, "conflicting scopes"))];
}

export function validateScopeSelector(spec: ResourceQuotaSpec, standard: readonly string[]): FieldError[] {
  if (!spec.scopeSelector) return [];
  const path = "spec.scopeSelector.matchExpressions";
  const requirements = spec.scopeSelector.matchExpressions ?? [];
  // The message prints the selector in the form of the internal type.
  const selector = {
    MatchExpressions: requirements.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  };
  const errors = requirements.flatMap((requirement) => [
    ...(RESOURCES.has(requirement.scopeName) ? [] : [invalid(`${path}.scopeName`, requirement.scopeName, UNSUPPORTED)]),
    ...inapplicable(requirement.scopeName, standard).map(() => invalid(path, selector, INAPPLICABLE)),
    ...validateOperator(requirement, path),
  ]);
  const names = requirements.map(({ scopeName }) => scopeName);
  const scopes = spec.scopes ?? null;
  return [...errors, ...conflicts(names).map(() => invalid(path, scopes, "conflicting scopes"))];
}

function inapplicable(scope: string, standard: readonly string[]): string[] {
  const allowed = RESOURCES.get(scope);
  return allowed ? standard.filter((resource) => !allowed.has(resource)) : [];
}

function conflicts(scopes: readonly string[]) {
  return OPPOSITES.filter((pair) => pair.every((scope) => scopes.includes(scope)));
}

function validateOperator(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (WITHOUT_VALUES.has(scopeName) && operator !== "Exists") {
    errors.push(invalid(`${path}.operator`, operator, ONLY_EXISTS));
  }
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length > 0) return errors;
      return [
        ...errors,
        required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"),
      ];
    case "Exists":
    case "DoesNotExist": {
      if (values.length === 0) return errors;
      const none = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      return [...errors, invalid(`${path}.values`, values, none)];
    }
    default:
      return [...errors, invalid(`${path}.operator`, operator, "not a valid selector operator")];
  }
}

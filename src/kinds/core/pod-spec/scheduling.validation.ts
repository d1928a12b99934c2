/**
 * Validation of tolerations, affinity and topology spread constraints.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateTolerations, validateAffinity)
 */
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from "../../../lib/names.ts";
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import { duplicate, forbidden, invalid, invalidFor, notSupported, required } from "../../validation/field-errors.ts";
import { validateLabelSelector } from "../../validation/labels.ts";
import { TAINT_EFFECTS } from "../node.validation.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

export function validateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { key = "", operator = "", value = "", effect = "", tolerationSeconds }] of tolerations.entries()) {
    const at = `${path}[${i}]`;
    if (key) errors.push(...invalidFor(`${at}.key`, key, qualifiedNameProblems(key)));
    if (!key && operator !== "Exists") {
      const all = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${at}.operator`, operator, all));
    }
    if (tolerationSeconds !== undefined && tolerationSeconds !== null && effect !== "NoExecute") {
      errors.push(invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === "Equal" || operator === "") {
      const problems = labelValueProblems(value);
      if (problems.length > 0) errors.push(invalid(`${at}.operator`, value, problems.join(";")));
    } else if (operator === "Exists") {
      if (value) errors.push(invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else {
      errors.push(notSupported(`${at}.operator`, operator, ["Equal", "Exists"]));
    }
    if (effect && !TAINT_EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, TAINT_EFFECTS));
  }
  return errors;
}

export function validateAffinity(affinity: Affinity, path: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`) : []),
    ...(podAffinity ? validatePodAffinity(podAffinity, `${path}.podAffinity`) : []),
    ...(podAntiAffinity ? validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ];
}

export function validateTopologySpread(constraints: readonly TopologySpreadConstraint[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, constraint] of constraints.entries()) {
    const at = `${path}[${i}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, "must be greater than zero"));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, "can not be empty"));
    else errors.push(...invalidFor(`${at}.topologyKey`, topologyKey, qualifiedNameProblems(topologyKey)));
    if (whenUnsatisfiable !== "DoNotSchedule" && whenUnsatisfiable !== "ScheduleAnyway") {
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, ["DoNotSchedule", "ScheduleAnyway"]));
    }
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair));
    seen.add(pair);
    if (minDomains !== undefined && minDomains <= 0) {
      errors.push(invalid(`${at}.minDomains`, minDomains, "must be greater than zero"));
    } else if (minDomains !== undefined && whenUnsatisfiable !== "DoNotSchedule") {
      const only = "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway";
      errors.push(invalid(`${at}.minDomains`, minDomains, only));
    }
    for (const field of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
      const policy = constraint[field];
      if (policy !== undefined && policy !== "Honor" && policy !== "Ignore") {
        errors.push(notSupported(`${at}.${field}`, policy, ["Honor", "Ignore"]));
      }
    }
    errors.push(...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`));
  }
  return errors;
}

function validateNodeAffinity(affinity: NodeAffinity, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const must = affinity[REQUIRED];
  if (must) errors.push(...validateNodeSelector(must, `${path}.${REQUIRED}`));
  for (const [i, { weight, preference }] of (affinity[PREFERRED] ?? []).entries()) {
    const at = `${path}.${PREFERRED}[${i}]`;
    errors.push(...validateWeight(weight, at), ...validateNodeTerm(preference, `${at}.preference`));
  }
  return errors;
}

export function validateNodeSelector({ nodeSelectorTerms: terms = [] }: NodeSelector, path: string): FieldError[] {
  const field = `${path}.nodeSelectorTerms`;
  if (terms.length === 0) return [required(field, "must have at least one node selector term")];
  return terms.flatMap((term, i) => validateNodeTerm(term, `${field}[${i}]`));
}

function validateNodeTerm(term: NodeSelectorTerm, path: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((one, i) =>
      validateNodeRequirement(one, `${path}.matchExpressions[${i}]`),
    ),
    ...(term.matchFields ?? []).flatMap((one, i) => validateNodeField(one, `${path}.matchFields[${i}]`)),
  ];
}

function validateNodeRequirement({ key, operator, values = [] }: NodeSelectorRequirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length === 0) {
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0) {
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
      break;
    case "Gt":
    case "Lt":
      if (values.length !== 1) {
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      }
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator, "not a valid selector operator"));
  }
  errors.push(...invalidFor(`${path}.key`, key, qualifiedNameProblems(key)));
  return errors;
}

function validateNodeField({ key, operator, values = [] }: NodeSelectorRequirement, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== "In" && operator !== "NotIn") {
    errors.push(invalid(`${path}.operator`, operator, "not a valid selector operator"));
  } else if (values.length !== 1) {
    const one = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${path}.values`, one));
  }
  if (key !== "metadata.name") return [...errors, invalid(`${path}.key`, key, "not a valid field selector key")];
  return [
    ...errors,
    ...values.flatMap((name, i) => invalidFor(`${path}.values[${i}]`, name, dnsSubdomainProblems(name))),
  ];
}

function validatePodAffinity(affinity: PodAffinity, path: string): FieldError[] {
  return [
    ...(affinity[REQUIRED] ?? []).flatMap((term, i) => validatePodTerm(term, `${path}.${REQUIRED}[${i}]`)),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight, podAffinityTerm }, i) => [
      ...validateWeight(weight, `${path}.${PREFERRED}[${i}]`),
      ...validatePodTerm(podAffinityTerm, `${path}.${PREFERRED}[${i}].podAffinityTerm`),
    ]),
  ];
}

function validatePodTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const topologyKey = term.topologyKey ?? "";
  return [
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) => invalidFor(`${path}.namespace`, name, dnsLabelProblems(name))),
    ...(topologyKey ? [] : [required(`${path}.topologyKey`, "can not be empty")]),
    ...invalidFor(`${path}.topologyKey`, topologyKey, qualifiedNameProblems(topologyKey)),
  ];
}

function validateWeight(weight: number, path: string): FieldError[] {
  return weight <= 0 || weight > 100 ? [invalid(`${path}.weight`, weight, "must be in the range 1-100")] : [];
}

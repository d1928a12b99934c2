/**
 * Validation of a Job's failure, success and replacement policies.
 *
 * Kubernetes: pkg/apis/batch/validation/validation.go.
 */
import { qualifiedNameProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { JobSpec, PodFailurePolicyRule, SuccessPolicyRule } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import {
  duplicate,
  goList,
  invalid,
  invalidFor,
  invalidWithoutValue,
  negativeProblem,
  notSupported,
  required,
  tooLong,
  tooMany,
} from "../validation/field-errors.ts";
import { successPolicyForm } from "../validation/internal-form.ts";
import { countIndexes } from "./job-indexes.ts";

const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];
const EXIT_CODE_OPERATORS = ["In", "NotIn"];
const CONDITION_STATUSES = ["False", "True", "Unknown"];
const REPLACEMENT_POLICIES = ["Failed", "TerminatingOrFailed"];
const MAX_RULES = 20;
const MAX_PATTERNS = 20;
const MAX_EXIT_CODES = 255;
const MAX_INDEXES_BYTES = 64 * 1024;

export function validateFailurePolicy(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const errors = rules.length > MAX_RULES ? [tooMany(`${path}.rules`, rules.length, MAX_RULES)] : [];
  return [...errors, ...rules.flatMap((rule, i) => validateFailureRule(spec, rule, `${path}.rules[${i}]`))];
}

export function validateSuccessPolicy(spec: JobSpec, path: string): FieldError[] {
  if (spec.completionMode !== "Indexed") {
    return [invalid(path, successPolicyForm(spec.successPolicy), "requires indexed completion mode")];
  }
  const rules = spec.successPolicy?.rules ?? [];
  const errors: FieldError[] = [];
  const at = `${path}.rules`;
  if (rules.length === 0) {
    errors.push(required(at, "at least one rules must be specified when the successPolicy is specified"));
  }
  if (rules.length > MAX_RULES) errors.push(tooMany(at, rules.length, MAX_RULES));
  const completions = spec.completions ?? 0;
  return [...errors, ...rules.flatMap((rule, i) => validateSuccessRule(rule, completions, `${at}[${i}]`))];
}

export function validateReplacementPolicy(spec: JobSpec, path: string): FieldError[] {
  const { podReplacementPolicy: policy } = spec;
  const supported = spec.podFailurePolicy ? ["Failed"] : REPLACEMENT_POLICIES;
  return policy === undefined || supported.includes(policy) ? [] : [notSupported(path, policy, supported)];
}

function validateFailureRule(spec: JobSpec, rule: PodFailurePolicyRule, path: string): FieldError[] {
  const { action, onExitCodes, onPodConditions: patterns } = rule;
  const errors: FieldError[] = [];
  if (!action) errors.push(required(`${path}.action`, `valid values: ${goList(ACTIONS)}`));
  else if (action === "FailIndex") {
    if (spec.backoffLimitPerIndex === undefined) {
      errors.push(invalid(`${path}.action`, action, "requires the backoffLimitPerIndex to be set"));
    }
  } else if (!ACTIONS.includes(action)) errors.push(notSupported(`${path}.action`, action, ACTIONS));
  if (onExitCodes) errors.push(...validateExitCodes(spec, onExitCodes, `${path}.onExitCodes`));
  const count = patterns?.length ?? 0;
  if (count > MAX_PATTERNS) errors.push(tooMany(`${path}.onPodConditions`, count, MAX_PATTERNS));
  for (const [i, { type = "", status }] of (patterns ?? []).entries()) {
    const at = `${path}.onPodConditions[${i}]`;
    errors.push(...invalidFor(`${at}.type`, type, qualifiedNameProblems(type)));
    if (!status) errors.push(required(`${at}.status`, `valid values: ${goList(CONDITION_STATUSES)}`));
    else if (!CONDITION_STATUSES.includes(status)) {
      errors.push(notSupported(`${at}.status`, status, CONDITION_STATUSES));
    }
  }
  if (onExitCodes && count > 0) {
    errors.push(invalidWithoutValue(path, "specifying both OnExitCodes and OnPodConditions is not supported"));
  }
  if (!onExitCodes && count === 0) {
    errors.push(invalidWithoutValue(path, "specifying one of OnExitCodes and OnPodConditions is required"));
  }
  return errors;
}

function validateExitCodes(
  { template }: JobSpec,
  { operator, containerName, values }: NonNullable<PodFailurePolicyRule["onExitCodes"]>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!operator) errors.push(required(`${path}.operator`, `valid values: ${goList(EXIT_CODE_OPERATORS)}`));
  else if (!EXIT_CODE_OPERATORS.includes(operator)) {
    errors.push(notSupported(`${path}.operator`, operator, EXIT_CODE_OPERATORS));
  }
  const { containers, initContainers } = template.spec;
  const names = [...(containers ?? []), ...(initContainers ?? [])].map(({ name }) => name);
  if (containerName !== undefined && !names.includes(containerName)) {
    const oneOf = "must be one of the container or initContainer names in the pod template";
    errors.push(invalid(`${path}.containerName`, containerName, oneOf));
  }
  const codes = values ?? [];
  if (codes.length === 0) errors.push(invalid(`${path}.values`, values, "at least one value is required"));
  else if (codes.length > MAX_EXIT_CODES) errors.push(tooMany(`${path}.values`, codes.length, MAX_EXIT_CODES));
  const seen = new Set<number>();
  for (const [i, code] of codes.entries()) {
    const at = `${path}.values[${i}]`;
    if (operator === "In" && code === 0) errors.push(invalid(at, code, "must not be 0 for the In operator"));
    if (seen.has(code)) errors.push(duplicate(at, code));
    seen.add(code);
  }
  const isOrdered = codes.every((code, i) => i === 0 || (codes[i - 1] ?? code) <= code);
  if (!isOrdered) errors.push(invalid(`${path}.values`, codes, "must be ordered"));
  return errors;
}

function validateSuccessRule(rule: SuccessPolicyRule, completions: number, path: string): FieldError[] {
  const { succeededIndexes: indexes, succeededCount: count } = rule;
  const errors: FieldError[] = [];
  if (count === undefined && indexes === undefined) {
    errors.push(required(path, "at least one of succeededCount or succeededIndexes must be specified"));
  }
  const parsed = indexes === undefined ? { total: 0 } : countIndexes(indexes, completions);
  if (indexes !== undefined) {
    const at = `${path}.succeededIndexes`;
    if (utf8Length(indexes) > MAX_INDEXES_BYTES) errors.push(tooLong(at, MAX_INDEXES_BYTES));
    if ("problem" in parsed) errors.push(invalid(at, indexes, `error parsing succeededIndexes: ${parsed.problem}`));
  }
  if (count === undefined) return errors;
  const at = `${path}.succeededCount`;
  errors.push(...negativeProblem(at, count));
  if (count > completions) {
    const most = `must be less than or equal to ${completions} (the number of specified completions)`;
    errors.push(invalid(at, count, most));
  }
  const total = "total" in parsed ? parsed.total : 0;
  if (indexes !== undefined && count > total) {
    const most = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
    errors.push(invalid(at, count, most));
  }
  return errors;
}

/**
 * Validation of Jobs, and of the Job templates of CronJobs.
 *
 * Kubernetes: pkg/apis/batch/validation/validation.go.
 */
import { cloneJson, equalJson } from "../../lib/json.ts";
import { dnsLabelProblems } from "../../lib/names.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import { utf8Length } from "../../lib/text.ts";
import type { Job, JobSpec, JobTemplateSpec, PodTemplateSpec } from "../../schema/index.ts";
import { validatePodTemplate } from "../core/pod-spec/pod-template.validation.ts";
import type { FieldError } from "../kind.ts";
import { IMMUTABLE, invalid, negativeProblem, notSupported, required, tooLong } from "../validation/field-errors.ts";
import { failurePolicyForm, internalPodTemplate, successPolicyForm } from "../validation/internal-form.ts";
import { validateLabelSelector } from "../validation/labels.ts";
import { immutable, validateObjectMeta } from "../validation/object-meta.ts";
import { validateDomainPrefixedPath } from "../validation/paths.ts";
import { validateFailurePolicy, validateReplacementPolicy, validateSuccessPolicy } from "./job-policies.validation.ts";

const MAX_INDEXED_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
/** Beyond this number of completions, limits per index are stricter. */
export const MANY_COMPLETIONS = 100_000;
const MAX_WITH_MANY_COMPLETIONS = 10_000;
const MAX_MANAGER_BYTES = 63;

export function validateJob(job: Job): FieldError[] {
  const { metadata, spec } = job;
  const errors = [
    ...validateObjectMeta(job, { namespaced: true }),
    ...validateGeneratedSelector(job),
    ...validateSelectingSpec(job),
  ];
  if (spec.completionMode !== "Indexed" || !spec.completions || spec.completions < 0) return errors;
  // Its pods are named by their index.
  const hostname = `${metadata.name}-${spec.completions - 1}`;
  if (dnsLabelProblems(hostname).length > 0) {
    const problem = `will not able to create pod with invalid DNS label: ${hostname}`;
    errors.push(invalid("metadata.name", metadata.name, problem));
  }
  return errors;
}

/** A Job's specification with its selector, generated or not. */
export function validateSelectingSpec({ spec }: Job): FieldError[] {
  return [...validateJobSpec(spec, "spec"), ...validateSelection(spec)];
}

export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const { spec } = job;
  const same = (field: "backoffLimitPerIndex" | "completionMode" | "managedBy" | "selector") =>
    immutable(`spec.${field}`, spec[field], old.spec[field]);
  const errors = [...validateCompletionsUpdate(spec, old.spec), ...same("selector")];
  if (!equalJson(spec.template, comparedTemplate(job, old))) {
    errors.push(invalid("spec.template", internalPodTemplate(spec.template), IMMUTABLE));
  }
  errors.push(...same("completionMode"));
  if (!equalJson(spec.podFailurePolicy ?? null, old.spec.podFailurePolicy ?? null)) {
    errors.push(invalid("spec.podFailurePolicy", failurePolicyForm(spec.podFailurePolicy), IMMUTABLE));
  }
  errors.push(...same("backoffLimitPerIndex"), ...same("managedBy"));
  if (!equalJson(spec.successPolicy ?? null, old.spec.successPolicy ?? null)) {
    errors.push(invalid("spec.successPolicy", successPolicyForm(spec.successPolicy), IMMUTABLE));
  }
  return errors;
}

/** Checks of a Job's specification, in Jobs and in templates. */
function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors = [
    ...negativeProblem(`${path}.parallelism`, spec.parallelism),
    ...negativeProblem(`${path}.completions`, spec.completions),
    ...negativeProblem(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...negativeProblem(`${path}.backoffLimit`, spec.backoffLimit),
    ...negativeProblem(`${path}.ttlSecondsAfterFinished`, spec.ttlSecondsAfterFinished),
    ...negativeProblem(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex),
    ...negativeProblem(`${path}.maxFailedIndexes`, spec.maxFailedIndexes),
  ];
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  }
  if (spec.managedBy !== undefined) {
    errors.push(...validateDomainPrefixedPath(`${path}.managedBy`, spec.managedBy));
    if (utf8Length(spec.managedBy) > MAX_MANAGER_BYTES) errors.push(tooLong(`${path}.managedBy`, MAX_MANAGER_BYTES));
  }
  errors.push(...validateCompletionMode(spec, path));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, `${path}.podFailurePolicy`));
  if (spec.successPolicy) errors.push(...validateSuccessPolicy(spec, `${path}.successPolicy`));
  errors.push(...validateReplacementPolicy(spec, `${path}.podReplacementPolicy`));
  errors.push(...validatePodTemplate(spec.template, `${path}.template`));
  return [...errors, ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`)];
}

/** A CronJob's template. Its selector must be unset, because it is generated. */
export function validateJobTemplate({ spec }: JobTemplateSpec, path: string): FieldError[] {
  const errors = validateJobSpec(spec, `${path}.spec`);
  if (spec.selector) errors.push(invalid(`${path}.spec.selector`, spec.selector, "`selector` will be auto-generated"));
  if (spec.manualSelector) errors.push(notSupported(`${path}.spec.manualSelector`, true, ["nil", "false"]));
  return errors;
}

function validateCompletionMode(spec: JobSpec, path: string): FieldError[] {
  const { completionMode: mode, completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  if (mode === undefined || mode === "NonIndexed") {
    const indexed = "requires indexed completion mode";
    if (backoffLimitPerIndex !== undefined) {
      errors.push(invalid(`${path}.backoffLimitPerIndex`, backoffLimitPerIndex, indexed));
    }
    if (maxFailedIndexes !== undefined) errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, indexed));
    return errors;
  }
  if (mode !== "Indexed") return [notSupported(`${path}.completionMode`, mode, ["NonIndexed", "Indexed"])];
  if (completions === undefined) errors.push(required(`${path}.completions`, "when completion mode is Indexed"));
  if (parallelism !== undefined && parallelism > MAX_INDEXED_PARALLELISM) {
    const most = `must be less than or equal to ${MAX_INDEXED_PARALLELISM} when completion mode is Indexed`;
    errors.push(invalid(`${path}.parallelism`, parallelism, most));
  }
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    const most = "must be less than or equal to completions";
    errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, most));
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > MAX_FAILED_INDEXES) {
    const most = `must be less than or equal to ${MAX_FAILED_INDEXES}`;
    errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, most));
  }
  return [...errors, ...validateManyCompletions(spec, path)];
}

function validateManyCompletions(spec: JobSpec, path: string): FieldError[] {
  const { completions = 0, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return [];
  const errors: FieldError[] = [];
  if (maxFailedIndexes === undefined) {
    const detail = `must be specified when completions is above ${MANY_COMPLETIONS}`;
    errors.push(required(`${path}.maxFailedIndexes`, detail));
  }
  const when = `when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  const most = `must be less than or equal to ${MAX_WITH_MANY_COMPLETIONS} ${when}`;
  if (parallelism > MAX_WITH_MANY_COMPLETIONS) errors.push(invalid(`${path}.parallelism`, parallelism, most));
  if (maxFailedIndexes !== undefined && maxFailedIndexes > MAX_WITH_MANY_COMPLETIONS) {
    errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, most));
  }
  return errors;
}

function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, field: string): FieldError[] {
  const { restartPolicy = "" } = template.spec;
  if (restartPolicy === "Always" || restartPolicy === "") {
    return [required(field, 'valid values: "OnFailure", "Never"')];
  }
  if (restartPolicy !== "OnFailure" && restartPolicy !== "Never") {
    return [notSupported(field, restartPolicy, ["OnFailure", "Never"])];
  }
  if (!podFailurePolicy || restartPolicy === "Never") return [];
  return [invalid(field, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')];
}

/** Without `manualSelector`, the selector must be exactly the generated one. */
function validateGeneratedSelector({ metadata, spec }: Job): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const { uid = "", name = "" } = metadata;
  const labels = {
    "controller-uid": uid,
    "job-name": name,
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
  };
  const errors = Object.entries(labels).flatMap(([key, value]) => validateHasLabel(spec.template, key, value));
  if (!matchesLabelSelector(spec.selector, labels)) {
    errors.push(invalid("spec.selector", spec.selector, "`selector` not auto-generated"));
  }
  return errors;
}

function validateHasLabel({ metadata }: PodTemplateSpec, key: string, value: string): FieldError[] {
  const field = `spec.template.metadata.labels[${key}]`;
  const found = metadata.labels?.[key];
  if (found === value) return [];
  const detail = `must be '${value}'`;
  return [found === undefined ? required(field, detail) : invalid(field, metadata.labels, detail)];
}

function validateSelection(spec: JobSpec): FieldError[] {
  const { labels } = spec.template.metadata;
  const mismatch = invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
  // A missing selector selects nothing.
  if (!spec.selector) return [required("spec.selector"), mismatch];
  const errors = validateLabelSelector(spec.selector, "spec.selector");
  return matchesLabelSelector(spec.selector, labels) ? errors : [...errors, mismatch];
}

/** An indexed Job's completions may change together with its parallelism. */
function validateCompletionsUpdate(spec: JobSpec, old: JobSpec): FieldError[] {
  const field = "spec.completions";
  if (spec.completionMode !== "Indexed") return immutable(field, spec.completions, old.completions);
  if (spec.completions === old.completions || spec.completions === undefined) return [];
  if (spec.completions === spec.parallelism) return [];
  return [invalid(field, spec.completions, "can only be modified in tandem with spec.parallelism")];
}

/** The old template with the mutable fields of the new one: while a Job is suspended, scheduling and resources. */
function comparedTemplate({ spec }: Job, old: Job): PodTemplateSpec {
  if (!old.spec.suspend || (old.status.active ?? 0) > 0) return old.spec.template;
  const template = cloneJson(old.spec.template);
  const { metadata, spec: pod } = spec.template;
  for (const list of ["containers", "initContainers"] as const) {
    for (const [i, container] of (template.spec[list] ?? []).entries()) {
      const next = pod[list]?.[i];
      if (next) takeOver(container, next, "resources");
    }
  }
  for (const field of ["labels", "annotations"] as const) takeOver(template.metadata, metadata, field);
  for (const field of ["nodeSelector", "tolerations", "schedulingGates"] as const) takeOver(template.spec, pod, field);
  const affinity = { ...template.spec.affinity };
  takeOver(affinity, pod.affinity ?? {}, "nodeAffinity");
  if (Object.keys(affinity).length > 0 || pod.affinity) template.spec.affinity = affinity;
  else delete template.spec.affinity;
  return template;
}

function takeOver<T extends object, K extends keyof T>(target: T, source: T, field: K): void {
  if (source[field] === undefined) delete target[field];
  else target[field] = source[field];
}

/** Validation of Jobs, and of the Jobs that CronJobs make. */
import { equalJson } from "../../lib/json.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import type { Job, JobSpec, PodFailurePolicyRule } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { IMMUTABLE, invalid, negativeProblem, notSupported, required } from "./field-errors.ts";
import { internalPodTemplate } from "./internal-form.ts";
import { validateLabelSelector } from "./labels.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";
import { validatePodTemplate } from "./pod-template.ts";

const UID_LABEL = "batch.kubernetes.io/controller-uid";
const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];

export function validateJob(job: Job): FieldError[] {
  return [
    ...validateObjectMeta(job, { namespaced: true }),
    ...validateGeneratedSelector(job),
    ...validateJobSpec(job.spec, "spec"),
    ...validateSelection(job.spec),
  ];
}

export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const { spec } = job;
  const errors = [...validateObjectMetaUpdate(job, old), ...validateSelection(spec)];
  // An indexed Job may be resized as a whole.
  const isResized = spec.completionMode === "Indexed" && spec.completions === spec.parallelism;
  if (!isResized) errors.push(...immutable("spec.completions", spec.completions ?? null, old.spec.completions ?? null));
  errors.push(...immutable("spec.selector", spec.selector ?? null, old.spec.selector ?? null));
  if (!(old.spec.suspend && !old.status.startTime)) {
    if (!equalJson(spec.template, old.spec.template)) {
      errors.push(invalid("spec.template", internalPodTemplate(spec.template), IMMUTABLE));
    }
  }
  errors.push(...immutable("spec.completionMode", spec.completionMode, old.spec.completionMode));
  errors.push(...immutable("spec.podFailurePolicy", spec.podFailurePolicy ?? null, old.spec.podFailurePolicy ?? null));
  return [
    ...errors,
    ...immutable("spec.backoffLimitPerIndex", spec.backoffLimitPerIndex ?? null, old.spec.backoffLimitPerIndex ?? null),
  ];
}

/** What holds for a Job's specification wherever it stands. */
export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors = [
    ...negativeProblem(`${path}.parallelism`, spec.parallelism),
    ...negativeProblem(`${path}.completions`, spec.completions),
    ...negativeProblem(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...negativeProblem(`${path}.backoffLimit`, spec.backoffLimit),
    ...negativeProblem(`${path}.ttlSecondsAfterFinished`, spec.ttlSecondsAfterFinished),
    ...negativeProblem(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex),
    ...negativeProblem(`${path}.maxFailedIndexes`, spec.maxFailedIndexes),
  ];
  const mode = spec.completionMode;
  if (mode !== undefined && mode !== "NonIndexed" && mode !== "Indexed") {
    errors.push(notSupported(`${path}.completionMode`, mode, ["Indexed", "NonIndexed"]));
  }
  if (mode === "Indexed" && spec.completions === undefined) {
    errors.push(required(`${path}.completions`, "when completion mode is Indexed"));
  }
  for (const [i, rule] of (spec.podFailurePolicy?.rules ?? []).entries()) {
    errors.push(...validateFailureRule(rule, `${path}.podFailurePolicy.rules[${i}]`));
  }
  errors.push(...validatePodTemplate(spec.template, `${path}.template`));
  const restartPolicy = spec.template.spec.restartPolicy ?? "";
  const field = `${path}.template.spec.restartPolicy`;
  if (restartPolicy === "Always" || restartPolicy === "") {
    errors.push(required(field, 'valid values: "OnFailure", "Never"'));
  } else if (restartPolicy !== "OnFailure" && restartPolicy !== "Never") {
    errors.push(notSupported(field, restartPolicy, ["OnFailure", "Never"]));
  } else if (spec.podFailurePolicy && restartPolicy !== "Never") {
    errors.push(invalid(field, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
  return errors;
}

/** A Job without a selector of its own must have exactly the one that was made for it. */
function validateGeneratedSelector({ metadata, spec }: Job): FieldError[] {
  if (spec.manualSelector) return [];
  const wanted = { matchLabels: { [UID_LABEL]: metadata.uid ?? "" } };
  if (equalJson(spec.selector, wanted)) return [];
  return [invalid("spec.selector", spec.selector ?? null, "`selector` not auto-generated")];
}

function validateSelection(spec: JobSpec): FieldError[] {
  if (!spec.selector) return [required("spec.selector")];
  const errors = validateLabelSelector(spec.selector, "spec.selector");
  const { labels } = spec.template.metadata;
  if (!matchesLabelSelector(spec.selector, labels)) {
    errors.push(
      invalid("spec.template.metadata.labels", labels ?? null, "`selector` does not match template `labels`"),
    );
  }
  return errors;
}

function validateFailureRule(
  { action, onExitCodes, onPodConditions }: PodFailurePolicyRule,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!action)
    errors.push(required(`${path}.action`, `valid values: ${ACTIONS.map((text) => JSON.stringify(text)).join(", ")}`));
  else if (!ACTIONS.includes(action)) errors.push(notSupported(`${path}.action`, action, ACTIONS));
  if (onExitCodes) {
    const { operator, values } = onExitCodes;
    if (operator !== "In" && operator !== "NotIn") {
      errors.push(notSupported(`${path}.onExitCodes.operator`, operator, ["In", "NotIn"]));
    }
    if (values.length === 0)
      errors.push(invalid(`${path}.onExitCodes.values`, values, "at least one value is required"));
    for (const [i, value] of values.entries()) {
      if (operator === "In" && value === 0) {
        errors.push(invalid(`${path}.onExitCodes.values[${i}]`, value, "must not be 0 for the In operator"));
      }
    }
  }
  const count = Number(onExitCodes !== undefined) + Number((onPodConditions?.length ?? 0) > 0);
  if (count === 0) errors.push(invalid(path, null, "specifying one of OnExitCodes and OnPodConditions is required"));
  if (count === 2) errors.push(invalid(path, null, "specifying both OnExitCodes and OnPodConditions is not supported"));
  return errors;
}

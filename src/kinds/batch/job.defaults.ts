/**
 * Defaults of Jobs, and the labels that a Job's pods are found by.
 *
 * Kubernetes: pkg/apis/batch/v1/defaults.go (SetDefaults_Job), pkg/registry/batch/job/strategy.go (generateSelector)
 */
import { MAX_INT32 } from "../../lib/integers.ts";
import type { Job, JobSpec } from "../../schema/index.ts";
import { defaultPodTemplate } from "../core/pod-spec/pod-spec.defaults.ts";
import { setDefault } from "../set-default.ts";

const DEFAULT_BACKOFF_LIMIT = 6;
const UID_LABEL = "batch.kubernetes.io/controller-uid";

export function defaultJob(job: Job): void {
  if (!job.spec) job.spec = {} as JobSpec;
  const { spec, metadata } = job;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  setDefault(spec, "parallelism", 1);
  setDefault(spec, "backoffLimit", spec.backoffLimitPerIndex === undefined ? DEFAULT_BACKOFF_LIMIT : MAX_INT32);
  defaultPodTemplate(spec);
  setDefault(spec, "completionMode", "NonIndexed");
  setDefault(spec, "suspend", false);
  setDefault(spec, "manualSelector", false);
  setDefault(spec, "podReplacementPolicy", spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed");
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of onPodConditions ?? []) setDefault(pattern, "status", "True");
  }
  const { labels } = spec.template.metadata;
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

/** Selects a Job's pods by its uid, unless `manualSelector` is set. Two legacy labels are kept beside the new ones. */
export function labelJob(job: Job): void {
  if (job.spec.manualSelector) return;
  const { metadata, spec } = job;
  const uid = metadata.uid ?? "";
  const name = metadata.name ?? "";
  const hadNoLabels = Object.keys(metadata.labels ?? {}).length === 0;
  spec.template.metadata.labels = {
    ...spec.template.metadata.labels,
    [UID_LABEL]: uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  spec.selector = { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [UID_LABEL]: uid } };
  if (hadNoLabels) metadata.labels = { ...spec.template.metadata.labels };
}

/**
 * Defaults of CronJobs.
 *
 * Kubernetes: pkg/apis/batch/v1/defaults.go (SetDefaults_CronJob)
 */
import type { CronJob, CronJobSpec, JobSpec } from "../../schema/index.ts";
import { defaultPodTemplate } from "../core/pod-spec/pod-spec.defaults.ts";
import { setDefault } from "../set-default.ts";

export function defaultCronJob(cronJob: CronJob): void {
  if (!cronJob.spec) cronJob.spec = {} as CronJobSpec;
  const { spec } = cronJob;
  setDefault(spec, "concurrencyPolicy", "Allow");
  setDefault(spec, "suspend", false);
  setDefault(spec, "successfulJobsHistoryLimit", 3);
  setDefault(spec, "failedJobsHistoryLimit", 1);
  if (!spec.jobTemplate) spec.jobTemplate = { metadata: {}, spec: {} as JobSpec };
  if (!spec.jobTemplate.spec) spec.jobTemplate.spec = {} as JobSpec;
  // The Job's own defaults are set when the Job is created.
  defaultPodTemplate(spec.jobTemplate.spec);
}

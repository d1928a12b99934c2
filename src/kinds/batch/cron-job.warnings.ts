/**
 * Warnings of CronJobs.
 *
 * Kubernetes: pkg/registry/batch/cronjob/strategy.go (WarningsOnCreate, WarningsOnUpdate)
 */
import type { CronJob } from "../../schema/index.ts";
import { keepsGeneration, nameWarning } from "../core/pod-spec/pod-template.warnings.ts";
import { jobSpecWarnings } from "./job.warnings.ts";

export function cronJobWarnings(cronJob: CronJob, old: CronJob | undefined): string[] {
  if (keepsGeneration(cronJob, old)) return [];
  const name = old ? [] : nameWarning(cronJob, "Pod names and hostnames");
  const { spec } = cronJob.spec.jobTemplate;
  return [...name, ...(spec ? jobSpecWarnings(spec, "spec.jobTemplate.spec") : [])];
}

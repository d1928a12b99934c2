/**
 * Warnings of Jobs.
 *
 * Kubernetes: pkg/api/job/warnings.go (WarningsForJobSpec)
 */

import type { Job, JobSpec } from "../../schema/index.ts";
import { keepsGeneration, nameWarning, warningsOfTemplate } from "../core/pod-spec/pod-template.warnings.ts";
import { MANY_COMPLETIONS } from "./job.validation.ts";

/** Above both numbers, the list of completed indexes may exceed its size limit. */
const MANY_AT_ONCE = 10_000;

export function jobWarnings(job: Job, old: Job | undefined): string[] {
  if (keepsGeneration(job, old)) return [];
  return [...(old ? [] : nameWarning(job, "Pod names and hostnames")), ...jobSpecWarnings(job.spec, "spec")];
}

export function jobSpecWarnings({ completionMode, completions = 0, parallelism = 0, template }: JobSpec, path: string) {
  const isHuge = completionMode === "Indexed" && completions > MANY_COMPLETIONS && parallelism > MANY_AT_ONCE;
  const why =
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might " +
    "not be able to track completedIndexes when a big number of indexes fail";
  return [...(isHuge ? [`${path}: ${why}`] : []), ...warningsOfTemplate(template, `${path}.template.`)];
}

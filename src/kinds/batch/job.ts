/**
 * The kind `Job`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/batch/job/strategy.go
 */
import { formatLabelSelector } from "../../lib/selectors.ts";
import type { Job } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, containerColumns, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultJob, labelJob } from "./job.defaults.ts";
import { jobDuration, jobStatus } from "./job.printing.ts";
import { validateJob, validateJobUpdate, validateSelectingSpec } from "./job.validation.ts";
import { jobWarnings } from "./job.warnings.ts";
import { validateJobStatusUpdate } from "./job-status.validation.ts";

const column = columnsFor<Job>("batch/jobs");

export const jobKind: KindDefinition<Job> = {
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  singular: "job",
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.batch.v1.Job",
  verbs: EVERY_VERB,
  storageVersionHash: "mudhfqk/qZY=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  selectableFields: { "status.successful": ({ status }) => String(status.succeeded ?? 0) },
  strategy: {
    default: defaultJob,
    prepareForCreate: (job) => {
      resetStatus(job, {});
      labelJob(job);
    },
    prepareForUpdate: keepStatus,
    validate: validateJob,
    validateUpdate: inTurn<Job>(
      asNew(validateJob),
      validateObjectMetaUpdate,
      asNew(validateSelectingSpec),
      validateJobUpdate,
    ),
    validateStatusUpdate: validateJobStatusUpdate,
    warnings: jobWarnings,
    defaultPropagation: "Orphan",
  },
  columns: [
    nameColumn,
    column("Status", jobStatus),
    column("Completions", ({ spec, status }) => {
      const succeeded = status.succeeded ?? 0;
      if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
      return (spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`;
    }),
    column("Duration", jobDuration),
    ageColumn,
    ...containerColumns<Job>("batch/jobs", ({ spec }) => spec.template.spec.containers),
    column("Selector", ({ spec }) => formatLabelSelector(spec.selector), { wide: true }),
  ],
};

/**
 * The kind `CronJob`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/batch/cronjob/strategy.go
 */
import { formatLabelSelector } from "../../lib/selectors.ts";
import type { CronJob } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, ageOf, columnsFor, containerColumns, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultCronJob } from "./cron-job.defaults.ts";
import { validateCronJob, validateCronJobUpdate } from "./cron-job.validation.ts";
import { cronJobWarnings } from "./cron-job.warnings.ts";

const column = columnsFor<CronJob>("batch/cronjobs");

export const cronJobKind: KindDefinition<CronJob> = {
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  singular: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  schema: "io.k8s.api.batch.v1.CronJob",
  verbs: EVERY_VERB,
  storageVersionHash: "sd5LIXh4Fjs=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  hasGeneration: true,
  strategy: {
    warnings: cronJobWarnings,
    default: defaultCronJob,
    prepareForCreate: (cronJob) => resetStatus(cronJob, {}),
    prepareForUpdate: keepStatus,
    validate: validateCronJob,
    validateUpdate: validateCronJobUpdate,
  },
  columns: [
    nameColumn,
    column("Schedule", ({ spec }) => spec.schedule),
    column("Timezone", ({ spec }) => spec.timeZone ?? "<none>"),
    // The column's type is boolean, but Kubernetes prints text.
    column("Suspend", ({ spec }) => (spec.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False"), {
      type: "boolean",
    }),
    column("Active", ({ status }) => status.active?.length ?? 0, { type: "integer" }),
    column("Last Schedule", ({ status }, nowMs) =>
      status.lastScheduleTime ? ageOf(status.lastScheduleTime, nowMs) : "<none>",
    ),
    ageColumn,
    ...containerColumns<CronJob>("batch/cronjobs", ({ spec }) => spec.jobTemplate.spec.template.spec.containers),
    column("Selector", ({ spec }) => formatLabelSelector(spec.jobTemplate.spec.selector), { wide: true }),
  ],
};

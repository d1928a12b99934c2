/** Jobs and CronJobs. Source: kube-state-metrics internal/store (job.go, cronjob.go) */
import { objectsIn } from "../../../kubectl/core/parts.ts";
import {
  common,
  identity,
  metadataOf,
  type ResourceMetrics,
  secondsOf,
  specOf,
  statusOf,
  textOf,
} from "../resource.ts";

export const jobs: ResourceMetrics = {
  name: "jobs",
  resource: "batch/jobs",
  path: "/apis/batch/v1/jobs",
  collect(job, families) {
    const labels = identity(job, "job_name");
    const [spec, status] = [specOf(job), statusOf(job)];
    common(job, "job", families, "job_name");
    families.add("kube_job_info", "Information about job.", labels, 1);
    families.add(
      "kube_job_spec_parallelism",
      "The maximum desired number of pods the job should run at any given time.",
      labels,
      spec["parallelism"],
    );
    families.add(
      "kube_job_spec_completions",
      "The desired number of successfully finished pods the job should be run with.",
      labels,
      spec["completions"],
    );
    families.add(
      "kube_job_status_active",
      "The number of actively running pods.",
      labels,
      Number(status["active"] ?? 0),
    );
    families.add(
      "kube_job_status_succeeded",
      "The number of pods which reached Phase Succeeded.",
      labels,
      Number(status["succeeded"] ?? 0),
    );
    families.add(
      "kube_job_status_failed",
      "The number of pods which reached Phase Failed and the reason for failure.",
      labels,
      Number(status["failed"] ?? 0),
    );
    families.add(
      "kube_job_status_start_time",
      "StartTime represents time when the job was acknowledged by the Job Manager.",
      labels,
      secondsOf(status["startTime"]),
    );
    families.add(
      "kube_job_status_completion_time",
      "CompletionTime represents time when the job was completed.",
      labels,
      secondsOf(status["completionTime"]),
    );
    for (const { type, status: state } of objectsIn(status["conditions"])) {
      const name = type === "Complete" ? "complete" : type === "Failed" ? "failed" : undefined;
      if (!name) continue;
      const help = name === "complete" ? "The job has completed its execution." : "The job has failed its execution.";
      families.states(`kube_job_${name}`, help, labels, {
        label: "condition",
        states: ["true", "false", "unknown"],
        present: textOf(state).toLowerCase(),
      });
    }
    const owner = objectsIn(metadataOf(job)["ownerReferences"])[0] ?? {};
    const owned = {
      owner_kind: textOf(owner["kind"]),
      owner_name: textOf(owner["name"]),
      owner_is_controller: textOf(owner["controller"]),
    };
    families.add("kube_job_owner", "Information about the Job's owner.", { ...labels, ...owned }, 1);
  },
};

export const cronJobs: ResourceMetrics = {
  name: "cronjobs",
  resource: "batch/cronjobs",
  path: "/apis/batch/v1/cronjobs",
  collect(cronJob, families) {
    const labels = identity(cronJob, "cronjob");
    const [spec, status] = [specOf(cronJob), statusOf(cronJob)];
    common(cronJob, "cronjob", families);
    const info = {
      schedule: textOf(spec["schedule"]),
      concurrency_policy: textOf(spec["concurrencyPolicy"]),
      timezone: textOf(spec["timeZone"]),
    };
    families.add("kube_cronjob_info", "Info about cronjob.", { ...labels, ...info }, 1);
    families.add(
      "kube_cronjob_spec_suspend",
      "Suspend flag tells the controller to suspend subsequent executions.",
      labels,
      Number(spec["suspend"] === true),
    );
    families.add(
      "kube_cronjob_status_active",
      "Active holds pointers to currently running jobs.",
      labels,
      objectsIn(status["active"]).length,
    );
    families.add(
      "kube_cronjob_status_last_schedule_time",
      "LastScheduleTime keeps information of when was the last time the job was successfully scheduled.",
      labels,
      secondsOf(status["lastScheduleTime"]),
    );
  },
};

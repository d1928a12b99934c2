/**
 * Creation, deletion and release of a Job's pods.
 * Kubernetes: pkg/controller/job/job_controller.go, pkg/controller/job/indexed_job_utils.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { jobKind } from "../../kinds/batch/job.ts";
import { podKind } from "../../kinds/core/pod.ts";
import type { Container, Pod } from "../../schema/index.ts";
import { createOwnedPod, deleteOwnedPod } from "../lib/pod-control.ts";
import { controllerReference, podFromTemplate } from "../lib/pods.ts";
import { COMPONENT, INDEX, INDEX_FAILURES, isTracked, type JobRun, TRACKING } from "./context.ts";
import { failuresOf, hasLimitPerIndex } from "./per-index.ts";

/** `index`: the completion index of Indexed Jobs. */
export function createPod(run: JobRun, index: number | undefined): void {
  const { tx, job } = run;
  const pod = podFromTemplate(job.spec.template, job.metadata.namespace ?? "", controllerReference(jobKind, job));
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), TRACKING];
  if (index !== undefined) giveIndex(pod, job.metadata.name ?? "", index);
  if (index !== undefined && hasLimitPerIndex(run)) {
    pod.metadata.annotations = { ...pod.metadata.annotations, [INDEX_FAILURES]: String(failuresOf(run, index)) };
  }
  createOwnedPod({ tx, owner: job, component: COMPONENT }, pod);
}

/** Deletes a pod. `counted: false` removes the tracking finalizer first, so that the pod is not counted as failed. */
export function deletePod(run: JobRun, pod: Pod, options: { counted: boolean }): void {
  if (!options.counted) release(run.tx, pod);
  deleteOwnedPod({ tx: run.tx, owner: run.job, component: COMPONENT }, pod);
}

/** Removes the tracking finalizer. */
export function release(tx: Transaction, pod: Pod): void {
  const present = tx.get(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  if (!present || present.metadata.uid !== pod.metadata.uid || !isTracked(present)) return;
  tx.update(podKind, present, (draft) => {
    const others = (draft.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING);
    if (others.length > 0) draft.metadata.finalizers = others;
    else delete draft.metadata.finalizers;
  });
}

function giveIndex(pod: Pod, jobName: string, index: number): void {
  pod.metadata.generateName = `${jobName}-${index}-`;
  pod.metadata.annotations = { ...pod.metadata.annotations, [INDEX]: String(index) };
  pod.metadata.labels = { ...pod.metadata.labels, [INDEX]: String(index) };
  pod.spec.hostname = `${jobName}-${index}`;
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) addIndexVariable(container);
}

function addIndexVariable(container: Container): void {
  const name = "JOB_COMPLETION_INDEX";
  if (container.env?.some((variable) => variable.name === name)) return;
  const fieldRef = { fieldPath: `metadata.labels['${INDEX}']` };
  container.env = [...(container.env ?? []), { name, valueFrom: { fieldRef } }];
}

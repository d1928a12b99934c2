/**
 * Runs Jobs until they are finished. Every pod is counted exactly once: a finalizer keeps it until its result is in the
 * status, first by uid, then as a number.
 * Kubernetes: pkg/controller/job/job_controller.go, pkg/controller/job/tracking_utils.go (KEP-2307)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { jobKind } from "../../kinds/batch/job.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import type { ApiError } from "../../lib/api-error.ts";
import { cloneJson, equalJson } from "../../lib/json.ts";
import { matchesLabelSelector } from "../../lib/selectors.ts";
import { earliest, formatTime, parseTime } from "../../lib/time.ts";
import type { Parts } from "../../lib/work.ts";
import type { Job, Pod } from "../../schema/index.ts";
import { type Controller, controllerOf, ownedBy, type Requeue, self, type Watch } from "../controller.ts";
import { claim } from "../lib/claim.ts";
import { adopters, type Claiming } from "../lib/claim-watch.ts";
import { isPodActive, isPodReady, isPodTerminating } from "../lib/pods.ts";
import {
  type Backoff,
  COMPONENT,
  conditionOf,
  hasFailed,
  indexOf,
  isFinished,
  isIndexed,
  isTracked,
  type JobRun,
  recordRunEvent,
  TRACKING,
} from "./context.ts";
import { deadlineOf, failureVerdict, isCounted, type Verdict } from "./failure.ts";
import { formatIndexes, parseIndexes } from "./indexes.ts";
import { managePods } from "./manage.ts";
import { indexVerdict, noteIndexFailures, successVerdict } from "./per-index.ts";
import { deletePod, release } from "./pods.ts";

/** Changes of pods are handled in batches of one second (syncJobBatchPeriod). */
const POD_BATCH_MS = 1000;

const claimingPods: Claiming<Job, Pod> = {
  owner: jobKind,
  claimed: podKind,
  matches: ({ spec: { selector } }, pod) => matchesLabelSelector(selector, pod.metadata.labels),
};

export const jobController: Controller = {
  name: COMPONENT,
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(jobKind), podsOfJobs()],

  *reconcile(tx, key, nowMs): Parts<Requeue> {
    const { namespace, name } = parseKey(key);
    const job = tx.get(jobKind, namespace, name);
    if (!job || isFinished(job) || job.metadata.deletionTimestamp) {
      releaseAll(tx, namespace, name, job);
      return undefined;
    }
    const run = begin(tx, nowMs, job);
    countReleased(run);
    const { againAtMs, refusal } = yield* isDecided(run) ? wrapUp(run) : advance(run);
    tx.setPrivateState(key, COMPONENT, run.backoff);
    if (!equalJson(run.status, job.status)) {
      tx.updateStatus(jobKind, job, (draft) => {
        draft.status = run.status;
      });
    }
    // The status is written before the refusal is thrown.
    if (refusal) throw refusal;
    return againAtMs;
  },
};

/** When to run again, and the last refused write. */
interface Next {
  againAtMs?: number | undefined;
  refusal?: ApiError | undefined;
}

function begin(tx: Transaction, nowMs: number, job: Job): JobRun {
  const pods = claim(tx, {
    owner: job,
    ownerKind: jobKind,
    kind: podKind,
    candidates: tx.list(podKind, job.metadata.namespace),
    matches: (pod) => claimingPods.matches(job, pod),
    finalizer: TRACKING,
  });
  const key = objectKey(jobKind, job.metadata.namespace ?? "", job.metadata.name ?? "");
  const backoff = tx.privateState<Backoff>(key, COMPONENT) ?? { failures: 0, lastFailureMs: 0 };
  const status = cloneJson(job.status);
  status.uncountedTerminatedPods ??= {};
  if (!status.startTime && !job.spec.suspend) status.startTime = formatTime(nowMs);
  return { tx, nowMs, job, pods, status, backoff: { ...backoff } };
}

/** Releases the pods whose uids are in the status, and adds them to the counts. */
function countReleased({ tx, pods, status }: JobRun): void {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  for (const uid of [...succeeded, ...failed]) {
    const pod = pods.find(({ metadata }) => metadata.uid === uid);
    if (pod) release(tx, pod);
  }
  if (succeeded.length > 0) status.succeeded = (status.succeeded ?? 0) + succeeded.length;
  if (failed.length > 0) status.failed = (status.failed ?? 0) + failed.length;
  status.uncountedTerminatedPods = {};
}

/** True if success or failure is decided; only the remaining pods must be removed. */
function isDecided({ status }: JobRun): boolean {
  return Boolean(conditionOf(status, "SuccessCriteriaMet") ?? conditionOf(status, "FailureTarget"));
}

function* advance(run: JobRun): Parts<Next> {
  const { job, status } = run;
  const finished = newlyFinished(run);
  noteFailures(run, finished);
  noteIndexFailures(run, finished.failed, (pod) => endedAtMs(pod) ?? run.nowMs);
  const succeeded = (status.succeeded ?? 0) + (isIndexed(job) ? 0 : finished.succeeded.length);
  const failed = (status.failed ?? 0) + finished.failed.length;
  const active = run.pods.filter(isPodActive);
  const verdict = failureVerdict(run, failed) ?? indexVerdict(run);
  if (verdict) {
    addCondition(run, "FailureTarget", verdict);
    yield* deletePods(run, active);
    // All remaining pods count as failed.
    finished.failed.push(...active.filter(isTracked));
    record(run, finished, { active: 0, ready: 0, removed: active.length });
    return {};
  }
  const success = successVerdict(run);
  if (success) {
    addCondition(run, "SuccessCriteriaMet", success);
    yield* deletePods(run, active);
    record(run, finished, { active: 0, ready: 0, removed: active.length });
    return {};
  }
  const terminating = run.pods.filter(isPodTerminating).length;
  const managed = yield* managePods(run, active, { succeeded, terminating });
  record(run, finished, managed);
  const { completions } = job.spec;
  const isComplete = completions === undefined ? succeeded > 0 : succeeded >= completions;
  if (isComplete && managed.active === 0) {
    const message = "Reached expected number of succeeded pods";
    addCondition(run, "SuccessCriteriaMet", { reason: "CompletionsReached", message });
    return {};
  }
  noteSuspension(run);
  return { againAtMs: earliest(managed.againAtMs, deadlineOf(run)), refusal: managed.refusal };
}

/** Waits for the last pod, then writes Complete or Failed. */
function* wrapUp(run: JobRun): Parts<Next> {
  const { status, nowMs } = run;
  const finished = newlyFinished(run);
  const active = run.pods.filter(isPodActive);
  yield* deletePods(run, active);
  record(run, finished, { active: 0, ready: 0, removed: active.length });
  const isWaiting = (status.terminating ?? 0) > 0 || finished.succeeded.length + finished.failed.length > 0;
  if (isWaiting) return {};
  const failure = conditionOf(status, "FailureTarget");
  const { reason = "", message = "" } = failure ?? conditionOf(status, "SuccessCriteriaMet") ?? {};
  addCondition(run, failure ? "Failed" : "Complete", { reason, message });
  if (failure) {
    recordRunEvent(run, "Warning", reason, message);
  } else {
    status.completionTime = formatTime(nowMs);
    recordRunEvent(run, "Normal", "Completed", "Job completed");
  }
  return {};
}

function* deletePods(run: JobRun, pods: readonly Pod[]): Parts<void> {
  for (const pod of pods) {
    deletePod(run, pod, { counted: true });
    yield;
  }
}

interface Finished {
  succeeded: Pod[];
  failed: Pod[];
}

/** Finished pods that are not counted yet. Completed indexes are counted at once, each one once. */
function newlyFinished(run: JobRun): Finished {
  const { tx, job, pods, status } = run;
  const finished: Finished = { succeeded: [], failed: [] };
  const counted = new Set(Object.values(job.status.uncountedTerminatedPods ?? {}).flat());
  const completed = parseIndexes(status.completedIndexes);
  for (const pod of pods) {
    if (!isTracked(pod) || counted.has(pod.metadata.uid ?? "")) continue;
    if (pod.status.phase === "Succeeded") {
      const index = indexOf(pod);
      if (!isIndexed(job)) finished.succeeded.push(pod);
      else if (index !== undefined) completed.add(index);
      if (isIndexed(job)) release(tx, pod);
    } else if (hasFailed(job, pod)) {
      if (isCounted(job, pod)) finished.failed.push(pod);
      else release(tx, pod);
    }
  }
  if (isIndexed(job) && completed.size > 0) {
    status.completedIndexes = formatIndexes(completed);
    status.succeeded = completed.size;
  }
  return finished;
}

/** Updates the back-off. Failures that the failure policy ignores delay new pods, too. */
function noteFailures(run: JobRun, { succeeded }: Finished): void {
  const { job, pods } = run;
  const ended = pods.filter(
    (pod) =>
      isTracked(pod) &&
      hasFailed(job, pod) &&
      !run.job.status.uncountedTerminatedPods?.failed?.includes(pod.metadata.uid ?? ""),
  );
  if (succeeded.length > 0) run.backoff = { ...run.backoff, failures: 0, lastFailureMs: 0 };
  if (ended.length === 0) return;
  const lastFailureMs = Math.max(run.backoff.lastFailureMs, ...ended.map((pod) => endedAtMs(pod) ?? run.nowMs));
  run.backoff = { ...run.backoff, failures: run.backoff.failures + ended.length, lastFailureMs };
}

function endedAtMs({ status }: Pod): number | undefined {
  const times = (status.containerStatuses ?? []).map(({ state }) => state.terminated?.finishedAt);
  const known = times.filter((time) => typeof time === "string").map(parseTime);
  return known.length > 0 ? Math.max(...known) : undefined;
}

function record(
  { pods, status }: JobRun,
  finished: Finished,
  { active, ready, removed }: { active: number; ready: number; removed: number },
): void {
  if (active > 0) status.active = active;
  else delete status.active;
  status.ready = ready;
  status.terminating = pods.filter(isPodTerminating).length + removed;
  const uids = (list: readonly Pod[]) => list.map(({ metadata }) => metadata.uid ?? "");
  status.uncountedTerminatedPods = {
    ...(finished.succeeded.length > 0 && { succeeded: uids(finished.succeeded) }),
    ...(finished.failed.length > 0 && { failed: uids(finished.failed) }),
  };
}

function noteSuspension(run: JobRun): void {
  const { job, status, nowMs } = run;
  const present = conditionOf(status, "Suspended");
  const isSuspended = job.spec.suspend === true;
  if (isSuspended === (present?.status === "True") || (!isSuspended && !present)) return;
  const message = isSuspended ? "Job suspended" : "Job resumed";
  const condition = newCondition(nowMs, "Suspended", isSuspended ? "True" : "False", {
    reason: isSuspended ? "JobSuspended" : "JobResumed",
    message,
  });
  status.conditions = [...(status.conditions ?? []).filter(({ type }) => type !== "Suspended"), condition];
  // The deadline starts again when the Job is resumed.
  if (isSuspended) delete status.startTime;
  else status.startTime = formatTime(nowMs);
  recordRunEvent(run, "Normal", isSuspended ? "Suspended" : "Resumed", message);
}

function addCondition({ status, nowMs }: JobRun, type: string, verdict: Verdict): void {
  status.conditions = [...(status.conditions ?? []), newCondition(nowMs, type, "True", verdict)];
}

function newCondition(nowMs: number, type: string, status: string, { reason, message }: Verdict) {
  const time = formatTime(nowMs);
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
}

/** Releases the pods of a Job that is finished or removed. Orphans are released by `jobOrphanPods`. */
function releaseAll(tx: Transaction, namespace: string, name: string, job: Job | undefined): void {
  for (const pod of tx.list(podKind, namespace)) {
    if (!isTracked(pod)) continue;
    const owner = controllerOf(pod);
    const isOurs = owner?.kind === jobKind.kind && owner.name === name && (!job || owner.uid === job.metadata.uid);
    if (isOurs && (!isPodActive(pod) || !job)) release(tx, pod);
  }
}

/** Wakes Jobs one second after a change of a pod, so that changes within this second are handled in one run. */
function podsOfJobs(): Watch {
  const owners = ownedBy(podKind, jobKind);
  return {
    resource: resourceId(podKind),
    map(change, tx): ObjectKey[] {
      const { before, after } = change;
      const isRelevantChange = !before || !after || isRelevant(before as Pod, after as Pod);
      const keys = new Set([
        ...(isRelevantChange ? owners.map(change, tx) : []),
        ...adopters(claimingPods, change, tx),
      ]);
      for (const key of keys) tx.requeue(COMPONENT, key, tx.nowMs + POD_BATCH_MS);
      return [];
    },
  };
}

function isRelevant(before: Pod, after: Pod): boolean {
  const facets = (pod: Pod): unknown[] => [
    pod.status.phase,
    isPodReady(pod),
    pod.metadata.deletionTimestamp,
    pod.metadata.labels,
    pod.metadata.finalizers,
    pod.metadata.ownerReferences,
    (pod.status.containerStatuses ?? []).map(({ restartCount }) => restartCount),
  ];
  return !equalJson(facets(before), facets(after));
}

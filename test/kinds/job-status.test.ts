/** Writes of a Job's status: which of them the API server refuses, and with which words. */
import { describe, expect, it } from "vitest";
import { Server } from "../apiserver/server.ts";

const JOBS = "/apis/batch/v1/namespaces/default/jobs";
const START = "2026-01-01T00:00:00Z";
const LATER = "2026-01-01T00:00:10Z";

const is = (type: string) => ({ type, status: "True" });
const complete = { conditions: [is("SuccessCriteriaMet"), is("Complete")], startTime: START, completionTime: LATER };
const failed = { conditions: [is("FailureTarget"), is("Failed")], startTime: START };
const running = { startTime: START, active: 1, ready: 1 };

/** The problems of a status written over another one of a Job with this specification. */
function problemsOf(before: object, after: object, spec: object = {}): string[] {
  const server = new Server();
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox" }] } };
  const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: { template, ...spec } };
  const { body } = server.post(JOBS, job);
  const first = server.put(`${JOBS}/j/status`, { ...body, status: before });
  expect(first.body.message ?? "").toBe("");
  const second = server.put(`${JOBS}/j/status`, { ...first.body, status: after });
  return (second.body.details?.causes ?? []).map(
    ({ field, message }: { field: string; message: string }) => `${field}: ${message}`,
  );
}

const INDEXED = { completionMode: "Indexed", completions: 5, backoffLimitPerIndex: 1 };

describe("a write of a Job's status is refused", () => {
  it.each<[string, object, object, object, string[]]>([
    [
      "when a finished Job becomes active",
      complete,
      { ...complete, active: 1 },
      {},
      ["status.active: Invalid value: 1: active>0 is invalid for finished job"],
    ],
    [
      "when a condition that ends the Job goes",
      failed,
      { startTime: START },
      {},
      [
        "status.conditions: Invalid value: cannot disable the terminal Failed=True condition",
        "status.conditions: Invalid value: cannot disable the terminal FailureTarget=True condition",
      ],
    ],
    [
      "when a Job is complete and failed",
      running,
      { ...complete, conditions: [...complete.conditions, is("Failed")] },
      {},
      [
        "status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions",
        "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
        "status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions",
      ],
    ],
    [
      "when a Job is complete without its reason and time",
      running,
      { conditions: [is("Complete")], startTime: START },
      {},
      [
        "status.completionTime: Required value: completionTime is required for Complete jobs",
        "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
      ],
    ],
    [
      "when it ends before it starts",
      running,
      { ...complete, startTime: LATER, completionTime: START },
      {},
      [
        `status.completionTime: Invalid value: "${START}": completionTime cannot be set before startTime`,
        "status.startTime: Required value: startTime cannot be removed for unsuspended job",
      ],
    ],
    [
      "when a running Job has a completion time",
      running,
      { ...running, completionTime: LATER },
      {},
      [
        `status.completionTime: Invalid value: "${LATER}": cannot set completionTime when there is no Complete=True condition`,
      ],
    ],
    [
      "when more pods are ready than active",
      running,
      { ...running, ready: 2 },
      {},
      ["status.ready: Invalid value: 2: cannot set more ready pods than active"],
    ],
    [
      "when counters decrease",
      { ...running, succeeded: 2, failed: 2 },
      { ...running, succeeded: 1, failed: 1 },
      {},
      [
        "status.failed: Invalid value: 1: cannot decrease the failed counter",
        "status.succeeded: Invalid value: 1: cannot decrease the succeeded counter",
      ],
    ],
    [
      "when a number is negative or a uid comes twice",
      running,
      { ...running, terminating: -1, uncountedTerminatedPods: { succeeded: ["a"], failed: ["a", ""] } },
      {},
      [
        "status.terminating: Invalid value: -1: must be greater than or equal to 0",
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
        'status.uncountedTerminatedPods.failed[1]: Invalid value: "": must not be empty',
      ],
    ],
    [
      "when a finished Job has pods to count",
      running,
      { ...complete, terminating: 1, uncountedTerminatedPods: { failed: ["a"] } },
      {},
      [
        'status.uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["a"]}: uncountedTerminatedPods needs to be empty for finished job',
        "status.terminating: Invalid value: 1: terminating>0 is invalid for finished job",
      ],
    ],
    [
      "when indexes cannot be",
      running,
      { ...running, completedIndexes: "0,2-4", failedIndexes: "3,9" },
      INDEXED,
      [
        'status.failedIndexes: Invalid value: "3,9": error parsing failedIndexes: too large index: "9"',
        'status.failedIndexes: Invalid value: "3,9": failedIndexes and completedIndexes overlap at index: 3',
      ],
    ],
    [
      "when a Job without indexes has some",
      running,
      { ...running, completedIndexes: "0", failedIndexes: "" },
      {},
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ],
    ],
  ])("%s", (_, before, after, spec, problems) => {
    expect(problemsOf(before, after, spec)).toEqual(problems);
  });
});

describe("a write of a Job's status is accepted", () => {
  it.each<[string, object, object, object]>([
    ["when a Job completes", running, complete, {}],
    ["when a Job fails", running, failed, {}],
    ["when a suspended Job loses its start", running, {}, { suspend: true }],
    [
      "when an indexed Job is scaled down",
      { ...running, succeeded: 3 },
      { ...running, succeeded: 2 },
      { completionMode: "Indexed", completions: 2, parallelism: 2 },
    ],
  ])("%s", (_, before, after, spec) => {
    expect(problemsOf(before, after, spec)).toEqual([]);
  });
});

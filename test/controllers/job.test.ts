import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { formatIndexes, parseIndexes } from "../../src/controllers/job/indexes.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { MAX_JOB_INDEXES } from "../../src/lib/limits.ts";
import type { Job } from "../../src/schema/index.ts";
import { job } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

/** With the real scheduler and kubelet, whose containers end by themselves. */
function withJob(script: string, spec: Parameters<typeof job>[2] = {}, settleMs = 30_000): TestCluster {
  const world = new TestCluster({ controllers: allControllers });
  world.create(jobKind, job("j", script, spec));
  world.advance(settleMs);
  return world;
}

function current(world: TestCluster): Job {
  const found = world.get(jobKind, "j");
  if (!found) throw new Error("the Job is gone");
  return found;
}

const conditions = (world: TestCluster) =>
  (current(world).status.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

const jobEvents = (world: TestCluster) =>
  world
    .events()
    .filter((line) => line.includes(" Job/j "))
    .map((line) => line.replace(/pod: j-\S+/, "pod"));

describe("a Job", () => {
  it("runs one pod to its end, counts it, and removes its finalizer", () => {
    const world = withJob("exit 0");
    expect(conditions(world)).toEqual([
      "SuccessCriteriaMet=True CompletionsReached",
      "Complete=True CompletionsReached",
    ]);
    const { startTime, completionTime, conditions: _, ...numbers } = current(world).status;
    expect(Date.parse(completionTime ?? "")).toBeGreaterThanOrEqual(Date.parse(startTime ?? ""));
    expect(numbers).toEqual({ succeeded: 1, terminating: 0, uncountedTerminatedPods: {}, ready: 0 });
    expect(jobEvents(world)).toEqual([
      "Normal SuccessfulCreate Job/j x1: Created pod",
      "Normal Completed Job/j x1: Job completed",
    ]);
    const [pod] = world.list(podKind, "default");
    expect(pod?.status.phase).toBe("Succeeded");
    expect(pod?.metadata.finalizers).toBeUndefined();
  });

  it("runs as many pods at once as parallelism allows until all completions succeeded", () => {
    const world = withJob("sleep 1", { completions: 4, parallelism: 2 });
    expect(current(world).status).toMatchObject({ succeeded: 4 });
    const starts = world.log.filter(({ key, type }) => key.startsWith("core/pods/default/") && type === "ADDED");
    expect(starts).toHaveLength(4);
    expect((starts[2]?.timeMs ?? 0) - (starts[1]?.timeMs ?? 0)).toBeGreaterThan(1000);
  });

  it("retries with back-off, and fails at its limit", () => {
    const world = withJob("exit 1", { backoffLimit: 2 }, 120_000);
    expect(conditions(world)).toEqual(["FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded"]);
    expect(current(world).status).toMatchObject({ failed: 3, uncountedTerminatedPods: {} });
    const starts = world.log
      .filter(({ key, type }) => key.startsWith("core/pods/default/") && type === "ADDED")
      .map(({ timeMs }) => timeMs);
    const [first = 0, second = 0, third = 0] = starts;
    // Pauses begin at the end of a container, which its status tells in whole seconds.
    expect(second - first).toBeGreaterThan(9_000);
    expect(third - second).toBeGreaterThan(19_000);
    expect(jobEvents(world).at(-1)).toBe(
      "Warning BackoffLimitExceeded Job/j x1: Job has reached the specified backoff limit",
    );
  });

  it("counts restarts of containers as failures", () => {
    const world = withJob("exit 1", { backoffLimit: 2, restartPolicy: "OnFailure" }, 120_000);
    expect(conditions(world)).toContain("Failed=True BackoffLimitExceeded");
    expect(world.list(podKind, "default")).toEqual([]);
  });

  it("fails at its deadline", () => {
    const world = withJob("sleep 600", { activeDeadlineSeconds: 3 }, 60_000);
    expect(conditions(world)).toContain("Failed=True DeadlineExceeded");
    expect(jobEvents(world)).toContain(
      "Warning DeadlineExceeded Job/j x1: Job was active longer than specified deadline",
    );
  });

  it("gives each pod an index, and counts indexes", () => {
    const world = withJob("exit 0", { completions: 3, parallelism: 3, completionMode: "Indexed" });
    expect(current(world).status).toMatchObject({ succeeded: 3, completedIndexes: "0-2" });
    const [pod] = world.list(podKind, "default");
    expect(pod?.spec.hostname).toBe("j-0");
    expect(pod?.metadata.name).toMatch(/^j-0-[a-z0-9]{5}$/);
    expect(pod?.spec.containers[0]?.env?.[0]?.name).toBe("JOB_COMPLETION_INDEX");
  });

  it("stops its pods while suspended, without counting them", () => {
    const world = withJob("sleep 600", { suspend: true, parallelism: 2, completions: 2 }, 5000);
    expect(conditions(world)).toEqual(["Suspended=True JobSuspended"]);
    expect(world.list(podKind, "default")).toEqual([]);
    const suspend = (value: boolean) => {
      world.update(jobKind, current(world), (draft) => {
        draft.spec.suspend = value;
      });
      world.advance(40_000);
    };
    suspend(false);
    expect(conditions(world)).toEqual(["Suspended=False JobResumed"]);
    expect(current(world).status).toMatchObject({ active: 2, ready: 2 });
    suspend(true);
    expect(conditions(world)).toEqual(["Suspended=True JobSuspended"]);
    expect(current(world).status.failed).toBeUndefined();
    expect(world.list(podKind, "default")).toEqual([]);
  });

  it("fails at once by its failure policy", () => {
    const rule = { action: "FailJob", onExitCodes: { containerName: "c", operator: "In", values: [42] } };
    const world = withJob("exit 42", { podFailurePolicy: { rules: [rule] } });
    expect(conditions(world)).toContain("Failed=True PodFailurePolicy");
    const [pod] = world.list(podKind, "default");
    expect(current(world).status.conditions?.[0]?.message).toBe(
      `Container c for pod default/${pod?.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
    );
  });

  it("is removed when its time to live is over", () => {
    const world = withJob("exit 0", { ttlSecondsAfterFinished: 60 });
    expect(world.get(jobKind, "j")).toBeDefined();
    world.advance(60_000);
    expect(world.get(jobKind, "j")).toBeUndefined();
    expect(world.list(podKind, "default")).toEqual([]);
  });

  it("that is deleted deletes running pods, although they were not counted", () => {
    const world = withJob("sleep 600", {}, 10_000);
    world.delete(jobKind, current(world), { propagation: "Background" });
    world.advance(60_000);
    expect(world.list(podKind, "default")).toEqual([]);
  });
});

describe("sets of indexes", () => {
  it.each<[string, number[]]>([
    ["", []],
    ["3", [3]],
    ["0,1", [0, 1]],
    ["0-2,5,7-9", [0, 1, 2, 5, 7, 8, 9]],
  ])("%s", (text, indexes) => {
    expect(formatIndexes(indexes)).toBe(text);
    expect([...parseIndexes(text)]).toEqual(indexes);
  });

  it("are read up to a limit, because clients write them, too", () => {
    expect(parseIndexes("0-9007199254740991,1-9007199254740991").size).toBe(MAX_JOB_INDEXES);
    expect(parseIndexes("9007199254740992-9223372036854775807").size).toBeLessThanOrEqual(MAX_JOB_INDEXES);
    for (const text of ["1,a", "1-2-3", "-1", "9223372036854775808"]) expect(parseIndexes(text).size).toBe(0);
  });
});

describe("a Job with a back-off limit for each index", () => {
  const perIndex = { completionMode: "Indexed", completions: 3, parallelism: 3 };

  it("fails an index after its own failures, and fails itself when all others are done", () => {
    const world = withJob("exit 1", { ...perIndex, completions: 1, backoffLimitPerIndex: 1 }, 120_000);
    expect(conditions(world)).toEqual(["FailureTarget=True FailedIndexes", "Failed=True FailedIndexes"]);
    expect(current(world).status).toMatchObject({ failed: 2, failedIndexes: "0" });
    const counts = world
      .list(podKind, "default")
      .map(({ metadata }) => metadata.annotations?.["batch.kubernetes.io/job-index-failure-count"]);
    expect(counts.sort()).toEqual(["0", "1"]);
    const [first, second] = world.log.filter(
      ({ key, type }) => key.startsWith("core/pods/default/") && type === "ADDED",
    );
    expect((second?.timeMs ?? 0) - (first?.timeMs ?? 0)).toBeGreaterThan(9_000);
    expect(jobEvents(world).at(-1)).toBe("Warning FailedIndexes Job/j x1: Job has failed indexes");
  });

  it("ends at once when more indexes have failed than allowed", () => {
    const spec = { ...perIndex, parallelism: 2, backoffLimitPerIndex: 0, maxFailedIndexes: 1 };
    const world = withJob("sleep 1; exit 1", spec, 60_000);
    expect(conditions(world)).toEqual([
      "FailureTarget=True MaxFailedIndexesExceeded",
      "Failed=True MaxFailedIndexesExceeded",
    ]);
    expect(current(world).status.failedIndexes).toBe("0,1");
  });

  it("has an empty list of failed indexes from the start", () => {
    const world = withJob("sleep 100", { ...perIndex, backoffLimitPerIndex: 1 }, 5_000);
    expect(current(world).status).toMatchObject({ active: 3, failedIndexes: "" });
  });

  it("is complete as soon as a rule of its success policy is met", () => {
    const successPolicy = { rules: [{ succeededIndexes: "1-2" }, { succeededIndexes: "0" }] };
    const world = withJob("sleep 2", { ...perIndex, parallelism: 1, successPolicy });
    expect(conditions(world)).toEqual(["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]);
    expect(current(world).status).toMatchObject({ succeeded: 1, completedIndexes: "0" });
    expect(current(world).status.conditions?.[0]?.message).toBe("Matched rules at index 1");
    expect(world.list(podKind, "default")).toHaveLength(1);
  });

  it("stops running pods when enough of the given indexes have succeeded", () => {
    const successPolicy = { rules: [{ succeededIndexes: "0-2", succeededCount: 1 }] };
    const world = withJob("sleep 2; exit 0", { ...perIndex, parallelism: 2, successPolicy }, 120_000);
    expect(conditions(world)).toEqual(["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]);
    const left = world.list(podKind, "default").filter(({ status }) => status.phase === "Running");
    expect(left).toEqual([]);
  });
});

it("counts a pod that was deleted before it had a node", () => {
  const world = new TestCluster({ controllers: allControllers });
  world.create(jobKind, job("j", "sleep 40", { podReplacementPolicy: "Failed" }));
  world.advance(20);
  const [pod] = world.list(podKind, "default");
  expect(pod?.spec.nodeName).toBeUndefined();
  world.delete(podKind, pod!);
  world.advance(120_000);
  expect(world.get(podKind, pod?.metadata.name ?? "")).toBeUndefined();
  expect(current(world).status).toMatchObject({ succeeded: 1, failed: 1 });
});

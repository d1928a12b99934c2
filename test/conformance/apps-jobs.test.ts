/**
 * Tests of sig-apps about Jobs and CronJobs.
 * Kubernetes: test/e2e/apps (job, cronjob), test/e2e/framework/job
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import { type ConformanceCluster, conditionOf, type Json } from "./cluster.ts";
import { BUSYBOX, PAUSE } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MINUTE_MS = 60_000;
const JOB_MS = 15 * MINUTE_MS;

const SCRIPTS: Readonly<Record<string, Json>> = {
  fail: { command: ["/bin/sh", "-c", "exit 1"] },
  failOddSucceedEven: {
    command: ["sh", "-c"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's variable
    args: ["\nif [ $(expr ${JOB_COMPLETION_INDEX} % 2) -ne 0 ]; then\n\texit 1\nelse\n\texit 0\nfi\n"],
  },
  failOnce: {
    command: ["/bin/sh", "-c"],
    args: ["\nif [[ -r /data/foo ]]\nthen\n\texit 0\nelse\n\ttouch /data/foo\n\texit 1\nfi\n"],
  },
  notTerminate: { image: PAUSE },
  notTerminateOnce: {
    command: ["/bin/sh", "-c"],
    args: [
      "\nif [[ -r /data/foo ]]\nthen\n\texit 0\nelif [[ $JOB_COMPLETION_INDEX -eq 0 ]]\nthen\n\ttouch /data/foo\n" +
        "\tsleep 1000000\nelse\n\texit 1\nfi\n",
    ],
  },
  succeed: { command: ["/bin/sh", "-c", "exit 0"] },
};

interface JobOptions {
  restartPolicy?: string;
  parallelism?: number;
  completions?: number;
  backoffLimit?: number;
  spec?: Json;
  /** The folder /data lies on this node. */
  nodeName?: string;
}

function job(behaviour: string, name: string, options: JobOptions = {}): Json {
  const { restartPolicy = "Never", parallelism = 2, completions = 4, backoffLimit = 6, spec = {}, nodeName } = options;
  const hostPath = { path: `/tmp/job-e2e/${name}`, type: "DirectoryOrCreate" };
  const container = {
    name: "c",
    image: BUSYBOX,
    volumeMounts: [{ name: "data", mountPath: "/data" }],
    ...SCRIPTS[behaviour],
  };
  return {
    ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name } },
    spec: {
      ...{ parallelism, completions, backoffLimit, ...spec },
      template: {
        metadata: { labels: { job: name } },
        spec: {
          restartPolicy,
          terminationGracePeriodSeconds: 1,
          volumes: [{ name: "data", ...(nodeName ? { hostPath } : { emptyDir: {} }) }],
          ...(nodeName && { nodeSelector: { "kubernetes.io/hostname": nodeName } }),
          containers: [{ ...container, ...(nodeName && { securityContext: { privileged: true } }) }],
        },
      },
    },
  };
}

async function ends(
  cluster: ConformanceCluster,
  made: Json,
  type: "Complete" | "Failed",
  reason?: string,
): Promise<Json> {
  const seen = await cluster.eventually(
    async () => {
      const now = await cluster.get(made);
      return conditionOf(now, type) === "True" && now;
    },
    JOB_MS,
    async () => (await cluster.get(made)).status,
  );
  const condition = seen.status.conditions.find((one: Json) => one.type === type);
  if (reason !== undefined) expect(condition.reason).toBe(reason);
  return seen;
}

async function podsOf(cluster: ConformanceCluster, name: string): Promise<Json[]> {
  return cluster.list("v1", "pods", `labelSelector=job%3D${name}`);
}

async function noPodRuns(cluster: ConformanceCluster, name: string) {
  await cluster.eventually(async () => {
    const pods = await podsOf(cluster, name);
    return pods.every(({ status }: Json) => status.phase !== "Pending" && status.phase !== "Running");
  });
}

async function succeeding(cluster: ConformanceCluster, made: Json, expected: string) {
  await cluster.create(made);
  const { status } = await ends(cluster, made, "Complete");
  expect(status.conditions.find(({ type }: Json) => type === "SuccessCriteriaMet")?.reason).toBe("SuccessPolicy");
  await noPodRuns(cluster, made.metadata.name);
  expect((await cluster.get(made)).status.completedIndexes).toBe(expected);
  expect((await cluster.get(made)).status.terminating ?? 0).toBe(0);
}

const INDEXED = { completionMode: "Indexed" };

const jobs: Stories = {
  "Job should create pods for an Indexed job with completion indexes and specified hostname": async (cluster) => {
    const made = job("succeed", "indexed-job", { spec: INDEXED });
    await cluster.create(made);
    await ends(cluster, made, "Complete");
    const pods = await podsOf(cluster, "indexed-job");
    const indexes = pods.map(({ metadata }) =>
      Number(metadata.annotations["batch.kubernetes.io/job-completion-index"]),
    );
    expect(new Set(indexes)).toEqual(new Set([0, 1, 2, 3]));
    for (const [i, { spec }] of pods.entries()) expect(spec.hostname).toBe(`indexed-job-${indexes[i]}`);
  },
  "Job should run a job to completion when tasks sometimes fail and are locally restarted": async (cluster) => {
    const made = job("failOnce", "fail-once-local", { restartPolicy: "OnFailure" });
    await cluster.create(made);
    await ends(cluster, made, "Complete", "CompletionsReached");
    const succeeded = (await podsOf(cluster, "fail-once-local")).filter(({ status }) => status.phase === "Succeeded");
    expect(succeeded).toHaveLength(4);
  },
  "Job should execute all indexes despite some failing when using backoffLimitPerIndex": async (cluster) => {
    const spec = { ...INDEXED, backoffLimitPerIndex: 1 };
    const made = job("failOddSucceedEven", "with-backofflimitperindex", {
      parallelism: 2,
      completions: 4,
      backoffLimit: 1 << 20,
      spec,
    });
    await cluster.create(made);
    const { status } = await ends(cluster, made, "Failed", "FailedIndexes");
    expect([status.failedIndexes, status.completedIndexes]).toEqual(["1,3", "0,2"]);
    expect([status.failed, status.succeeded]).toEqual([4, 2]);
  },
  "Job should terminate job execution when the number of failed indexes exceeds maxFailedIndexes": async (cluster) => {
    const spec = { ...INDEXED, backoffLimitPerIndex: 0, maxFailedIndexes: 4 };
    const made = job("fail", "with-max-failed-indexes", {
      parallelism: 10,
      completions: 10,
      backoffLimit: 1 << 20,
      spec,
    });
    await cluster.create(made);
    await ends(cluster, made, "Failed", "MaxFailedIndexesExceeded");
    expect((await cluster.get(made)).status.failed).toBeGreaterThanOrEqual(5);
  },
  "Job should mark indexes as failed when the FailIndex action is matched in podFailurePolicy": async (cluster) => {
    const rules = [{ action: "FailIndex", onExitCodes: { operator: "In", values: [1] } }];
    const spec = { ...INDEXED, backoffLimitPerIndex: 1, podFailurePolicy: { rules } };
    const made = job("failOddSucceedEven", "matching-failindex-action", {
      parallelism: 2,
      completions: 2,
      backoffLimit: 1 << 20,
      spec,
    });
    await cluster.create(made);
    const { status } = await ends(cluster, made, "Failed");
    expect([status.failedIndexes, status.completedIndexes]).toEqual(["1", "0"]);
    expect([status.failed, status.succeeded]).toEqual([1, 1]);
  },
  "Job should allow to use the pod failure policy on exit code to fail the job early": async (cluster) => {
    const rules = [{ action: "FailJob", onExitCodes: { operator: "In", values: [1] } }];
    const made = job("failOnce", "pod-failure-failjob", {
      parallelism: 1,
      completions: 1,
      backoffLimit: 1,
      nodeName: "node-1",
      spec: { podFailurePolicy: { rules } },
    });
    await cluster.create(made);
    await ends(cluster, made, "Failed", "PodFailurePolicy");
  },
  "Job should allow to use a pod failure policy to ignore failure matching on DisruptionTarget condition": async (
    cluster,
  ) => {
    const rules = [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }];
    const spec = { ...INDEXED, podFailurePolicy: { rules } };
    const made = job("notTerminateOnce", "pod-failure-ignore", {
      parallelism: 1,
      completions: 1,
      backoffLimit: 0,
      nodeName: "node-2",
      spec,
    });
    await cluster.create(made);
    const running = await cluster.eventually(async () => {
      const [pod] = await podsOf(cluster, "pod-failure-ignore");
      return pod?.status.phase === "Running" && pod;
    });
    await cluster.pass(5000);
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: running.metadata.name } };
    const path = cluster.path("v1", "pods", running.metadata.name, "eviction");
    expect((await cluster.request("POST", path, eviction)).status).toBe(201);
    await ends(cluster, made, "Complete", "CompletionsReached");
  },
  "Job with successPolicy should succeeded when all indexes succeeded": (c) =>
    succeeding(
      c,
      job("succeed", "with-success-policy-all-index-succeeded", {
        parallelism: 2,
        completions: 2,
        spec: { ...INDEXED, successPolicy: { rules: [{ succeededIndexes: "0-1" }] } },
      }),
      "0,1",
    ),
  "Job with successPolicy succeededIndexes rule should succeeded even when some indexes remain pending": async (
    cluster,
  ) => {
    const successPolicy = { rules: [{ succeededIndexes: "0" }] };
    const made = job("failOddSucceedEven", "with-success-policy-succeeded-indexes-rule", {
      ...{ parallelism: 2, completions: 5, backoffLimit: 1 << 20 },
      spec: { ...INDEXED, backoffLimitPerIndex: 1, successPolicy },
    });
    await succeeding(cluster, made, "0");
  },
  "Job with successPolicy succeededCount rule should succeeded even when some indexes remain pending": async (
    cluster,
  ) => {
    const successPolicy = { rules: [{ succeededCount: 1 }] };
    const made = job("succeed", "with-success-policy-succeeded-count-rule", {
      ...{ parallelism: 1, completions: 5 },
      spec: { ...INDEXED, successPolicy },
    });
    await succeeding(cluster, made, "0");
  },
  "Job should delete a job": async (cluster) => {
    const made = job("notTerminate", "foo");
    await cluster.create(made);
    await cluster.eventually(
      async () => (await podsOf(cluster, "foo")).filter(({ status }) => status.phase === "Running").length === 2,
    );
    await cluster.deleteSync(made, { propagationPolicy: "Background" });
    await cluster.eventually(async () => (await podsOf(cluster, "foo")).length === 0);
  },
  "Job should adopt matching orphans and release non-matching pods": async (cluster) => {
    const made = await cluster.create(job("notTerminate", "adopt-release"));
    const running = await cluster.eventually(async () => {
      const pods = await podsOf(cluster, "adopt-release");
      return pods.length === 2 && pods.every(({ status }) => status.phase === "Running") && pods[0];
    });
    const owned = async () => (await cluster.get(running)).metadata.ownerReferences?.[0]?.uid === made.metadata.uid;
    await cluster.update(running, (draft) => delete draft.metadata.ownerReferences);
    await cluster.eventually(owned);
    await cluster.update(running, (draft) => (draft.metadata.labels = {}));
    await cluster.eventually(async () => !(await owned()));
  },
  "Job should apply changes to a job status": async (cluster) => {
    const made = job("notTerminate", "suspend-false-to-true", { spec: { suspend: false } });
    await cluster.create(made);
    await cluster.eventually(async () => (await podsOf(cluster, "suspend-false-to-true")).length === 2);
    const condition = {
      type: "CustomConditionType",
      status: "True",
      lastTransitionTime: new Date(cluster.nowMs).toISOString(),
    };
    const patched = await cluster.patch(
      made,
      { status: { conditions: [condition] } },
      { type: "merge-patch", subresource: "status" },
    );
    expect(patched.status.conditions.map(({ type }: Json) => type)).toContain("CustomConditionType");
    const { status } = await cluster.request("GET", `${cluster.pathOf(made)}/status`);
    expect(status).toBe(200);
  },
  "Job should manage the lifecycle of a job": async (cluster) => {
    const made = job("succeed", "e2e-job", { parallelism: 1, completions: 1, spec: { suspend: true } });
    await cluster.create(made);
    await cluster.patch(made, { metadata: { labels: { "e2e-job": "patched" } } });
    const { metadata } = await cluster.update(made, (draft) => {
      draft.spec.suspend = false;
      draft.metadata.annotations = { updated: "true" };
    });
    expect(metadata.annotations.updated).toBe("true");
    await ends(cluster, made, "Complete");
    const collection = `${cluster.pathOf(made, true)}?labelSelector=e2e-job%3Dpatched`;
    expect((await cluster.request("DELETE", collection, { propagationPolicy: "Background" })).status).toBe(200);
    await cluster.eventually(async () => (await cluster.request("GET", collection)).body.items.length === 0);
  },
};

// ---- CronJobs

const SLEEP = { command: ["sleep", "300"] };
const QUICK = { command: ["/bin/true"] };

function cronJob(name: string, concurrencyPolicy: string, command: Json, spec: Json = {}): Json {
  const volumes = [{ name: "data", emptyDir: {} }];
  const container = { name: "c", image: BUSYBOX, ...command, volumeMounts: [{ name: "data", mountPath: "/data" }] };
  const template = { spec: { restartPolicy: "OnFailure", volumes, containers: [container] } };
  return {
    ...{ apiVersion: "batch/v1", kind: "CronJob", metadata: { name } },
    spec: {
      schedule: "*/1 * * * ?",
      concurrencyPolicy,
      jobTemplate: { spec: { parallelism: 1, completions: 1, template } },
      ...spec,
    },
  };
}

async function active(cluster: ConformanceCluster, made: Json): Promise<string[]> {
  return ((await cluster.get(made)).status.active ?? []).map(({ name }: Json) => name);
}

const cronJobs: Stories = {
  "CronJob should schedule multiple jobs concurrently": async (cluster) => {
    const made = cronJob("concurrent", "Allow", SLEEP);
    await cluster.create(made);
    await cluster.eventually(async () => (await active(cluster, made)).length >= 2, 5 * MINUTE_MS);
    const jobsNow = await cluster.list("batch/v1", "jobs");
    expect(jobsNow.filter(({ status }) => !conditionOf({ status }, "Complete")).length).toBeGreaterThan(1);
  },
  "CronJob should not schedule jobs when suspended": async (cluster) => {
    const made = cronJob("suspended", "Allow", SLEEP, { suspend: true });
    await cluster.create(made);
    await cluster.pass(5 * MINUTE_MS);
    expect(await active(cluster, made)).toEqual([]);
    expect(await cluster.list("batch/v1", "jobs")).toEqual([]);
  },
  "CronJob should not schedule new jobs when ForbidConcurrent": async (cluster) => {
    const made = cronJob("forbid", "Forbid", SLEEP);
    await cluster.create(made);
    const [first] = await cluster.eventually(async () => {
      const names = await active(cluster, made);
      return names.length === 1 && names;
    });
    for (let minute = 0; minute < 3; minute++) {
      await cluster.pass(MINUTE_MS);
      expect(await active(cluster, made)).toEqual([first]);
    }
  },
  "CronJob should replace jobs when ReplaceConcurrent": async (cluster) => {
    const made = cronJob("replace", "Replace", SLEEP);
    await cluster.create(made);
    const [first] = await cluster.eventually(async () => {
      const names = await active(cluster, made);
      return names.length === 1 && names;
    });
    await cluster.eventually(async () => {
      const names = await active(cluster, made);
      return names.length === 1 && names[0] !== first;
    });
  },
  "CronJob should support CronJob API operations": (c) =>
    apiOperations(c, {
      object: (name) => cronJob(name.slice(-50), "Forbid", QUICK, { suspend: true }),
      status: {
        patch: { lastScheduleTime: "2026-01-01T00:00:00Z" },
        shows: ({ status }) => status.lastScheduleTime,
        expected: "2026-01-01T00:00:00Z",
      },
    }),
};

stories("[sig-apps]", { ...jobs, ...cronJobs });

/**
 * Tests of sig-apps about StatefulSets and PodDisruptionBudgets.
 * Kubernetes: test/e2e/apps (statefulset, disruption), test/e2e/framework/statefulset
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import { type ConformanceCluster, conditionOf, type Json } from "./cluster.ts";
import { HTTPD, HTTPD_NEW, PAUSE, pod, service } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MINUTE_MS = 60_000;
const LABELS = { baz: "blah", foo: "bar" };
const INDEX = "/usr/local/apache2/htdocs/index.html";
const PROBE = {
  httpGet: { path: "/index.html", port: 80 },
  periodSeconds: 1,
  successThreshold: 1,
  failureThreshold: 1,
};

function statefulSet(name: string, replicas: number, spec: Json = {}): Json {
  const container = { name: "webserver", image: HTTPD, readinessProbe: PROBE };
  const template = {
    metadata: { labels: LABELS },
    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
  };
  return {
    ...{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name, labels: LABELS } },
    spec: { serviceName: "test", replicas, selector: { matchLabels: LABELS }, template, ...spec },
  };
}

async function begin(cluster: ConformanceCluster, made: Json): Promise<Json> {
  await cluster.create(service("test", LABELS, [{ port: 80, name: "http" }], { clusterIP: "None" }));
  await cluster.create(made);
  return made;
}

async function podsOf(cluster: ConformanceCluster): Promise<Json[]> {
  const pods = await cluster.list("v1", "pods", "labelSelector=foo%3Dbar");
  return pods.sort((a, b) => ordinal(a) - ordinal(b));
}

function ordinal({ metadata }: Json): number {
  return Number(metadata.name.split("-").at(-1));
}

async function running(cluster: ConformanceCluster, count: number, ready = count): Promise<Json[]> {
  return cluster.eventually(
    async () => {
      const pods = await podsOf(cluster);
      const runs = pods.filter(({ status }) => status.phase === "Running");
      const isReady = pods.filter((one) => conditionOf(one, "Ready") === "True");
      return pods.length === count && runs.length === count && isReady.length === ready && pods;
    },
    10 * MINUTE_MS,
    async () => (await podsOf(cluster)).map(({ metadata, status }) => [metadata.name, status.phase]),
  );
}

/** Moves the page away that the probe asks for, and back. */
async function breaks(cluster: ConformanceCluster, { metadata }: Json) {
  await cluster.shell(metadata.name, "webserver", `mv -v ${INDEX} /tmp/ || true`);
}
async function mends(cluster: ConformanceCluster, { metadata }: Json) {
  await cluster.shell(metadata.name, "webserver", `mv -v /tmp/index.html ${INDEX} || true`);
}

async function scale(cluster: ConformanceCluster, made: Json, replicas: number) {
  await cluster.update(made, (draft) => (draft.spec.replicas = replicas));
}

const images = (pods: readonly Json[]) => pods.map(({ spec }) => spec.containers[0].image);
const BASIC = "StatefulSet Basic StatefulSet functionality";

const statefulSets: Stories = {
  [`${BASIC} should perform rolling updates and roll backs of template modifications`]: async (cluster) => {
    const made = await begin(cluster, statefulSet("ss2", 3));
    const [, second] = await running(cluster, 3);
    const old = (await cluster.get(made)).status.currentRevision;
    await breaks(cluster, second);
    await running(cluster, 3, 2);
    await cluster.update(made, (draft) => (draft.spec.template.spec.containers[0].image = HTTPD_NEW));
    await mends(cluster, second);
    await cluster.eventually(
      async () => images(await podsOf(cluster)).join() === [HTTPD_NEW, HTTPD_NEW, HTTPD_NEW].join(),
      10 * MINUTE_MS,
    );
    await running(cluster, 3);
    await cluster.update(made, (draft) => (draft.spec.template.spec.containers[0].image = HTTPD));
    await cluster.eventually(
      async () => images(await podsOf(cluster)).join() === [HTTPD, HTTPD, HTTPD].join(),
      10 * MINUTE_MS,
    );
    await cluster.eventually(async () => (await cluster.get(made)).status.currentRevision === old);
  },
  [`${BASIC} should perform canary updates and phased rolling updates of template modifications`]: async (cluster) => {
    const updateStrategy = (partition: number) => ({ type: "RollingUpdate", rollingUpdate: { partition } });
    const made = await begin(cluster, statefulSet("ss2", 3, { updateStrategy: updateStrategy(3) }));
    await running(cluster, 3);
    await cluster.update(made, (draft) => (draft.spec.template.spec.containers[0].image = HTTPD_NEW));
    await cluster.pass(30_000);
    expect(images(await podsOf(cluster))).toEqual([HTTPD, HTTPD, HTTPD]);
    for (const partition of [2, 1, 0]) {
      await cluster.update(made, (draft) => (draft.spec.updateStrategy = updateStrategy(partition)));
      const expected = [0, 1, 2].map((i) => (i < partition ? HTTPD : HTTPD_NEW));
      await cluster.eventually(async () => images(await podsOf(cluster)).join() === expected.join(), 10 * MINUTE_MS);
      await running(cluster, 3);
    }
  },
  [`${BASIC} Scaling should happen in predictable order and halt if any stateful pod is unhealthy`]: async (
    cluster,
  ) => {
    const made = await begin(cluster, statefulSet("ss", 1));
    const [first] = await running(cluster, 1);
    await breaks(cluster, first);
    await running(cluster, 1, 0);
    await scale(cluster, made, 3);
    await cluster.pass(30_000);
    expect(await podsOf(cluster)).toHaveLength(1);
    await mends(cluster, first);
    const pods = await running(cluster, 3);
    const starts = pods.map(({ status }) => Date.parse(status.startTime));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    for (const one of pods) await breaks(cluster, one);
    await running(cluster, 3, 0);
    await scale(cluster, made, 0);
    await cluster.pass(30_000);
    expect(await podsOf(cluster)).toHaveLength(3);
    for (const one of pods) await mends(cluster, one);
    await cluster.eventually(async () => (await podsOf(cluster)).length === 0, 10 * MINUTE_MS);
  },
  [`${BASIC} Burst scaling should run to completion even with unhealthy pods`]: async (cluster) => {
    const made = await begin(cluster, statefulSet("ss", 1, { podManagementPolicy: "Parallel" }));
    const [first] = await running(cluster, 1);
    await breaks(cluster, first);
    await running(cluster, 1, 0);
    await scale(cluster, made, 3);
    await running(cluster, 3, 2);
    await mends(cluster, first);
    const all = await running(cluster, 3);
    for (const one of all) await breaks(cluster, one);
    await running(cluster, 3, 0);
    await scale(cluster, made, 0);
    await cluster.eventually(async () => (await podsOf(cluster)).length === 0, 10 * MINUTE_MS);
  },
  [`${BASIC} Should recreate evicted statefulset`]: async (cluster) => {
    const port = [{ containerPort: 21017, hostPort: 21017, name: "conflict" }];
    const blocker = pod("test-pod", [{ image: HTTPD, ports: port }], { nodeName: "node-1", restartPolicy: "Always" });
    await cluster.createSync(blocker);
    const made = statefulSet("ss", 1);
    made.spec.template.spec.containers[0].ports = port;
    made.spec.template.spec.nodeName = "node-1";
    await begin(cluster, made);
    const failed = await cluster.eventually(async () => {
      const [one] = await podsOf(cluster);
      return one?.status.phase === "Failed" && one.metadata.uid;
    });
    await cluster.eventually(async () => {
      const [one] = await podsOf(cluster);
      return one !== undefined && one.metadata.uid !== failed;
    });
    await cluster.deleteSync(blocker);
    await running(cluster, 1);
  },
  [`${BASIC} should have a working scale subresource`]: async (cluster) => {
    const made = await begin(cluster, statefulSet("ss", 1));
    await running(cluster, 1);
    const path = `${cluster.pathOf(made)}/scale`;
    const { body } = await cluster.request("GET", path);
    expect((await cluster.request("PUT", path, { ...body, spec: { replicas: 2 } })).body.spec.replicas).toBe(2);
    expect((await cluster.get(made)).spec.replicas).toBe(2);
    await cluster.patch(made, { spec: { replicas: 4 } }, { type: "merge-patch", subresource: "scale" });
    expect((await cluster.get(made)).spec.replicas).toBe(4);
  },
  [`${BASIC} should list, patch and delete a collection of StatefulSets`]: (c) =>
    apiOperations(c, { object: (name) => statefulSet(name, 0) }),
  [`${BASIC} should validate Statefulset Status endpoints`]: async (cluster) => {
    const made = await begin(cluster, statefulSet("ss", 1));
    await running(cluster, 1);
    const condition = { type: "StatusUpdate", status: "True", reason: "E2E", message: "Set from e2e test" };
    const updated = await cluster.update(made, (draft) => (draft.status.conditions = [condition]), "status");
    expect(updated.status.conditions[0].type).toBe("StatusUpdate");
    const patch = { status: { conditions: [{ type: "StatusPatched", status: "True" }] } };
    const patched = await cluster.patch(made, patch, { type: "merge-patch", subresource: "status" });
    expect(patched.status.conditions[0].type).toBe("StatusPatched");
  },
};

function budget(name: string, spec: Json): Json {
  return {
    ...{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name } },
    spec: { selector: { matchLabels: LABELS }, ...spec },
  };
}

async function processed(cluster: ConformanceCluster, made: Json): Promise<Json> {
  return cluster.eventually(async () => {
    const seen = await cluster.get(made);
    return seen.status.observedGeneration >= seen.metadata.generation && seen;
  });
}

const budgets: Stories = {
  "DisruptionController should create a PodDisruptionBudget": async (cluster) => {
    const made = budget("defaultbudget", { minAvailable: 1 });
    await cluster.create(made);
    await processed(cluster, made);
    await cluster.update(made, (draft) => (draft.spec.minAvailable = "2%"));
    const patched = await cluster.patch(made, { spec: { minAvailable: "3%" } });
    expect(patched.spec.minAvailable).toBe("3%");
    await cluster.deleteSync(made);
  },
  "DisruptionController should observe PodDisruptionBudget status updated": async (cluster) => {
    const made = budget("foo", { minAvailable: 1 });
    await cluster.create(made);
    await processed(cluster, made);
    for (const i of [0, 1, 2]) {
      await cluster.create(pod(`pod-${i}`, [{ image: PAUSE }], { restartPolicy: "Always" }, { labels: LABELS }));
    }
    await cluster.eventually(async () => (await cluster.get(made)).status.disruptionsAllowed > 0);
  },
  "DisruptionController should update/patch PodDisruptionBudget status": async (cluster) => {
    const made = budget("foo", { minAvailable: 1 });
    await cluster.create(made);
    await processed(cluster, made);
    const disrupted = { "pod-0": new Date(cluster.nowMs).toISOString().replace(/\.\d+/, "") };
    const updated = await cluster.update(made, (draft) => (draft.status.disruptedPods = disrupted), "status");
    expect(Object.keys(updated.status.disruptedPods)).toEqual(["pod-0"]);
    const options = { type: "merge-patch", subresource: "status" };
    const patched = await cluster.patch(made, { status: { disruptedPods: { "pod-0": null } } }, options);
    expect(patched.status.disruptedPods ?? {}).toEqual({});
  },
  "DisruptionController should block an eviction until the PDB is updated to allow it": async (cluster) => {
    const made = budget("foo", { minAvailable: 3 });
    await cluster.create(made);
    for (const i of [0, 1, 2]) {
      await cluster.createSync(pod(`pod-${i}`, [{ image: PAUSE }], { restartPolicy: "Always" }, { labels: LABELS }));
    }
    await processed(cluster, made);
    const evict = async () => {
      const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "pod-0" } };
      const { status, body } = await cluster.request("POST", cluster.path("v1", "pods", "pod-0", "eviction"), eviction);
      return [status, body.details?.causes?.[0]?.reason];
    };
    await cluster.eventually(async () => (await cluster.get(made)).status.currentHealthy === 3);
    expect(await evict()).toEqual([429, "DisruptionBudget"]);
    await cluster.update(made, (draft) => (draft.spec.minAvailable = 2));
    await cluster.eventually(async () => (await evict())[0] === 201);
  },
  "DisruptionController Listing PodDisruptionBudgets for all namespaces should list and delete a collection of PodDisruptionBudgets":
    (c) => apiOperations(c, { object: (name) => budget(name, { minAvailable: 1 }) }),
};

stories("[sig-apps]", { ...statefulSets, ...budgets });

/**
 * Tests of sig-apps about Deployments, ReplicaSets, ReplicationControllers and DaemonSets.
 * Kubernetes: test/e2e/apps (deployment, replica_set, rc, daemon_set, controller_revision)
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { AGNHOST, HTTPD, HTTPD_NEW, NGINX, pod } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MINUTE_MS = 60_000;

type Workload = "Deployment" | "ReplicaSet" | "ReplicationController" | "DaemonSet";

function workload(kind: Workload, name: string, image: string, spec: Json = {}, args?: readonly string[]): Json {
  const labels = { name };
  const container = { name: "httpd", image, ...(args && { args }) };
  return {
    ...{ apiVersion: kind === "ReplicationController" ? "v1" : "apps/v1", kind, metadata: { name, labels } },
    spec: {
      selector: kind === "ReplicationController" ? labels : { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [container] } },
      ...spec,
    },
  };
}

async function podsOf(cluster: ConformanceCluster, name: string): Promise<Json[]> {
  return cluster.list("v1", "pods", `labelSelector=name%3D${name}`);
}

async function available(cluster: ConformanceCluster, made: Json, replicas: number): Promise<Json> {
  const isDone = ({ status, metadata }: Json) =>
    (status.availableReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (made.kind !== "Deployment" || (status.updatedReplicas ?? 0) === replicas) &&
    status.observedGeneration >= metadata.generation;
  return cluster.eventually(
    async () => {
      const seen = await cluster.get(made);
      return isDone(seen) && seen;
    },
    5 * MINUTE_MS,
    async () => (await cluster.get(made)).status,
  );
}

/** Reads, replaces and patches the scale. */
async function scaled(cluster: ConformanceCluster, made: Json) {
  await cluster.create(made);
  await available(cluster, made, 1);
  const path = `${cluster.pathOf(made)}/scale`;
  const scale = (await cluster.request("GET", path)).body;
  expect([scale.spec.replicas, scale.status.replicas]).toEqual([1, 1]);
  const put = await cluster.request("PUT", path, { ...scale, spec: { replicas: 2 } });
  expect(put.body.spec.replicas).toBe(2);
  expect((await cluster.get(made)).spec.replicas).toBe(2);
  const patched = await cluster.patch(made, { spec: { replicas: 4 } }, { type: "merge-patch", subresource: "scale" });
  expect(patched.spec.replicas).toBe(4);
  await available(cluster, made, 4);
}

/** Every pod answers with its own name. */
async function servesHostnames(cluster: ConformanceCluster, kind: Workload) {
  const made = workload(kind, "my-hostname-basic", AGNHOST, { replicas: 2 }, ["serve-hostname"]);
  made.spec.template.spec.containers[0].ports = [{ containerPort: 9376 }];
  await cluster.create(made);
  await available(cluster, made, 2);
  for (const { metadata } of await podsOf(cluster, "my-hostname-basic")) {
    const { text } = await cluster.request("GET", `${cluster.path("v1", "pods", metadata.name, "proxy")}/`);
    expect(text).toBe(metadata.name);
  }
}

async function adopts(cluster: ConformanceCluster, kind: Workload) {
  const orphan = pod(
    "pod-adoption",
    [{ image: HTTPD }],
    { restartPolicy: "Always" },
    { labels: { name: "pod-adoption" } },
  );
  await cluster.createSync(orphan);
  const made = await cluster.create(workload(kind, "pod-adoption", HTTPD, { replicas: 1 }));
  const owner = async () => (await cluster.get(orphan)).metadata.ownerReferences?.[0]?.uid;
  await cluster.eventually(async () => (await owner()) === made.metadata.uid);
}

async function releases(cluster: ConformanceCluster, kind: Workload) {
  const made = workload(kind, "pod-release", HTTPD, { replicas: 1 });
  await cluster.create(made);
  await available(cluster, made, 1);
  const [owned] = await podsOf(cluster, "pod-release");
  await cluster.update(owned, (draft) => (draft.metadata.labels.name = "not-matching-name"));
  await cluster.eventually(async () => (await cluster.get(owned)).metadata.ownerReferences === undefined);
}

const CONDITION = { type: "StatusUpdate", status: "True", reason: "E2E", message: "Set from e2e test" };

async function statusChanges(cluster: ConformanceCluster, made: Json) {
  await cluster.create(made);
  const updated = await cluster.update(
    made,
    (draft) => (draft.status.conditions = [...(draft.status.conditions ?? []), CONDITION]),
    "status",
  );
  expect(updated.status.conditions.map(({ type }: Json) => type)).toContain("StatusUpdate");
  const patch = { status: { conditions: [{ type: "StatusPatched", status: "True" }] } };
  const patched = await cluster.patch(made, patch, { type: "merge-patch", subresource: "status" });
  expect(patched.status.conditions.map(({ type }: Json) => type)).toContain("StatusPatched");
}

const deployments: Stories = {
  "Deployment RollingUpdateDeployment should delete old pods and create new ones": async (cluster) => {
    const old = workload("ReplicaSet", "test-rolling-update", HTTPD, { replicas: 1 });
    await cluster.create(old);
    await available(cluster, old, 1);
    const made = workload("Deployment", "test-rolling-update", AGNHOST, { replicas: 1 });
    await cluster.create(made);
    await available(cluster, made, 1);
    const pods = await podsOf(cluster, "test-rolling-update");
    expect(
      pods.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ spec }) => spec.containers[0].image),
    ).toEqual([AGNHOST]);
  },
  "Deployment RecreateDeployment should delete old pods and create new ones": async (cluster) => {
    const made = workload("Deployment", "test-recreate", AGNHOST, { replicas: 1, strategy: { type: "Recreate" } });
    await cluster.create(made);
    await available(cluster, made, 1);
    const path = `${cluster.path("v1", "pods")}?watch=true&labelSelector=name%3Dtest-recreate`;
    const events = await cluster.watch(
      path,
      (seen) =>
        seen.some(({ object }) => object.spec.containers[0].image === HTTPD && object.status.phase === "Running"),
      async () => {
        await cluster.update(made, (draft) => (draft.spec.template.spec.containers[0].image = HTTPD));
      },
    );
    // No new pod runs before the old one is gone.
    const gone = events.findIndex(({ type }) => type === "DELETED");
    const started = events.findIndex(({ object }) => object.spec.containers[0].image === HTTPD);
    expect(gone).toBeLessThan(started);
  },
  "Deployment deployment should delete old replica sets": async (cluster) => {
    const made = workload("Deployment", "test-cleanup", HTTPD, { replicas: 1, revisionHistoryLimit: 0 });
    await cluster.create(made);
    await available(cluster, made, 1);
    await cluster.update(made, (draft) => (draft.spec.template.spec.containers[0].image = AGNHOST));
    await available(cluster, made, 1);
    await cluster.eventually(async () => (await cluster.list("apps/v1", "replicasets")).length === 1);
  },
  "Deployment deployment should support rollover": async (cluster) => {
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
    const spec = { replicas: 1, minReadySeconds: 10, strategy };
    const made = workload("Deployment", "test-rollover", "registry.k8s.io/e2e-test-images/nonexistent:1.0", spec);
    await cluster.create(made);
    await cluster.pass(5000);
    await cluster.update(made, (draft) => (draft.spec.template.spec.containers[0].image = AGNHOST));
    await available(cluster, made, 1);
    for (const { spec: set, status } of await cluster.list("apps/v1", "replicasets")) {
      const isNew = set.template.spec.containers[0].image === AGNHOST;
      expect([isNew, status.replicas]).toEqual([isNew, isNew ? 1 : 0]);
    }
  },
  "Deployment deployment should support proportional scaling": async (cluster) => {
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
    const made = workload("Deployment", "webserver", HTTPD, { replicas: 10, strategy });
    await cluster.create(made);
    await available(cluster, made, 10);
    await cluster.update(made, (draft) => (draft.spec.template.spec.containers[0].image = "webserver:404"));
    const sizes = async () => {
      const sets = await cluster.list("apps/v1", "replicasets");
      const of = (image: string) =>
        sets.find(({ spec }) => spec.template.spec.containers[0].image === image)?.spec.replicas;
      return [of(HTTPD), of("webserver:404")];
    };
    await cluster.eventually(async () => String(await sizes()) === "8,5", 5 * MINUTE_MS, sizes);
    await cluster.update(made, (draft) => (draft.spec.replicas = 30));
    await cluster.eventually(async () => String(await sizes()) === "20,13", 5 * MINUTE_MS, sizes);
  },
  "Deployment Deployment should have a working scale subresource": (c) =>
    scaled(c, workload("Deployment", "test-new-deployment", HTTPD, { replicas: 1 })),
  "Deployment should run the lifecycle of a Deployment": (c) =>
    apiOperations(c, {
      object: (name) => workload("Deployment", name, HTTPD, { replicas: 0 }),
      status: {
        patch: { readyReplicas: 0, conditions: [CONDITION] },
        shows: ({ status }) => status.conditions?.[0]?.type,
        expected: "StatusUpdate",
      },
    }),
  "Deployment should validate Deployment Status endpoints": (c) =>
    statusChanges(c, workload("Deployment", "status", HTTPD, { replicas: 1 })),
};

const replicaSets: Stories = {
  "ReplicaSet should serve a basic image on each replica with a public image": (c) => servesHostnames(c, "ReplicaSet"),
  "ReplicationController should serve a basic image on each replica with a public image": (c) =>
    servesHostnames(c, "ReplicationController"),
  "ReplicaSet should adopt matching pods on creation and release no longer matching pods": async (cluster) => {
    await adopts(cluster, "ReplicaSet");
    await releases(cluster, "ReplicaSet");
  },
  "ReplicationController should adopt matching pods on creation": (c) => adopts(c, "ReplicationController"),
  "ReplicationController should release no longer matching pods": (c) => releases(c, "ReplicationController"),
  "ReplicaSet Replicaset should have a working scale subresource": (c) =>
    scaled(c, workload("ReplicaSet", "test-rs", HTTPD, { replicas: 1 })),
  "ReplicationController should get and update a ReplicationController scale": (c) =>
    scaled(c, workload("ReplicationController", "e2e-rc", HTTPD, { replicas: 1 })),
  "ReplicaSet Replace and Patch tests": async (cluster) => {
    const made = workload("ReplicaSet", "test-rs", HTTPD, { replicas: 1 });
    await cluster.create(made);
    await available(cluster, made, 1);
    await cluster.update(made, (draft) => (draft.spec.replicas = 2));
    await available(cluster, made, 2);
    const patched = await cluster.patch(made, {
      metadata: { labels: { "test-rs": "patched" } },
      spec: { replicas: 3, template: { spec: { containers: [{ name: "httpd", image: HTTPD_NEW }] } } },
    });
    expect([patched.spec.replicas, patched.metadata.labels["test-rs"]]).toEqual([3, "patched"]);
    await available(cluster, made, 3);
  },
  "ReplicaSet should list and delete a collection of ReplicaSets": (c) =>
    apiOperations(c, { object: (name) => workload("ReplicaSet", name, HTTPD, { replicas: 3 }) }),
  "ReplicaSet should validate Replicaset Status endpoints": (c) =>
    statusChanges(c, workload("ReplicaSet", "status", HTTPD, { replicas: 1 })),
  "ReplicationController should surface a failure condition on a common issue like exceeded quota": async (cluster) => {
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "condition-test" },
      spec: { hard: { pods: "2" } },
    };
    await cluster.create(quota);
    await cluster.eventually(async () => (await cluster.get(quota)).status?.hard?.pods === "2");
    const made = workload("ReplicationController", "condition-test", HTTPD, { replicas: 3 });
    await cluster.create(made);
    const failed = async () =>
      (await cluster.get(made)).status.conditions?.some(({ type }: Json) => type === "ReplicaFailure") === true;
    await cluster.eventually(failed);
    await cluster.update(made, (draft) => (draft.spec.replicas = 2));
    await cluster.eventually(async () => !(await failed()));
  },
  "ReplicationController should test the lifecycle of a ReplicationController": (c) =>
    apiOperations(c, {
      object: (name) => workload("ReplicationController", name, HTTPD, { replicas: 0 }),
      status: {
        patch: { conditions: [CONDITION] },
        shows: ({ status }) => status.conditions?.[0]?.type,
        expected: "StatusUpdate",
      },
    }),
};

async function onEveryNode(cluster: ConformanceCluster, made: Json, image = HTTPD) {
  const { items } = (await cluster.request("GET", "/api/v1/nodes")).body;
  const nodes = items.filter(({ spec }: Json) => !spec.taints?.length).map(({ metadata }: Json) => metadata.name);
  await cluster.eventually(
    async () => {
      const pods = await podsOf(cluster, made.metadata.name);
      const ready = pods.filter(({ status, spec }) => status.phase === "Running" && spec.containers[0].image === image);
      return pods.length === nodes.length && new Set(ready.map(({ spec }) => spec.nodeName)).size === nodes.length;
    },
    10 * MINUTE_MS,
    () => podsOf(cluster, made.metadata.name),
  );
}

const daemonSets: Stories = {
  "Daemon set [Serial] should run and stop simple daemon": async (cluster) => {
    const made = workload("DaemonSet", "daemon-set", HTTPD);
    await cluster.create(made);
    await onEveryNode(cluster, made);
    const [stopped] = await podsOf(cluster, "daemon-set");
    await cluster.delete(stopped);
    await cluster.eventually(async () => (await cluster.request("GET", cluster.pathOf(stopped))).status === 404);
    await onEveryNode(cluster, made);
  },
  "Daemon set [Serial] should run and stop complex daemon": async (cluster) => {
    const made = workload("DaemonSet", "daemon-set", HTTPD);
    made.spec.template.spec.nodeSelector = { "daemonset-color": "blue" };
    await cluster.create(made);
    await cluster.pass(10_000);
    expect(await podsOf(cluster, "daemon-set")).toEqual([]);
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node-2" } };
    await cluster.patch(node, { metadata: { labels: { "daemonset-color": "blue" } } });
    await cluster.eventually(
      async () => (await podsOf(cluster, "daemon-set")).map(({ spec }) => spec.nodeName).join() === "node-2",
    );
    await cluster.patch(node, { metadata: { labels: { "daemonset-color": "green" } } });
    await cluster.eventually(async () => (await podsOf(cluster, "daemon-set")).length === 0);
    await cluster.update(made, (draft) => {
      draft.spec.template.spec.nodeSelector = { "daemonset-color": "green" };
      draft.spec.updateStrategy = { type: "RollingUpdate" };
    });
    await cluster.eventually(async () => (await podsOf(cluster, "daemon-set")).length === 1);
    await cluster.patch(node, { metadata: { labels: { "daemonset-color": null } } });
  },
  "Daemon set [Serial] should retry creating failed daemon pods": async (cluster) => {
    const made = workload("DaemonSet", "daemon-set", HTTPD);
    await cluster.create(made);
    await onEveryNode(cluster, made);
    const [failed] = await podsOf(cluster, "daemon-set");
    await cluster.update(failed, (draft) => (draft.status.phase = "Failed"), "status");
    await cluster.eventually(async () => (await cluster.request("GET", cluster.pathOf(failed))).status === 404);
    await onEveryNode(cluster, made);
  },
  "Daemon set [Serial] should update pod when spec was updated and update strategy is RollingUpdate": async (
    cluster,
  ) => {
    const made = workload("DaemonSet", "daemon-set", HTTPD, { updateStrategy: { type: "RollingUpdate" } });
    await cluster.create(made);
    await onEveryNode(cluster, made);
    await cluster.patch(made, { spec: { template: { spec: { containers: [{ name: "httpd", image: AGNHOST }] } } } });
    await onEveryNode(cluster, made, AGNHOST);
    expect(await cluster.list("apps/v1", "controllerrevisions")).toHaveLength(2);
  },
  "Daemon set [Serial] should rollback without unnecessary restarts": async (cluster) => {
    const made = workload("DaemonSet", "daemon-set", HTTPD, { updateStrategy: { type: "RollingUpdate" } });
    await cluster.create(made);
    await onEveryNode(cluster, made);
    const image = (text: string) => (draft: Json) => (draft.spec.template.spec.containers[0].image = text);
    await cluster.update(made, image("foo:non-existent"));
    await cluster.pass(10_000);
    const kept = (await podsOf(cluster, "daemon-set")).filter(({ spec }) => spec.containers[0].image === HTTPD);
    expect(kept.length).toBeGreaterThan(0);
    await cluster.update(made, image(HTTPD));
    await onEveryNode(cluster, made);
    const uids = (await podsOf(cluster, "daemon-set")).map(({ metadata }) => metadata.uid);
    for (const { metadata } of kept) expect(uids).toContain(metadata.uid);
  },
  "Daemon set [Serial] should list and delete a collection of DaemonSets": (c) =>
    apiOperations(c, { object: (name) => workload("DaemonSet", name, NGINX) }),
  "Daemon set [Serial] should verify changes to a daemon set status": (c) =>
    statusChanges(c, workload("DaemonSet", "daemon-set", HTTPD)),
  "ControllerRevision [Serial] should manage the lifecycle of a ControllerRevision": (c) =>
    apiOperations(c, {
      object: (name) => ({
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: { name },
        data: { a: 1 },
        revision: 1,
      }),
    }),
};

stories("[sig-apps]", { ...deployments, ...replicaSets, ...daemonSets });

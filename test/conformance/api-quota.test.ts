/**
 * Tests of sig-api-machinery about quotas.
 * Kubernetes: test/e2e/apimachinery/resource_quota.go
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { alwaysPod, configMap, named, PAUSE, secret, service } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const MINUTE_MS = 60_000;

const selector = { app: "quota" };
const template = { metadata: { labels: selector }, spec: { containers: [{ name: "c", image: PAUSE }] } };

const quota = (hard: Json, more: Json = {}) => named("v1", "ResourceQuota", { spec: { hard, ...more } })("test-quota");
async function expectUsed(cluster: ConformanceCluster, used: Json, made = quota({})) {
  await cluster.eventually(
    async () => {
      const { status } = await cluster.get(made);
      return Object.entries(used).every(([name, value]) => status?.used?.[name] === value);
    },
    5 * MINUTE_MS,
    async () => (await cluster.get(made)).status,
  );
}

/** An object is counted while it exists. */
const life =
  (resource: string, object: Json, first: Json = { [resource]: "0" }, then: Json = { [resource]: "1" }) =>
  async (cluster: ConformanceCluster) => {
    await cluster.create(quota(Object.fromEntries(Object.keys(first).map((name) => [name, "10"]))));
    await cluster.pass(5000);
    const { used } = (await cluster.get(quota({}))).status;
    const more = (by: number) =>
      Object.fromEntries(
        Object.keys(first).map((name) => [name, String(Number(used[name]) + by * Number(then[name]))]),
      );
    await expectUsed(cluster, more(0));
    await cluster.create(object);
    await expectUsed(cluster, more(1));
    await cluster.delete(object);
    await expectUsed(cluster, more(0));
  };

const limited = (name: string, requests: Json | undefined, spec: Json = {}) =>
  alwaysPod(name, { image: PAUSE, ...(requests && { resources: { requests, limits: requests } }) }, spec);

async function scoped(cluster: ConformanceCluster, scopes: readonly [string, string], made: readonly [Json, Json]) {
  const quotas = scopes.map((scope) => ({
    ...quota({ pods: "5" }, { scopes: [scope] }),
    metadata: { name: `quota-${scope.toLowerCase()}` },
  }));
  for (const each of quotas) await cluster.create(each);
  for (const each of quotas) await expectUsed(cluster, { pods: "0" }, each);
  for (const [i, pod] of made.entries()) {
    await cluster.create(pod);
    await expectUsed(cluster, { pods: "1" }, quotas[i]);
    await expectUsed(cluster, { pods: "0" }, quotas[1 - i]);
    await cluster.delete(pod, { gracePeriodSeconds: 0 });
    await expectUsed(cluster, { pods: "0" }, quotas[i]);
  }
}

const quotas: Stories = {
  "ResourceQuota should create a ResourceQuota and ensure its status is promptly calculated.": async (cluster) => {
    await cluster.create(quota({ pods: "5", services: "10" }));
    await expectUsed(cluster, { pods: "0", services: "0" });
  },
  "ResourceQuota should create a ResourceQuota and capture the life of a service.": async (cluster) => {
    const hard = { services: "2", "services.nodeports": "1", "services.loadbalancers": "1" };
    await cluster.create(quota(hard));
    await expectUsed(cluster, { services: "0" });
    const cluster1 = service("test-service", {}, [{ port: 80 }]);
    const node1 = service("test-service-np", {}, [{ port: 80 }], { type: "NodePort" });
    const balanced = service("test-service-lb", {}, [{ port: 80 }], { type: "LoadBalancer" });
    await cluster.create(cluster1);
    await cluster.create(node1);
    expect((await cluster.request("POST", cluster.path("v1", "services"), balanced)).status).toBe(403);
    await expectUsed(cluster, { services: "2", "services.nodeports": "1", "services.loadbalancers": "0" });
    await cluster.delete(cluster1);
    await cluster.delete(node1);
    await expectUsed(cluster, { services: "0", "services.nodeports": "0" });
  },
  "ResourceQuota should create a ResourceQuota and capture the life of a secret.": life(
    "secrets",
    secret("test-secret", { "data-1": "value-1" }),
  ),
  "ResourceQuota should create a ResourceQuota and capture the life of a configMap.": life(
    "configmaps",
    configMap("test-configmap", {}),
  ),
  "ResourceQuota should create a ResourceQuota and capture the life of a replication controller.": life(
    "replicationcontrollers",
    named("v1", "ReplicationController", { spec: { replicas: 0, selector, template } })("test-rc"),
  ),
  "ResourceQuota should create a ResourceQuota and capture the life of a replica set.": life(
    "count/replicasets.apps",
    named("apps/v1", "ReplicaSet", { spec: { replicas: 0, selector: { matchLabels: selector }, template } })("test-rs"),
  ),
  "ResourceQuota should create a ResourceQuota and capture the life of a pod.": async (cluster) => {
    await cluster.create(quota({ pods: "5", cpu: "1", memory: "500Mi", "requests.ephemeral-storage": "50Gi" }));
    await expectUsed(cluster, { pods: "0" });
    const own = { cpu: "500m", memory: "252Mi", "ephemeral-storage": "30Gi" };
    const pod = limited("test-pod", own);
    await cluster.create(pod);
    const used = { pods: "1", cpu: "500m", memory: "252Mi", "requests.ephemeral-storage": "30Gi" };
    await expectUsed(cluster, used);
    for (const requests of [
      { ...own, cpu: "600m" },
      { ...own, memory: "300Mi" },
      { ...own, cpu: "1" },
    ])
      expect((await cluster.request("POST", cluster.path("v1", "pods"), limited("fail-pod", requests))).status).toBe(
        403,
      );
    const bad = { spec: { containers: [{ name: "test", resources: { requests: { cpu: "100m" } } }] } };
    const patch = await cluster.request("PATCH", cluster.pathOf(pod), bad, {
      contentType: "application/strategic-merge-patch+json",
    });
    expect(patch.status).toBe(422);
    await expectUsed(cluster, used);
    await cluster.delete(pod, { gracePeriodSeconds: 0 });
    await expectUsed(cluster, { pods: "0", cpu: "0", memory: "0", "requests.ephemeral-storage": "0" });
  },
  "ResourceQuota should verify ResourceQuota with terminating scopes.": (cluster) =>
    scoped(
      cluster,
      ["NotTerminating", "Terminating"],
      [
        limited("test-pod", { cpu: "500m", memory: "200Mi" }),
        limited("terminating-pod", { cpu: "500m", memory: "200Mi" }, { activeDeadlineSeconds: 3600 }),
      ],
    ),
  "ResourceQuota should verify ResourceQuota with best effort scope.": (cluster) =>
    scoped(
      cluster,
      ["BestEffort", "NotBestEffort"],
      [limited("besteffort-pod", undefined), limited("burstable-pod", { cpu: "500m", memory: "200Mi" })],
    ),
  "ResourceQuota should be able to update and delete ResourceQuota.": async (cluster) => {
    const made = quota({ cpu: "1", memory: "500Mi" });
    await cluster.create(made);
    const updated = await cluster.update(made, ({ spec }) => (spec.hard = { cpu: "2", memory: "1Gi" }));
    expect(updated.spec.hard).toEqual({ cpu: "2", memory: "1Gi" });
    await cluster.deleteSync(made);
  },
  "ResourceQuota should manage the lifecycle of a ResourceQuota": (cluster) =>
    apiOperations(cluster, { object: named("v1", "ResourceQuota", { spec: { hard: { cpu: "500m" } } }) }),
  "ResourceQuota should apply changes to a resourcequota status": async (cluster) => {
    const made = quota({ cpu: "500m", memory: "500Mi" });
    await cluster.create(made);
    await expectUsed(cluster, { cpu: "0", memory: "0" });
    const set = (hard: Json) =>
      cluster.update(made, ({ status }) => Object.assign(status, { hard: { ...status.hard, ...hard } }), "status");
    expect((await set({ cpu: "512m", memory: "512Mi" })).status.hard).toEqual({ cpu: "512m", memory: "512Mi" });
    await cluster.eventually(async () => (await cluster.get(made)).status.hard.cpu === "500m");
  },
};

stories("sig-api-machinery", quotas);

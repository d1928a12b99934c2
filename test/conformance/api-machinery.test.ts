/**
 * Tests of sig-api-machinery: collection of garbage, namespaces, watches, lists in parts.
 * Kubernetes: test/e2e/apimachinery
 */
import { expect } from "vitest";
import { apiOperations } from "./api-case.ts";
import type { ConformanceCluster, Json } from "./cluster.ts";
import { alwaysPod, configMap, NGINX, named, PAUSE, service } from "./objects.ts";
import { type Stories, stories } from "./stories.ts";

const labels = { app: "gc-test" };
const template = { metadata: { labels }, spec: { containers: [{ name: "nginx", image: NGINX }] } };
const controller = named("v1", "ReplicationController", { spec: { replicas: 2, selector: labels, template } });
const deployment = named("apps/v1", "Deployment", {
  spec: { replicas: 2, selector: { matchLabels: labels }, template },
});

const pods = (cluster: ConformanceCluster, query = "") => cluster.list("v1", "pods", query);
const replicaSets = (cluster: ConformanceCluster) => cluster.list("apps/v1", "replicasets");
const isGone = async (cluster: ConformanceCluster, object: Json) =>
  (await cluster.request("GET", cluster.pathOf(object))).status === 404;

async function withPods(cluster: ConformanceCluster, object: Json, count: number) {
  await cluster.create(object);
  await cluster.eventually(async () => (await pods(cluster)).length === count);
}

const garbage: Stories = {
  "Garbage collector should delete pods created by rc when not orphaning": async (cluster) => {
    await withPods(cluster, controller("simpletest.rc"), 2);
    await cluster.delete(controller("simpletest.rc"), { propagationPolicy: "Background" });
    await cluster.eventually(async () => (await pods(cluster)).length === 0);
  },
  "Garbage collector should orphan pods created by rc if delete options say so [Serial]": async (cluster) => {
    const many = { ...controller("simpletest.rc"), spec: { ...controller("x").spec, replicas: 20 } };
    await withPods(cluster, many, 20);
    await cluster.delete(many, { propagationPolicy: "Orphan" });
    await cluster.eventually(() => isGone(cluster, many));
    await cluster.pass(30_000);
    const left = await pods(cluster);
    expect(left).toHaveLength(20);
    for (const { metadata } of left) expect(metadata.ownerReferences ?? []).toEqual([]);
  },
  "Garbage collector should delete RS created by deployment when not orphaning": async (cluster) => {
    await cluster.create(deployment("simpletest.deployment"));
    await cluster.eventually(async () => (await replicaSets(cluster)).length === 1);
    await cluster.delete(deployment("simpletest.deployment"), { propagationPolicy: "Background" });
    await cluster.eventually(async () => (await replicaSets(cluster)).length === 0);
  },
  "Garbage collector should orphan RS created by deployment when deleteOptions.PropagationPolicy is Orphan": async (
    cluster,
  ) => {
    await cluster.create(deployment("simpletest.deployment"));
    await cluster.eventually(async () => (await replicaSets(cluster)).length === 1);
    await cluster.delete(deployment("simpletest.deployment"), { propagationPolicy: "Orphan" });
    await cluster.eventually(() => isGone(cluster, deployment("simpletest.deployment")));
    await cluster.pass(30_000);
    const [left] = await replicaSets(cluster);
    expect(left.metadata.ownerReferences ?? []).toEqual([]);
  },
  "Garbage collector should keep the rc around until all its pods are deleted if the deleteOptions says so [Serial]":
    async (cluster) => {
      const rc = controller("simpletest.rc");
      await withPods(cluster, rc, 2);
      await cluster.delete(rc, { propagationPolicy: "Foreground" });
      expect((await cluster.get(rc)).metadata.finalizers).toEqual(["foregroundDeletion"]);
      await cluster.eventually(async () => {
        const [left, isRemoved] = [(await pods(cluster)).length, await isGone(cluster, rc)];
        if (isRemoved) expect(left).toBe(0);
        return isRemoved;
      });
    },
  "Garbage collector should not delete dependents that have both valid owner and owner that's waiting for dependents to be deleted [Serial]":
    async (cluster) => {
      const [first, second] = [controller("to-be-deleted"), controller("to-stay")];
      await withPods(cluster, first, 2);
      second.spec.replicas = 0;
      second.spec.selector = { another: "key" };
      second.spec.template = { ...template, metadata: { labels: { another: "key" } } };
      const { metadata } = await cluster.create(second);
      const [half] = await pods(cluster);
      const owner = { apiVersion: "v1", kind: "ReplicationController", name: "to-stay", uid: metadata.uid };
      await cluster.patch(half, { metadata: { ownerReferences: [owner] } });
      await cluster.delete(first, { propagationPolicy: "Foreground" });
      await cluster.eventually(() => isGone(cluster, first));
      const left = await pods(cluster);
      expect(left.map((pod) => pod.metadata.name)).toEqual([half.metadata.name]);
      expect(left[0].metadata.deletionTimestamp).toBeUndefined();
    },
  "Garbage collector should not be blocked by dependency circle": async (cluster) => {
    const names = ["pod1", "pod2", "pod3"];
    const made = [];
    for (const name of names) made.push(await cluster.create(alwaysPod(name, { image: NGINX })));
    for (const [i, pod] of made.entries()) {
      const { name, uid } = made[(i + 2) % 3].metadata;
      const owner = { apiVersion: "v1", kind: "Pod", name, uid, controller: true, blockOwnerDeletion: true };
      await cluster.patch(pod, { metadata: { ownerReferences: [owner] } });
    }
    await cluster.delete(made[0], { propagationPolicy: "Foreground" });
    await cluster.eventually(async () => (await pods(cluster)).length === 0, 90_000);
  },
};

const other = named("v1", "Namespace");
async function inOther(cluster: ConformanceCluster, made: Json) {
  const namespace = other(`${cluster.namespace}-other`);
  await cluster.create(namespace);
  const { name } = namespace.metadata;
  await cluster.eventually(
    async () => (await cluster.request("GET", `/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200,
  );
  const object = { ...made, metadata: { ...made.metadata, namespace: name } };
  await cluster.create(object);
  if (object.kind === "Pod") await cluster.ready(object);
  await cluster.deleteSync(namespace);
  await cluster.create(namespace);
  expect((await cluster.request("GET", cluster.pathOf(object))).status).toBe(404);
  await cluster.delete(namespace);
}

const namespaces: Stories = {
  "Namespaces [Serial] should ensure that all pods are removed when a namespace is deleted": (cluster) =>
    inOther(cluster, alwaysPod("test-pod", { image: PAUSE })),
  "Namespaces [Serial] should ensure that all services are removed when a namespace is deleted": (cluster) =>
    inOther(cluster, service("test-service", { foo: "bar" }, [{ port: 80, targetPort: 80 }])),
  "Namespaces [Serial] should patch a Namespace": async (cluster) => {
    const namespace = other(`${cluster.namespace}-patched`);
    await cluster.create(namespace);
    await cluster.patch(namespace, { metadata: { labels: { testLabel: "testValue" } } });
    expect((await cluster.get(namespace)).metadata.labels.testLabel).toBe("testValue");
    await cluster.delete(namespace);
  },
  "Namespaces [Serial] should apply an update to a Namespace": async (cluster) => {
    const updated = await cluster.update(other(cluster.namespace), ({ metadata }) => {
      metadata.labels[cluster.namespace] = "updated";
    });
    expect(updated.metadata.labels[cluster.namespace]).toBe("updated");
  },
  "Namespaces [Serial] should apply changes to a namespace status": async (cluster) => {
    const namespace = other(`${cluster.namespace}-status`);
    await cluster.create(namespace);
    const condition = { type: "StatusPatch", status: "True", reason: "E2E", message: "Set by an e2e test" };
    const at = { type: "merge-patch", subresource: "status" };
    const patched = await cluster.patch(namespace, { status: { conditions: [condition] } }, at);
    expect(patched.status.conditions).toMatchObject([condition]);
    const updated = await cluster.update(
      namespace,
      ({ status }) => status.conditions.push({ ...condition, type: "StatusUpdate" }),
      "status",
    );
    expect(updated.status.conditions).toHaveLength(2);
    await cluster.delete(namespace);
  },
  "Namespaces [Serial] should apply a finalizer to a Namespace": async (cluster) => {
    const namespace = other(`${cluster.namespace}-finalizer`);
    await cluster.create(namespace);
    const set = (change: (all: string[]) => string[]) =>
      cluster.update(namespace, ({ spec }) => (spec.finalizers = change(spec.finalizers)), "finalize");
    const FINALIZER = "e2e.example.com/fakeFinalizer";
    expect((await set((all) => [...all, FINALIZER])).spec.finalizers).toEqual(["kubernetes", FINALIZER]);
    await cluster.delete(namespace);
    await cluster.pass(30_000);
    expect((await cluster.get(namespace)).status.phase).toBe("Terminating");
    await set((all) => all.filter((one) => one !== FINALIZER));
    await cluster.eventually(() => isGone(cluster, namespace));
  },
  "OrderedNamespaceDeletion namespace deletion should delete pod first": async (cluster) => {
    const namespace = other(`${cluster.namespace}-ordered`);
    await cluster.create(namespace);
    const { name } = namespace.metadata;
    await cluster.eventually(
      async () => (await cluster.request("GET", `/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200,
    );
    const pod = alwaysPod("testpod", { image: PAUSE }, {}, { namespace: name, finalizers: ["e2e.example.com/f"] });
    const map = configMap("testcm", {}, { metadata: { name: "testcm", namespace: name } });
    await cluster.create(pod);
    await cluster.create(map);
    await cluster.delete(namespace);
    await cluster.eventually(async () => {
      const { conditions = [] } = (await cluster.get(namespace)).status;
      return (
        conditions.some(({ type, status }: Json) => type === "NamespaceDeletionContentFailure" && status === "False") ||
        conditions.some(({ type, status }: Json) => type === "NamespaceContentRemaining" && status === "True")
      );
    });
    expect((await cluster.get(map)).metadata.deletionTimestamp).toBeUndefined();
    await cluster.patch(pod, { metadata: { finalizers: null } }, { type: "merge-patch" });
    await cluster.eventually(() => isGone(cluster, namespace));
  },
};

const WATCHED = "watch-this-configmap";
const watched = (name: string, value: string) =>
  configMap(name, {}, { metadata: { name, labels: { [WATCHED]: value } } });
const mapsOf = (cluster: ConformanceCluster, value: string, more = "") =>
  `${cluster.path("v1", "configmaps")}?watch=true&labelSelector=${WATCHED}%3D${value}${more}`;
const mutate = (cluster: ConformanceCluster, map: Json, mutation: string) => cluster.patch(map, { data: { mutation } });

const watchers: Stories = {
  "Watchers should observe add, update, and delete watch notifications on configmaps": async (cluster) => {
    const map = watched("e2e-watch-test-configmap-a", "multiple-watchers-A");
    const events = await cluster.watch(
      mapsOf(cluster, "multiple-watchers-A"),
      (seen) => seen.length === 4,
      async () => {
        await cluster.create(map);
        await mutate(cluster, map, "1");
        await mutate(cluster, map, "2");
        await cluster.delete(map);
      },
    );
    expect(events.map(({ type, object }) => `${type} ${object.data?.mutation ?? ""}`)).toEqual([
      ...["ADDED ", "MODIFIED 1", "MODIFIED 2", "DELETED 2"],
    ]);
  },
  "Watchers should be able to start watching from a specific resource version": async (cluster) => {
    const map = watched("e2e-watch-test-resource-version", "from-resource-version");
    await cluster.create(map);
    const { metadata } = await mutate(cluster, map, "1");
    await mutate(cluster, map, "2");
    await cluster.delete(map);
    const from = mapsOf(cluster, "from-resource-version", `&resourceVersion=${metadata.resourceVersion}`);
    const events = await cluster.watch(from, (seen) => seen.length === 2);
    expect(events.map(({ type, object }) => `${type} ${object.data.mutation}`)).toEqual(["MODIFIED 2", "DELETED 2"]);
  },
  "Watchers should be able to restart watching from the last resource version observed by the previous watch": async (
    cluster,
  ) => {
    const map = watched("e2e-watch-test-watch-closed", "watch-closed-and-restarted");
    const target = mapsOf(cluster, "watch-closed-and-restarted");
    const before = await cluster.watch(
      target,
      (seen) => seen.length === 2,
      async () => {
        await cluster.create(map);
        await mutate(cluster, map, "1");
      },
    );
    await mutate(cluster, map, "2");
    const resourceVersion = before[1]?.object.metadata.resourceVersion;
    const after = await cluster.watch(
      `${target}&resourceVersion=${resourceVersion}`,
      (seen) => seen.length === 2,
      () => cluster.delete(map),
    );
    expect(after.map(({ type }) => type)).toEqual(["MODIFIED", "DELETED"]);
  },
  "Watchers should observe an object deletion if it stops meeting the requirements of the selector": async (
    cluster,
  ) => {
    const map = watched("e2e-watch-test-label-changed", "label-changed-and-restored");
    const label = (value: string) => cluster.patch(map, { metadata: { labels: { [WATCHED]: value } } });
    const events = await cluster.watch(
      mapsOf(cluster, "label-changed-and-restored"),
      (seen) => seen.length === 6,
      async () => {
        await cluster.create(map);
        await mutate(cluster, map, "1");
        await label("wrong-value");
        await mutate(cluster, map, "2");
        await label("label-changed-and-restored");
        await mutate(cluster, map, "3");
        await cluster.delete(map);
      },
    );
    const types = ["ADDED", "MODIFIED", "DELETED", "ADDED", "MODIFIED", "DELETED"];
    expect(events.map(({ type }) => type)).toEqual(types);
  },
};

const simple: Stories = {
  "API priority and fairness should support FlowSchema API operations": (c) =>
    apiOperations(c, {
      object: named("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", {
        spec: { matchingPrecedence: 10_000, priorityLevelConfiguration: { name: "global-default" } },
      }),
    }),
  "API priority and fairness should support PriorityLevelConfiguration API operations": (c) =>
    apiOperations(c, {
      object: named("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", {
        spec: { type: "Limited", limited: { nominalConcurrencyShares: 2, limitResponse: { type: "Reject" } } },
      }),
    }),
  "server version should find the server version": async (cluster) => {
    const { body } = await cluster.request("GET", "/version");
    expect(body.major).toBe("1");
    expect(body.minor).toMatch(/^\d+$/);
  },
  "Discovery should validate PreferredVersion for each APIGroup": async (cluster) => {
    for (const { name } of (await cluster.request("GET", "/apis")).body.groups) {
      const { preferredVersion, versions } = (await cluster.request("GET", `/apis/${name}/`)).body;
      expect(versions).toContainEqual(preferredVersion);
    }
  },
  "Discovery should locate the groupVersion and a resource within each APIGroup": async (cluster) => {
    const resources = {
      "apis/admissionregistration.k8s.io/v1": "validatingwebhookconfigurations",
      "apis/apiextensions.k8s.io/v1": "customresourcedefinitions",
      "apis/apiregistration.k8s.io/v1": "apiservices",
      "apis/apps/v1": "deployments",
      "apis/authentication.k8s.io/v1": "tokenreviews",
      "apis/authorization.k8s.io/v1": "selfsubjectaccessreviews",
      "apis/autoscaling/v1": "horizontalpodautoscalers",
      "apis/autoscaling/v2": "horizontalpodautoscalers",
      "apis/batch/v1": "jobs",
      "apis/certificates.k8s.io/v1": "certificatesigningrequests",
      "apis/coordination.k8s.io/v1": "leases",
      "apis/discovery.k8s.io/v1": "endpointslices",
      "apis/events.k8s.io/v1": "events",
      "apis/networking.k8s.io/v1": "ingresses",
      "apis/node.k8s.io/v1": "runtimeclasses",
      "apis/policy/v1": "poddisruptionbudgets",
      "apis/scheduling.k8s.io/v1": "priorityclasses",
      "apis/storage.k8s.io/v1": "csinodes",
    };
    for (const [path, plural] of Object.entries(resources)) {
      const { body } = await cluster.request("GET", `/${path}`);
      expect(body.resources.map(({ name }: Json) => name)).toContain(plural);
    }
  },
  "Servers with support for API chunking should return chunks of results for list calls": async (cluster) => {
    const COUNT = 400;
    for (let i = 0; i < COUNT; i++)
      await cluster.create({
        apiVersion: "v1",
        kind: "PodTemplate",
        metadata: { name: `template-${String(i).padStart(4, "0")}` },
        template: { spec: { containers: [{ name: "test", image: "test2" }] } },
      });
    const path = cluster.path("v1", "podtemplates");
    const names: string[] = [];
    for (let [token, version] = ["", ""]; ; ) {
      const { body } = await cluster.request("GET", `${path}?limit=50&continue=${encodeURIComponent(token)}`);
      version ||= body.metadata.resourceVersion;
      expect(body.metadata.resourceVersion).toBe(version);
      names.push(...body.items.map(({ metadata }: Json) => metadata.name));
      if (!body.metadata.continue) break;
      expect(body.metadata.remainingItemCount).toBe(COUNT - names.length);
      token = body.metadata.continue;
    }
    expect(names).toHaveLength(COUNT);
    expect((await cluster.request("GET", path)).body.items).toHaveLength(COUNT);
  },
  "Servers with support for Table transformation should return a 406 for a backend which does not implement metadata":
    async (cluster) => {
      const { status } = await cluster.request(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes: {} } },
        { headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" } },
      );
      expect(status).toBe(406);
    },
};

stories("sig-api-machinery", { ...garbage, ...namespaces, ...watchers, ...simple });

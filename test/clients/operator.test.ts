import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ApiextensionsV1Api,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  loadYaml,
  PatchStrategy,
  setHeaderOptions,
  type V1CustomResourceDefinition,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { Operator } from "../../examples/operator/operator.ts";
import { FINALIZER, type Website } from "../../examples/operator/website.ts";
import { ClientSession, until } from "./session.ts";

const FOLDER = join(import.meta.dirname, "../../examples/operator");
const BLOG = { group: "example.com", version: "v1", namespace: "default", plural: "websites", name: "blog" };
const RESYNC_MS = 200;

let session: ClientSession;
let operator: Operator;
let reconciled = 0;
let apps: AppsV1Api;
let core: CoreV1Api;
let custom: CustomObjectsApi;

/** The library renames some fields (`_default`); its own YAML reader returns the renamed fields. */
const manifest = async <T>(name: string) => loadYaml<T>(await readFile(join(FOLDER, name), "utf8"));
const website = async () => (await custom.getNamespacedCustomObject(BLOG)) as Website;
const published = async () =>
  (await core.readNamespacedConfigMap({ name: "published-websites", namespace: "default" })).data ?? {};
const deploymentNames = async () =>
  (await apps.listNamespacedDeployment({ namespace: "default" })).items.map(({ metadata }) => metadata?.name);

function newOperator(identity: string): Operator {
  const { kubeConfig } = session;
  return new Operator({
    ...{ kubeConfig, identity, namespace: "default", resyncMs: RESYNC_MS, log: () => {} },
    onReconcile: () => void reconciled++,
  });
}

beforeAll(async () => {
  session = await ClientSession.open(inject("sandbar"));
  const { kubeConfig } = session;
  [apps, core, custom] = [
    kubeConfig.makeApiClient(AppsV1Api),
    kubeConfig.makeApiClient(CoreV1Api),
    kubeConfig.makeApiClient(CustomObjectsApi),
  ];
  const definitions = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const body = await manifest<V1CustomResourceDefinition>("crd.yaml");
  await definitions.createCustomResourceDefinition({ body });
  await until(async () => {
    const { status } = await definitions.readCustomResourceDefinition({ name: "websites.example.com" });
    return status?.conditions?.some(({ type, status }) => type === "Established" && status === "True") ?? false;
  });
  operator = newOperator("one");
  await operator.start();
});
afterAll(async () => {
  await operator?.stop();
  await session?.close();
});

it("becomes the leader, recorded in its lease", async () => {
  expect(operator.isLeader).toBe(true);
  const lease = await session.kubeConfig
    .makeApiClient(CoordinationV1Api)
    .readNamespacedLease({ namespace: "default", name: "website-operator" });
  expect(lease.spec?.holderIdentity).toBe("one");
  const rival = newOperator("two");
  await rival.start();
  expect(rival.isLeader).toBe(false);
  await rival.stop();
});

it("creates a Deployment and a Service for a Website, and reports in its status when they are ready", async () => {
  const { name: _, ...collection } = BLOG;
  await custom.createNamespacedCustomObject({ ...collection, body: await manifest<Website>("website.yaml") });
  await until(async () => (await website()).status?.readyReplicas === 2);
  const site = await website();
  expect(site).toMatchObject({
    metadata: { finalizers: [FINALIZER], generation: 1 },
    spec: { host: "blog.example.com", image: "nginx:1.25", replicas: 2 },
    status: { observedGeneration: 1, conditions: [{ type: "Ready", status: "True", reason: "AllReplicasReady" }] },
  });
  const service = await core.readNamespacedService({ name: "blog", namespace: "default" });
  expect(service.metadata?.ownerReferences).toMatchObject([
    { kind: "Website", name: "blog", uid: site.metadata?.uid, controller: true },
  ]);
  expect(await published()).toEqual({ blog: "blog.example.com" });
});

it("follows a change of the spec", async () => {
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await custom.patchNamespacedCustomObject({ ...BLOG, body: { spec: { replicas: 3 } } }, options);
  await until(async () => (await website()).status?.readyReplicas === 3);
  expect(await website()).toMatchObject({ metadata: { generation: 2 }, status: { observedGeneration: 2 } });
});

it("repairs changes by other clients", async () => {
  await apps.deleteNamespacedDeployment({ name: "blog", namespace: "default" });
  await until(
    async () =>
      (await apps.readNamespacedDeployment({ name: "blog", namespace: "default" }).catch(() => null))?.status
        ?.readyReplicas === 3,
  );
});

it("is refused objects that violate the schema", async () => {
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  const patch = (spec: object) => custom.patchNamespacedCustomObject({ ...BLOG, body: { spec } }, options);
  await expect(patch({ host: "other.example.com" })).rejects.toThrow("host is immutable");
  await expect(patch({ replicas: 11 })).rejects.toThrow("should be less than or equal to 10");
});

it("writes and lists nothing at repeated reconciles", async () => {
  await until(async () => (await website()).status?.readyReplicas === 3);
  const before = (await website()).metadata?.resourceVersion;
  const lists = [session.proxy.lists("websites"), session.proxy.lists("deployments")];
  const start = reconciled;
  await until(() => reconciled >= start + 20);
  expect((await website()).metadata?.resourceVersion).toBe(before);
  expect([session.proxy.lists("websites"), session.proxy.lists("deployments")]).toEqual(lists);
});

it("survives lost connections and an advance of time, and lists again only after expiry", async () => {
  const lists = session.proxy.lists("websites");
  session.proxy.cut();
  const start = reconciled;
  await until(() => reconciled > start + 3);
  expect(session.proxy.lists("websites")).toBe(lists);
  await session.advance(3600);
  await until(() => session.proxy.lists("websites") === lists + 1);
  const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
  await custom.patchNamespacedCustomObject({ ...BLOG, body: { spec: { replicas: 1 } } }, options);
  await until(async () => (await website()).status?.readyReplicas === 1);
  expect(session.proxy.lists("websites")).toBe(lists + 1);
});

it("removes a Website from its list before the deletion; owned objects are deleted afterwards", async () => {
  await custom.deleteNamespacedCustomObject(BLOG);
  await until(async () => !("blog" in (await published())));
  await expect(until(async () => !(await website()))).rejects.toThrow("404");
  await until(async () => !(await deploymentNames()).includes("blog"));
});

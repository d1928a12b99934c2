/** Informers of the JavaScript client survive every failure of connections, and list only when it is necessary. */
import {
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  type KubernetesListObject,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  type ObjectCache,
  PatchStrategy,
  type V1ConfigMap,
  type V1Pod,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildAssets, buildWorker } from "../../scripts/build.ts";
import { createCertificates } from "../../scripts/local/certificates.ts";
import { freePort } from "../../scripts/local/ports.ts";
import { type RunningSandbar, startSandbar } from "../../scripts/local/sandbar.ts";
import { type LocalDatabase, openEmbeddedDatabase } from "../../scripts/local/sql/database.ts";
import { ClientSession, until } from "./session.ts";

const ADMIN_TOKEN = "admin-token-of-the-informers-suite";
const CUTS = 15;
const RESTART_DELAY_MS = 50;
const namespace = "default";
const PLURALS = ["configmaps", "pods", "widgets"] as const;

type Cached<T extends KubernetesObject> = Informer<T> & ObjectCache<T>;

let database: LocalDatabase;
let sandbar: RunningSandbar;
let restart: () => Promise<void>;
let session: ClientSession;
let core: CoreV1Api;
let configMaps: Cached<V1ConfigMap>;
let pods: Cached<V1Pod>;
let widgets: Cached<KubernetesObject>;
let isStopped = false;

const createConfigMap = (name: string) => core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
const lists = () => PLURALS.map((plural) => session.proxy.lists(plural));
const watches = () => PLURALS.reduce((sum, plural) => sum + session.proxy.watches(plural), 0);

/** As in the library's examples: an informer is restarted after an error and resumes at its last resourceVersion. */
function follow<T extends KubernetesObject>(informer: Cached<T>): Cached<T> {
  informer.on("error", () => {
    if (!isStopped) setTimeout(() => void informer.start(), RESTART_DELAY_MS);
  });
  return informer;
}

/** Fails unless the caches equal the server's objects. */
async function expectTheSame(): Promise<void> {
  const names = (items: readonly KubernetesObject[]) =>
    items.map(({ metadata }) => `${metadata?.name} ${metadata?.resourceVersion}`).sort();
  await until(async () => {
    const { items } = await core.listNamespacedConfigMap({ namespace });
    return names(items).join() === names(configMaps.list(namespace)).join();
  });
  const { items } = await core.listNamespacedPod({ namespace });
  expect(names(pods.list(namespace))).toEqual(names(items));
}

beforeAll(async () => {
  const [workerPath, certificates, port] = await Promise.all([
    buildWorker(),
    createCertificates(new Date()),
    freePort(),
    buildAssets(),
  ]);
  database = await openEmbeddedDatabase();
  await database.migrate();
  const start = () =>
    startSandbar({ backend: database.application, certificates, adminToken: ADMIN_TOKEN, port, workerPath });
  sandbar = await start();
  restart = async () => {
    await sandbar.stop();
    sandbar = await start();
  };
  const { authorityPem } = certificates;
  session = await ClientSession.open({ url: sandbar.url, authorityPem, adminToken: ADMIN_TOKEN });
  const { kubeConfig } = session;
  core = kubeConfig.makeApiClient(CoreV1Api);
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  await KubernetesObjectApi.makeApiClient(kubeConfig).create(WIDGETS as KubernetesObject);
  const widgetPath = { group: "example.com", version: "v1", namespace, plural: "widgets" };
  await until(() =>
    custom.listNamespacedCustomObject(widgetPath).then(
      () => true,
      () => false,
    ),
  );

  configMaps = follow(
    makeInformer(kubeConfig, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    ),
  );
  pods = follow(
    makeInformer(kubeConfig, `/api/v1/namespaces/${namespace}/pods`, () => core.listNamespacedPod({ namespace })),
  );
  const listWidgets = async () =>
    (await custom.listNamespacedCustomObject(widgetPath)) as KubernetesListObject<KubernetesObject>;
  widgets = follow(makeInformer(kubeConfig, `/apis/example.com/v1/namespaces/${namespace}/widgets`, listWidgets));
  session.proxy.requests.length = 0;
  await Promise.all([configMaps.start(), pods.start(), widgets.start()]);
});
afterAll(async () => {
  isStopped = true;
  await Promise.all([configMaps, pods, widgets].map((informer) => informer?.stop()));
  await session?.close();
  await sandbar?.stop();
  await database?.close();
});

describe("informers of built-in and custom resources", () => {
  it("list once, then see every change", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => createConfigMap(`first-${i}`)));
    const pod = { metadata: { name: "box" }, spec: { containers: [{ name: "c", image: "nginx" }] } };
    await core.createNamespacedPod({ namespace, body: pod });
    await until(() => pods.get("box", namespace)?.status?.phase === "Running");
    await until(() => configMaps.list(namespace).length === 41);
    expect(lists()).toEqual([1, 1, 1]);
  });

  it("resume without a list when the connection is cut", async () => {
    const before = lists();
    for (let i = 0; i < CUTS; i++) {
      const open = watches();
      session.proxy.cut();
      await createConfigMap(`cut-${i}`).catch(() => createConfigMap(`cut-${i}`));
      await until(() => watches() >= open + PLURALS.length && configMaps.get(`cut-${i}`, namespace) !== undefined);
    }
    expect(lists()).toEqual(before);
    await expectTheSame();
  });

  it("survive a restart of the server", async () => {
    const before = lists();
    session.proxy.isAway = true;
    session.proxy.cut();
    await restart();
    session.proxy.isAway = false;
    await createConfigMap("after-the-restart");
    await until(() => configMaps.get("after-the-restart", namespace) !== undefined);
    expect(lists()).toEqual(before);
  });

  it("list once more each after an advance of time", async () => {
    const before = lists();
    await session.advance(7200);
    await until(() => lists().every((count, i) => count > before[i]!));
    await createConfigMap("after-the-jump");
    await until(() => configMaps.get("after-the-jump", namespace) !== undefined);
    expect(lists()).toEqual(before.map((count) => count + 1));
    await expectTheSame();
  });
});

it("applies on the server, and gets a conflict", async () => {
  const objects = KubernetesObjectApi.makeApiClient(session.kubeConfig);
  const object = (value: string) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "applied", namespace },
    data: { a: value },
  });
  const apply = (value: string, manager: string, force?: boolean) =>
    objects.patch(
      object(value),
      undefined,
      undefined,
      manager,
      force,
      PatchStrategy.ServerSideApply,
    ) as Promise<V1ConfigMap>;
  await apply("1", "one");
  await expect(apply("2", "two")).rejects.toMatchObject({ code: 409, body: expect.stringContaining(".data.a") });
  expect((await apply("2", "two", true)).data).toEqual({ a: "2" });
});

const WIDGETS = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { kind: "Widget", plural: "widgets" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};

/** Limits of a cluster's contents. */
import { expect, test } from "vitest";
import { HISTORY_PAGE_BYTES, MAX_CLUSTER_BYTES, MAX_RETAINED_LOG_BYTES } from "../../src/lib/limits.ts";
import { CONFIG_MAPS, Sandbox } from "./isolates.ts";

const TEXT = "x".repeat(1_000_000);

test("a full cluster refuses to grow with 507 and the limit's number, and accepts writes after a deletion", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  let created = 0;
  for (;;) {
    const { status, body } = await isolate.createConfigMap(`c-${created}`, { text: TEXT });
    if (status !== 201) {
      expect([status, body.reason]).toEqual([507, "InsufficientStorage"]);
      expect(body.message).toContain(String(MAX_CLUSTER_BYTES));
      break;
    }
    created++;
  }
  expect(created).toBe(Math.ceil(MAX_CLUSTER_BYTES / (TEXT.length + 400)));
  const growing = await isolate.request("PATCH", `${CONFIG_MAPS}/c-0`, { data: { more: "x".repeat(2_000) } });
  expect(growing.status).toBe(507);
  expect((await isolate.request("GET", `${CONFIG_MAPS}/c-${created}`)).status).toBe(404);

  expect((await isolate.request("DELETE", `${CONFIG_MAPS}/c-0`)).status).toBe(200);
  expect((await isolate.createConfigMap("small")).status).toBe(201);
});

test("objects of a full cluster can be made smaller", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const deployments = "/apis/apps/v1/namespaces/default/deployments";
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
  const web = {
    metadata: { name: "web" },
    spec: { replicas: 100_000, selector: { matchLabels: { a: "b" } }, template },
  };
  expect((await isolate.request("POST", deployments, web)).status).toBe(201);
  for (let number = 0; ; number++) {
    const { status } = await isolate.createConfigMap(`c-${number}`, { text: TEXT });
    if (status === 507) break;
  }

  const scaled = await isolate.request("PATCH", `${deployments}/web`, { spec: { replicas: 1 } });
  expect([scaled.status, scaled.body.spec?.replicas]).toEqual([200, 1]);
});

test("updates count like creations: they cannot exceed the limit, and all objects can shrink and be deleted", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  const names = Array.from({ length: 40 }, (_, i) => `c-${i}`);
  for (const name of names) expect((await isolate.createConfigMap(name)).status).toBe(201);
  const grow = (name: string, text: string) => isolate.request("PATCH", `${CONFIG_MAPS}/${name}`, { data: { text } });
  const grown: string[] = [];
  for (const name of names) {
    const { status } = await grow(name, TEXT);
    if (status === 200) grown.push(name);
    else expect(status).toBe(507);
  }
  expect(grown.length).toBe(Math.ceil(MAX_CLUSTER_BYTES / (TEXT.length + 500)));
  // Bytes count, not characters: these characters have three bytes each.
  expect((await grow("c-0", "\u20ac".repeat(340_000))).status).toBe(507);
  expect((await grow("c-0", "\u20ac".repeat(300_000))).status).toBe(200);

  // Small changes are possible up to a limit.
  let small = 0;
  for (let i = 0; small < 20 && i < 20; i++) {
    const { status } = await isolate.request("PATCH", `${CONFIG_MAPS}/c-1`, {
      metadata: { labels: { [`l-${i}`]: "x" } },
    });
    if (status === 200) small++;
  }
  expect(small).toBe(20);
  expect((await grow("c-1", "")).status).toBe(200);
  for (const name of names) expect((await isolate.request("DELETE", `${CONFIG_MAPS}/${name}`)).status).toBe(200);
});

test("180 small changes of an object of a megabyte leave no more of the log than its limit", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  await isolate.createConfigMap("large", { text: TEXT });
  for (let i = 0; i < 180; i++) {
    const { status } = await isolate.request("PATCH", `${CONFIG_MAPS}/large`, {
      metadata: { labels: { i: String(i) } },
    });
    expect(status).toBe(200);
  }
  const store = sandbox.stores.cluster(sandbox.access);
  let bytes = 0;
  for (let afterRevision = 0, more = true; more; ) {
    const page = (await store.history({ afterRevision, maxBytes: HISTORY_PAGE_BYTES }))!;
    for (const { body } of page.log) bytes += body.length;
    afterRevision = page.log.at(-1)!.revision;
    more = page.more;
  }
  expect(bytes).toBeLessThan(MAX_RETAINED_LOG_BYTES + 3 * TEXT.length);
  // A watch from an older revision gets 410.
  const first = await isolate.send("GET", `${CONFIG_MAPS}?watch=true&resourceVersion=1`);
  expect(first.type === "response" && first.response.body).toContain('"code":410');
  expect((await isolate.request("GET", `${CONFIG_MAPS}/large`)).status).toBe(200);
});

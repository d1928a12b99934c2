/** What a cluster may hold. */
import { expect, test } from "vitest";
import { MAX_CLUSTER_BYTES } from "../../src/lib/limits.ts";
import { CONFIG_MAPS, Sandbox } from "./isolates.ts";

const TEXT = "x".repeat(1_000_000);

test("a full cluster refuses to grow with 507 and the limit's number, and goes on once something was deleted", async () => {
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

test("what fills a cluster can be made smaller", async () => {
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

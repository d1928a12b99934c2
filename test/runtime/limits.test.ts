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
  const growing = await isolate.request("PATCH", `${CONFIG_MAPS}/c-0`, { data: { more: "text" } });
  expect(growing.status).toBe(507);
  expect((await isolate.request("GET", `${CONFIG_MAPS}/c-${created}`)).status).toBe(404);

  expect((await isolate.request("DELETE", `${CONFIG_MAPS}/c-0`)).status).toBe(200);
  expect((await isolate.createConfigMap("small")).status).toBe(201);
});

/** Clocks of isolates differ and are sometimes set back. A cluster's time never goes back. */
import { expect, test } from "vitest";
import { CONFIG_MAPS, Sandbox } from "./isolates.ts";

const HOUR_MS = 3_600_000;

test("after a clock goes back an hour, versions and times still rise, watches continue, and due work happens", async () => {
  const sandbox = await Sandbox.create();
  const { clock } = sandbox;
  const isolate = sandbox.isolate();
  await clock.pass(2 * HOUR_MS);
  const first = await clock.until(isolate.createConfigMap("first", { after: "1000" }));
  const watch = await isolate.watch(`resourceVersion=${first.body.metadata.resourceVersion}`);

  clock.setBack(HOUR_MS);
  const second = await clock.until(isolate.createConfigMap("second"));
  const fresh = await clock.until(sandbox.isolate().createConfigMap("third"));
  await clock.pass(5_000);

  expect([second.status, fresh.status]).toEqual([201, 201]);
  const times = [first, second, fresh].map(
    ({ body }) => (body.metadata as { creationTimestamp?: string }).creationTimestamp,
  );
  expect(times).toEqual([...times].sort());
  const versions = [first, second, fresh].map(({ body }) => Number(body.metadata.resourceVersion));
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(watch.seen).toEqual(["ADDED second", "ADDED third"]);

  await clock.pass(HOUR_MS);
  const later = await clock.until(isolate.request("GET", `${CONFIG_MAPS}/first`));
  expect(later.body.data?.["seen"]).toBeDefined();
  await clock.pass(2_000);
  expect(watch.seen).toEqual(["ADDED second", "ADDED third", "MODIFIED first"]);
  await watch.cancel();
});

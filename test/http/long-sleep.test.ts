/** A cluster that slept for a month: waking ends after a bounded number of requests, and leaves a bounded log. */
import { expect, test } from "vitest";
import { MAX_RETAINED_LOG_BYTES } from "../../src/lib/limits.ts";
import { sha256Hex } from "../../src/platform/secrets.ts";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import type { Stores } from "../../src/storage/store.ts";
import { TestSandbar } from "./sandbar.ts";

const CRON_JOBS = 20;
/** Reads until the cluster is at the present; 18 were seen. */
const MAX_REQUESTS = 60;
const MONTH_MS = 30 * 24 * 3600 * 1000;
/** The newest row of every object stays, beyond the log's limit. */
const NEWEST_ROWS_BYTES = 4 * 1024 * 1024;

test("twenty minutely CronJobs that slept for a month catch up, and leave a bounded log", async () => {
  let stores: Stores | undefined;
  const keep = (made: Stores) => (stores = made);
  const sandbar = new TestSandbar(keep, controlPlane as unknown as Engine);
  const key = await sandbar.organization();
  const id = await sandbar.cluster(key, { latency: "instant", seed: "sleeper" });
  const token = await sandbar.adminOf(key, id);
  for (let i = 0; i < CRON_JOBS; i++) {
    const path = `/clusters/${id}/apis/batch/v1/namespaces/default/cronjobs`;
    expect((await sandbar.call(path, { method: "POST", token, body: cronJob(`job-${i}`) })).status).toBe(201);
  }
  await sandbar.clock.pass(MONTH_MS);

  let requests = 0;
  for (let isBehind = true; isBehind && requests < MAX_REQUESTS; requests++) {
    const { status, headers } = await sandbar.call(`/clusters/${id}/api/v1/namespaces`, { token });
    expect(status).toBe(200);
    isBehind = headers.get("sandbar-catching-up") !== null;
  }
  expect(requests).toBeLessThan(MAX_REQUESTS);
  const jobs = await sandbar.call(`/clusters/${id}/apis/batch/v1/namespaces/default/jobs`, { token });
  expect(jobs.body.items.length).toBeGreaterThan(0);

  const store = stores!.cluster({ via: "apiKey", clusterId: id, keyHash: sha256Hex(key) });
  let logBytes = 0;
  for (let afterRevision = 0, more = true; more; ) {
    const page = (await store.history({ afterRevision, maxBytes: 1024 * 1024 }))!;
    for (const { body } of page.log) logBytes += body.length;
    afterRevision = page.log.at(-1)?.revision ?? afterRevision;
    more = page.more;
  }
  expect(logBytes).toBeLessThan(MAX_RETAINED_LOG_BYTES + NEWEST_ROWS_BYTES);
}, 300_000);

function cronJob(name: string) {
  const container = { name: "a", image: "busybox", command: ["true"] };
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name },
    spec: {
      schedule: "* * * * *",
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } } },
    },
  };
}

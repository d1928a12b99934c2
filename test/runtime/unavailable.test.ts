/** Answers to clients when the database fails. */
import { expect, test } from "vitest";
import { type ClusterStore, CommitUnknownError, StoreUnavailableError } from "../../src/storage/store.ts";
import { CONFIG_MAPS, Sandbox } from "./isolates.ts";

/** A ConfigMap whose controller has work due a second later. */
const DUE = { after: "1000" };

async function withWorkDue(tamper: (store: ClusterStore) => ClusterStore) {
  const sandbox = await Sandbox.create();
  await sandbox.isolate().createConfigMap("a", DUE);
  const isolate = sandbox.isolate({ tamper });
  await isolate.request("GET", "/api/v1/nodes");
  await sandbox.clock.pass(5_000);
  return { sandbox, isolate };
}

const answersLost = (store: ClusterStore): ClusterStore => ({
  ...store,
  commit: () => Promise.reject(new CommitUnknownError("cut off")),
  findCommit: () => Promise.reject(new StoreUnavailableError("away")),
});

const diskFull =
  (commits: { count: number }) =>
  (store: ClusterStore): ClusterStore => ({
    ...store,
    commit() {
      commits.count++;
      return Promise.reject(new StoreUnavailableError("full", { reason: "full" }));
    },
  });

test("a read with due work may be retried; a write has an unknown outcome", async () => {
  const { sandbox, isolate } = await withWorkDue(answersLost);

  const read = await sandbox.clock.until(isolate.request("GET", `${CONFIG_MAPS}/a`));
  const review = await sandbox.clock.until(
    isolate.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "get", resource: "pods" } },
    }),
  );
  const write = await sandbox.clock.until(isolate.createConfigMap("b"));

  for (const { status, body } of [read, review]) {
    expect([status, body.reason, body.details?.retryAfterSeconds]).toEqual([503, "ServiceUnavailable", 1]);
  }
  expect([write.status, write.body.reason]).toEqual([504, "Timeout"]);
});

test("a full disk has its own error, and is not retried", async () => {
  const commits = { count: 0 };
  const { sandbox, isolate } = await withWorkDue(diskFull(commits));

  const write = await sandbox.clock.until(isolate.createConfigMap("b"));

  expect([write.status, write.body.reason]).toEqual([507, "InsufficientStorage"]);
  expect(write.body.message).toBe("the database has no space left on its disk; nothing was written");
  expect(write.body.details?.retryAfterSeconds).toBeUndefined();
  expect(commits.count).toBe(1);
});

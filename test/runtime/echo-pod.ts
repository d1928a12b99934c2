/** A cluster with a running pod of echo containers, for tests of streams. */
import { expect } from "vitest";
import { handleInParts } from "../../src/apiserver/handle.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { echoContainers } from "../support/echo-containers.ts";
import { type Isolate, Sandbox, testEngine } from "./isolates.ts";

export const PODS = "/api/v1/namespaces/default/pods";

export const engine: Engine = {
  ...testEngine,
  *handleInParts(tx, request, provided) {
    const outcome = yield* handleInParts(tx, request, provided, { containers: echoContainers });
    yield* tx.flushInParts();
    return outcome;
  },
};

/** A cluster with a running pod `web`. */
export async function withPod(): Promise<{ sandbox: Sandbox; isolate: Isolate }> {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate({ engine });
  const { body: nodes } = await isolate.request("GET", "/api/v1/nodes");
  const nodeName = nodes.items[0]!.metadata.name;
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
  await isolate.request("POST", "/api/v1/namespaces/default/serviceaccounts", account);
  const spec = { nodeName, containers: [{ name: "main", image: "busybox" }] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec };
  expect((await isolate.request("POST", PODS, pod)).status).toBe(201);
  const startedAt = new Date(sandbox.clock.now()).toISOString();
  const container = { name: "main", ready: true, restartCount: 0, image: "busybox", imageID: "" };
  const status = {
    phase: "Running",
    containerStatuses: [{ ...container, state: { running: { startedAt } } }],
  };
  const patched = await isolate.request("PATCH", `${PODS}/web/status`, { status });
  expect(patched.status).toBe(200);
  return { sandbox, isolate };
}

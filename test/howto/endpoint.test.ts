/** Follows ARCHITECTURE.md's "How to add an endpoint" in a scratch copy: one file and one line of the registry. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scratch } from "./scratch.ts";

/** Reads the cluster and changes it, each by a pure function that the handler passes. */
const ENDPOINT = `
import { z } from "@hono/zod-openapi";
import { ensureObjects } from "../../platform/roles.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ClusterPath } from "./schemas.ts";

const Paused = z.object({ pods: z.number().int(), time: z.iso.datetime() }).openapi("Paused");

const route = defineRoute({
  method: "post",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/pause",
  operationId: "pauseCluster",
  summary: "Mark a cluster as paused",
  description: "Creates a ConfigMap that students can read.",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: { description: "Marked", content: json(Paused, { pods: 3, time: "2026-03-02T09:00:00Z" }) },
  },
});

const MARK = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default", name: "paused" } };

export function pauseCluster(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const cluster = await callersCluster(c, c.req.valid("param").clusterId);
    const timeMs = await cluster.change((tx) => {
      ensureObjects(tx, [MARK]);
      return tx.nowMs;
    });
    const { value: pods } = await cluster.read((state) => state.keys("core/pods", "default").length);
    return c.json({ pods, time: new Date(timeMs).toISOString() }, 200);
  });
}
`;

const REQUESTS = `
import { School } from "./http/grading.ts";

const school = await School.open();
const anna = await school.cluster();
await anna.deployment("web", 3);
await anna.settle();
const path = "/v1/clusters/" + anna.id + "/pause";
const other = await school.sandbar.organization("other");
const { body: document } = await school.sandbar.call("/v1/openapi.json");
console.log(JSON.stringify({
  paused: await school.post(path, {}),
  mark: await anna.kubernetes("/api/v1/namespaces/default/configmaps/paused"),
  foreign: await school.post(path, {}, other),
  noKey: await school.post(path, {}, "sbk_unknown"),
  documented: Object.keys(document.paths["/v1/clusters/{clusterId}/pause"].post.responses),
}));
`;

let scratch: Scratch;

beforeAll(async () => {
  scratch = await Scratch.create("test/http/grading.ts", "test/http/sandbar.ts", "test/runtime");
});
afterAll(() => scratch?.remove());

test("an endpoint that reads and changes a cluster is one file and one line", async () => {
  await scratch.write("src/http/platform/pause-cluster.ts", ENDPOINT);
  await scratch.register({
    registry: "src/http/platform/index.ts",
    list: "endpoints",
    name: "pauseCluster",
    from: "./pause-cluster.ts",
  });

  const answers = await scratch.run(REQUESTS);

  expect(answers).toMatchObject({
    paused: { status: 200, body: { pods: 3, time: expect.stringMatching(/Z$/) } },
    mark: { status: 200, body: { kind: "ConfigMap", metadata: { name: "paused" } } },
    foreign: { status: 404, body: { code: "not_found" } },
    noKey: { status: 401, body: { code: "unauthorized" } },
    documented: expect.arrayContaining(["200", "400", "401", "404", "429", "503"]),
  });
});

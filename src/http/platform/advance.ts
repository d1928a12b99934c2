import { z } from "@hono/zod-openapi";
import { MAX_ADVANCE_SECONDS } from "../../lib/limits.ts";
import { idempotencyKeyMismatch, refuseBadKey } from "../../platform/creation.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { EXAMPLE_TIME } from "./examples.ts";
import { apiKeySecurity, defineRoute, json, jsonBody } from "./route.ts";
import { ClusterPath, deprecatedRevision } from "./schemas.ts";

const Advanced = z
  .object({
    time: z.iso.datetime().openapi({ description: "The cluster's own time now." }),
    offsetSeconds: z.number().openapi({ description: "How far it runs ahead of real time." }),
    resourceVersion: z.string().openapi({ description: "The newest one in the cluster." }),
    revision: deprecatedRevision,
    steps: z.number().int().openapi({ description: "Pieces of work that became due in between." }),
    commits: z.number().int(),
    remainingSeconds: z
      .number()
      .openapi({ description: "0, or the rest that did not fit into one request: ask for it again." }),
  })
  .openapi("Advanced");

const Advance = z.strictObject({ seconds: z.number().min(0.001).max(MAX_ADVANCE_SECONDS) }).openapi("Advance");

const route = defineRoute({
  method: "post",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/advance",
  operationId: "advanceCluster",
  summary: "Let time pass in a cluster",
  description:
    "The cluster's time runs ahead of real time by so much more, and everything that becomes due happens at its own instant. Open watches and continue tokens end with 410, so clients read anew.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    headers: z.object({
      "idempotency-key": z.string().optional().openapi({
        description: "A retried advance does not advance again: it continues with the rest, and its counts cover both.",
      }),
    }),
    body: jsonBody(Advance, { seconds: 3600 }),
  },
  responses: {
    200: {
      description: "Time has passed",
      content: json(Advanced, {
        time: EXAMPLE_TIME,
        offsetSeconds: 3600,
        ...{ resourceVersion: "402", revision: "402", steps: 71, commits: 1, remainingSeconds: 0 },
      }),
    },
  },
});

export function advance(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId } = c.req.valid("param");
    const deltaMs = Math.round(c.req.valid("json").seconds * 1000);
    const key = c.req.header("idempotency-key") ?? null;
    refuseBadKey(key);
    const advance = { deltaMs, name: key === null ? null : sha256Hex(key) };
    const cluster = callersCluster(c, clusterId);
    const done = await cluster.advance(advance);
    if (done === "another") throw idempotencyKeyMismatch();
    const { timeMs, offsetMs, revision, steps, commits, advancedMs } = done;
    return c.json(
      {
        time: new Date(timeMs).toISOString(),
        offsetSeconds: offsetMs / 1000,
        resourceVersion: String(revision),
        revision: String(revision),
        steps,
        commits,
        remainingSeconds: (deltaMs - advancedMs) / 1000,
      },
      200,
    );
  });
}

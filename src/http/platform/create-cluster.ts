import { createRoute } from "@hono/zod-openapi";
import { clusterView, newCluster, summaryOf } from "../../platform/clusters.ts";
import { createdView } from "../../platform/creation.ts";
import { apiKeySecurity, caller, creationOf, idempotencyHeader, type PlatformApp, problems } from "./endpoint.ts";
import { Cluster, NewCluster } from "./schemas.ts";

const route = createRoute({
  method: "post",
  path: "/v1/clusters",
  operationId: "createCluster",
  summary: "Create a cluster; it is ready when the answer arrives",
  security: apiKeySecurity,
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: { "application/json": { schema: NewCluster } } },
  },
  responses: {
    201: { description: "Created", content: { "application/json": { schema: Cluster } } },
    ...problems(400, 401, 422),
  },
});

export function createCluster(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret } = await caller(c);
    const { platform } = c.var;
    const input = c.req.valid("json");
    const { idempotency } = await creationOf(c, secret, input);
    const cluster = newCluster(input, platform);
    const view = clusterView(summaryOf(cluster), platform);
    const created = await store.createCluster(cluster, idempotency(view));
    return c.json(createdView(created, view, "organization"), 201);
  });
}

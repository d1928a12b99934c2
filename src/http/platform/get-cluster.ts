import { createRoute } from "@hono/zod-openapi";
import { clusterView } from "../../platform/clusters.ts";
import { found } from "../../platform/creation.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { Cluster, ClusterPath } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/v1/clusters/{clusterId}",
  operationId: "getCluster",
  summary: "One cluster",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: { description: "The cluster", content: { "application/json": { schema: Cluster } } },
    ...problems(401, 404),
  },
});

export function getCluster(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    const summary = found(await store.getCluster(c.req.valid("param").clusterId), "cluster");
    return c.json(clusterView(summary, c.var.platform), 200);
  });
}

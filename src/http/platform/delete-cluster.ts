import { createRoute } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { ClusterPath } from "./schemas.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/clusters/{clusterId}",
  operationId: "deleteCluster",
  summary: "Delete a cluster with everything in it; its credentials and watches end",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: { 204: { description: "Deleted" }, ...problems(401, 404) },
});

export function deleteCluster(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    const { clusterId } = c.req.valid("param");
    found(await store.deleteCluster(clusterId), "cluster");
    c.var.platform.runtime.clusterDeleted(clusterId);
    return c.body(null, 204);
  });
}

import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { apiKeySecurity, defineRoute } from "./route.ts";
import { ClusterPath } from "./schemas.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Clusters"],
  path: "/v1/clusters/{clusterId}",
  operationId: "deleteCluster",
  summary: "Delete a cluster",
  description: "With everything in it. Its credentials and open watches end.",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: { 204: { description: "Deleted" } },
});

export function deleteCluster(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { clusterId } = c.req.valid("param");
    found(await store.deleteCluster(clusterId), "cluster");
    c.var.platform.runtime.clusterDeleted(clusterId);
    return c.body(null, 204);
  });
}

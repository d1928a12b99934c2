import { clusterView } from "../../platform/clusters.ts";
import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleCluster } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { Cluster, ClusterPath } from "./schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Clusters"],
  path: "/v1/clusters/{clusterId}",
  operationId: "getCluster",
  summary: "Read a cluster",
  description: "Shows the cluster as of its last use; this request runs no due work.",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: { description: "The cluster", content: json(Cluster, exampleCluster) },
  },
});

export function getCluster(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const summary = found(await store.getCluster(c.req.valid("param").clusterId), "cluster");
    return c.json(clusterView(summary, c.var.platform), 200);
  });
}

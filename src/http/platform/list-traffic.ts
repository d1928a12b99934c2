import { z } from "@hono/zod-openapi";
import { flowsIn } from "../../platform/traffic.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { exampleTraffic } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ClusterPath } from "./schemas.ts";
import { Traffic } from "./traffic-schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/traffic",
  operationId: "listTraffic",
  summary: "List flows of requests",
  description: "The flows of the cluster, running and ended ones, with what became of their requests until now.",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: {
      description: "All flows, in the order in which they were begun",
      content: json(z.object({ items: z.array(Traffic) }).openapi("TrafficList"), { items: [exampleTraffic] }),
    },
  },
});

export function listTraffic(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId } = c.req.valid("param");
    const cluster = callersCluster(c, clusterId);
    const { value } = await cluster.read(flowsIn);
    return c.json({ items: value }, 200);
  });
}

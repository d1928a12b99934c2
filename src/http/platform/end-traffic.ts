import { notFound } from "../../platform/problem.ts";
import { endFlow } from "../../platform/traffic.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { apiKeySecurity, defineRoute } from "./route.ts";
import { TrafficPath } from "./traffic-schemas.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/traffic/{trafficId}",
  operationId: "endTraffic",
  summary: "End a flow of requests",
  description: "Its clients stop, and its counts are forgotten.",
  security: apiKeySecurity,
  request: { params: TrafficPath },
  responses: { 204: { description: "Ended" } },
});

export function endTraffic(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId, trafficId } = c.req.valid("param");
    const cluster = callersCluster(c, clusterId);
    const isEnded = await cluster.change((tx) => endFlow(tx, trafficId));
    if (!isEnded) throw notFound("flow");
    return c.body(null, 204);
  });
}

import { found } from "../../platform/creation.ts";
import { flowsIn } from "../../platform/traffic.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { exampleTraffic } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { Traffic, TrafficPath } from "./traffic-schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/traffic/{trafficId}",
  operationId: "getTraffic",
  summary: "Read a flow of requests",
  description:
    "What became of its requests until now: by pod, by status, with the latencies of answered ones. An ended flow stays until it is deleted.",
  security: apiKeySecurity,
  request: { params: TrafficPath },
  responses: { 200: { description: "The flow", content: json(Traffic, exampleTraffic) } },
});

export function getTraffic(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId, trafficId } = c.req.valid("param");
    const cluster = callersCluster(c, clusterId);
    const { value } = await cluster.read(flowsIn);
    const flow = value.find(({ id }) => id === trafficId);
    return c.json(found(flow ?? "not-found", "flow"), 200);
  });
}

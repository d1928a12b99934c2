import { end } from "../../platform/faults.ts";
import { notFound } from "../../platform/problem.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { FaultPath } from "./fault-schemas.ts";
import { apiKeySecurity, defineRoute } from "./route.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/faults/{faultName}",
  operationId: "endFault",
  summary: "End a fault",
  description: "The broken part works again a moment later.",
  security: apiKeySecurity,
  request: { params: FaultPath },
  responses: { 204: { description: "Ended" } },
});

export function endFault(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId, faultName } = c.req.valid("param");
    const cluster = callersCluster(c, clusterId);
    const isEnded = await cluster.change((tx) => end(tx, faultName));
    if (!isEnded) throw notFound("fault");
    return c.body(null, 204);
  });
}

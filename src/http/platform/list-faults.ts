import { z } from "@hono/zod-openapi";
import { faultsIn } from "../../platform/faults.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { exampleFault } from "./examples.ts";
import { Fault } from "./fault-schemas.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ClusterPath } from "./schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/faults",
  operationId: "listFaults",
  summary: "List faults",
  description: "The injected faults of the cluster.",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: {
      description:
        "All faults, with the planned ones: first those of nodes by name, then those of registries, then all others",
      content: json(z.object({ items: z.array(Fault) }).openapi("FaultList"), { items: [exampleFault] }),
    },
  },
});

export function listFaults(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId } = c.req.valid("param");
    const cluster = callersCluster(c, clusterId);
    const { value } = await cluster.read(faultsIn);
    return c.json({ items: value }, 200);
  });
}

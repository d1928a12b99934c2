import { found } from "../../platform/creation.ts";
import { faultsIn } from "../../platform/faults.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { exampleFault } from "./examples.ts";
import { Fault, FaultPath } from "./fault-schemas.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";

const route = defineRoute({
  method: "get",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/faults/{faultName}",
  operationId: "getFault",
  summary: "Read a fault",
  description: "Not found when the fault was ended, or its node deleted.",
  security: apiKeySecurity,
  request: { params: FaultPath },
  responses: { 200: { description: "The fault", content: json(Fault, exampleFault) } },
});

export function getFault(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId, faultName } = c.req.valid("param");
    const cluster = callersCluster(c, clusterId);
    const { value } = await cluster.read(faultsIn);
    const fault = value.find(({ name }) => name === faultName);
    return c.json(found(fault ?? "not-found", "fault"), 200);
  });
}

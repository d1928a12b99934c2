import { beginFault as begin, faultView } from "../../platform/faults.ts";
import { Problem } from "../../platform/problem.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { exampleFault } from "./examples.ts";
import { Fault, NewFault } from "./fault-schemas.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, locationHeader } from "./route.ts";
import { ClusterPath } from "./schemas.ts";

const content = json(Fault, exampleFault);

const route = defineRoute({
  method: "post",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/faults",
  operationId: "beginFault",
  summary: "Begin a fault",
  description:
    "The fault lasts until it is ended or its node is deleted. The control plane detects it by its symptoms, as in a real cluster.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    body: jsonBody(NewFault, { kind: exampleFault.kind, node: exampleFault.node }),
  },
  responses: {
    200: { description: "The fault existed already", content },
    201: { description: "The fault has begun", headers: locationHeader, content },
  },
});

export function beginFault(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { clusterId } = c.req.valid("param");
    const cluster = callersCluster(c, clusterId);
    const begun = await cluster.change((tx) => begin(tx, c.req.valid("json")));
    if (begun === null) {
      const errors = [{ location: "body.node", message: "the cluster has no such node" }];
      throw new Problem("invalid_body", "The request is not valid.", errors);
    }
    if (!begun.isNew) return c.json(faultView(begun.fault), 200);
    const location = `/v1/clusters/${clusterId}/faults/${begun.fault.name}`;
    return c.json(faultView(begun.fault), 201, { location });
  });
}

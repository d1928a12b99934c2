import { begin, type Injection } from "../../platform/faults.ts";
import { Problem } from "../../platform/problem.ts";
import { callersCluster, type PlatformApp } from "./endpoint.ts";
import { exampleFault } from "./examples.ts";
import { Fault, NewFault } from "./fault-schemas.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, locationHeader } from "./route.ts";
import { ClusterPath } from "./schemas.ts";

const SECOND_MS = 1000;

const content = json(Fault, exampleFault);

const route = defineRoute({
  method: "post",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/faults",
  operationId: "beginFault",
  summary: "Begin a fault",
  description:
    "The fault begins at once or after a time, and lasts until it is ended, for a time, or until its node is deleted. Clients of the cluster see its symptoms only, as in a real cluster.",
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
    const { afterSeconds = 0, durationSeconds, seed, ...spec } = c.req.valid("json");
    const injection = {
      spec: spec as Injection["spec"],
      afterMs: afterSeconds * SECOND_MS,
      ...(durationSeconds !== undefined && { durationMs: durationSeconds * SECOND_MS }),
      ...(seed !== undefined && { seed }),
    };
    const begun = await cluster.change((tx) => begin(tx, injection));
    if (begun.type === "refused") {
      const errors = [{ location: `body.${begun.field}`, message: begun.message }];
      throw new Problem("invalid_body", "The request is not valid.", errors);
    }
    if (!begun.isNew) return c.json(begun.fault, 200);
    const location = `/v1/clusters/${clusterId}/faults/${begun.fault.name}`;
    return c.json(begun.fault, 201, { location });
  });
}

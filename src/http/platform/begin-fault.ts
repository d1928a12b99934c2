import { inCluster } from "../../platform/cluster-work.ts";
import { faultView } from "../../platform/faults.ts";
import { Problem } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { scopeOf } from "../scope.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
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
    "It stays broken until the fault is ended or its node deleted. Nobody in the cluster is told: the control plane finds out by itself, in the time that takes.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    body: jsonBody(NewFault, { kind: exampleFault.kind, node: exampleFault.node }),
  },
  responses: {
    200: { description: "It was broken already", content },
    201: { description: "It is broken from now on", headers: locationHeader, content },
  },
});

export function beginFault(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const organization = await caller(c);
    const { clusterId } = c.req.valid("param");
    const access = { via: "apiKey", clusterId, keyHash: sha256Hex(organization.secret) } as const;
    const { value } = await inCluster(organization, clusterId, () =>
      c.var.platform.runtime.beginFault(access, c.req.valid("json"), scopeOf(c)),
    );
    if (value === null) {
      const errors = [{ location: "body.node", message: "the cluster has no such node" }];
      throw new Problem("invalid_body", "The request is not valid.", errors);
    }
    if (!value.isNew) return c.json(faultView(value.fault), 200);
    const location = `/v1/clusters/${clusterId}/faults/${value.fault.name}`;
    return c.json(faultView(value.fault), 201, { location });
  });
}

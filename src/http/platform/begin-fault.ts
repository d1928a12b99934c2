import { createRoute } from "@hono/zod-openapi";
import { inCluster } from "../../platform/cluster-work.ts";
import { faultView } from "../../platform/faults.ts";
import { Problem } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { scopeOf } from "../scope.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { Fault, NewFault } from "./fault-schemas.ts";
import { ClusterPath } from "./schemas.ts";

const content = { "application/json": { schema: Fault } };

const route = createRoute({
  method: "post",
  path: "/v1/clusters/{clusterId}/faults",
  operationId: "beginFault",
  summary: "Break something",
  description:
    "It stays broken until the fault is ended or its node deleted. Nobody in the cluster is told: the control plane finds out by itself, in the time that takes.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    body: { required: true, content: { "application/json": { schema: NewFault } } },
  },
  responses: {
    200: { description: "It was broken already", content },
    201: { description: "It is broken from now on", content },
    ...problems(400, 401, 404, 422, 429),
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
      throw new Problem(422, "The request is not valid.", errors);
    }
    return value.isNew ? c.json(faultView(value.fault), 201) : c.json(faultView(value.fault), 200);
  });
}

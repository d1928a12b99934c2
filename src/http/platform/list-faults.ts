import { createRoute, z } from "@hono/zod-openapi";
import { inCluster } from "../../platform/cluster-work.ts";
import { faultView } from "../../platform/faults.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { scopeOf } from "../scope.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { Fault } from "./fault-schemas.ts";
import { ClusterPath } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/v1/clusters/{clusterId}/faults",
  operationId: "listFaults",
  summary: "What is broken on purpose",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: {
      description: "All faults, by node",
      content: { "application/json": { schema: z.object({ items: z.array(Fault) }) } },
    },
    ...problems(401, 404),
  },
});

export function listFaults(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const organization = await caller(c);
    const { clusterId } = c.req.valid("param");
    const access = { via: "apiKey", clusterId, keyHash: sha256Hex(organization.secret) } as const;
    const { value } = await inCluster(organization, clusterId, () =>
      c.var.platform.runtime.listFaults(access, scopeOf(c)),
    );
    return c.json({ items: value.map(faultView) }, 200);
  });
}

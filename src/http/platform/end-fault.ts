import { createRoute } from "@hono/zod-openapi";
import { inCluster } from "../../platform/cluster-work.ts";
import { notFound } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { scopeOf } from "../scope.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { FaultPath } from "./fault-schemas.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/clusters/{clusterId}/faults/{faultName}",
  operationId: "endFault",
  summary: "Mend what a fault broke",
  security: apiKeySecurity,
  request: { params: FaultPath },
  responses: { 204: { description: "Mended" }, ...problems(401, 404, 429) },
});

export function endFault(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const organization = await caller(c);
    const { clusterId, faultName } = c.req.valid("param");
    const access = { via: "apiKey", clusterId, keyHash: sha256Hex(organization.secret) } as const;
    const { value: isEnded } = await inCluster(organization, clusterId, () =>
      c.var.platform.runtime.endFault(access, faultName, scopeOf(c)),
    );
    if (!isEnded) throw notFound("fault");
    return c.body(null, 204);
  });
}

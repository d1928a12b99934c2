import { inCluster } from "../../platform/cluster-work.ts";
import { notFound } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { scopeOf } from "../scope.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { FaultPath } from "./fault-schemas.ts";
import { apiKeySecurity, defineRoute } from "./route.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Simulation"],
  path: "/v1/clusters/{clusterId}/faults/{faultName}",
  operationId: "endFault",
  summary: "End a fault",
  description: "What it broke works again a moment later.",
  security: apiKeySecurity,
  request: { params: FaultPath },
  responses: { 204: { description: "Ended" } },
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

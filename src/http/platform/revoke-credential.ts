import { createRoute, z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { ClusterPath } from "./schemas.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/clusters/{clusterId}/credentials/{credentialId}",
  operationId: "revokeCredential",
  summary: "Revoke a credential: the next request with it is refused, its watches end",
  security: apiKeySecurity,
  request: { params: ClusterPath.extend({ credentialId: z.string() }) },
  responses: { 204: { description: "Revoked" }, ...problems(401, 404) },
});

export function revokeCredential(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    const { clusterId, credentialId } = c.req.valid("param");
    found(await store.revokeCredential(clusterId, credentialId), "credential");
    c.var.platform.runtime.credentialRevoked(clusterId, credentialId);
    return c.body(null, 204);
  });
}

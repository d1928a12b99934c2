import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleCredential } from "./examples.ts";
import { apiKeySecurity, defineRoute } from "./route.ts";
import { ClusterPath, pathParameter } from "./schemas.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Credentials"],
  path: "/v1/clusters/{clusterId}/credentials/{credentialId}",
  operationId: "revokeCredential",
  summary: "Revoke a credential",
  description: "The next request with it is refused, and its open watches end.",
  security: apiKeySecurity,
  request: { params: ClusterPath.extend({ credentialId: pathParameter("credentialId", exampleCredential.id) }) },
  responses: { 204: { description: "Revoked" } },
});

export function revokeCredential(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { clusterId, credentialId } = c.req.valid("param");
    found(await store.revokeCredential(clusterId, credentialId), "credential");
    c.var.platform.runtime.credentialRevoked(clusterId, credentialId);
    return c.body(null, 204);
  });
}

import { MAX_CREDENTIALS } from "../../lib/limits.ts";
import { found } from "../../platform/creation.ts";
import { credentialView } from "../../platform/credentials.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleCredential } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ClusterPath, Credential, pathParameter } from "./schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Credentials"],
  path: "/v1/clusters/{clusterId}/credentials/{credentialId}",
  operationId: "getCredential",
  summary: "Read a credential",
  description: "Without its token, which is shown only at its creation.",
  security: apiKeySecurity,
  request: { params: ClusterPath.extend({ credentialId: pathParameter("credentialId", exampleCredential.id) }) },
  responses: { 200: { description: "The credential", content: json(Credential, exampleCredential) } },
});

export function getCredential(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { clusterId, credentialId } = c.req.valid("param");
    const credentials = found(await store.listCredentials(clusterId, { limit: MAX_CREDENTIALS }), "cluster");
    const credential = credentials.rows.find(({ id }) => id === credentialId);
    return c.json(credentialView(found(credential ?? "not-found", "credential")), 200);
  });
}

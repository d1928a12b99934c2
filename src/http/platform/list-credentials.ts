import { z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { credentialView } from "../../platform/credentials.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleCredential } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ClusterPath, Credential } from "./schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Credentials"],
  path: "/v1/clusters/{clusterId}/credentials",
  operationId: "listCredentials",
  summary: "List a cluster's credentials",
  description: "All of them, those of kubeconfigs too, without their tokens.",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: {
      description: "All credentials",
      content: json(z.object({ items: z.array(Credential) }).openapi("CredentialList"), { items: [exampleCredential] }),
    },
  },
});

export function listCredentials(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const credentials = found(await store.listCredentials(c.req.valid("param").clusterId), "cluster");
    return c.json({ items: credentials.map(credentialView) }, 200);
  });
}

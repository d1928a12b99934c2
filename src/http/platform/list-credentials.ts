import { createRoute, z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { credentialView } from "../../platform/credentials.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { ClusterPath, Credential } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/v1/clusters/{clusterId}/credentials",
  operationId: "listCredentials",
  summary: "The cluster's credentials, without their tokens",
  security: apiKeySecurity,
  request: { params: ClusterPath },
  responses: {
    200: {
      description: "All credentials",
      content: { "application/json": { schema: z.object({ items: z.array(Credential) }) } },
    },
    ...problems(401, 404),
  },
});

export function listCredentials(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    const credentials = found(await store.listCredentials(c.req.valid("param").clusterId), "cluster");
    return c.json({ items: credentials.map(credentialView) }, 200);
  });
}

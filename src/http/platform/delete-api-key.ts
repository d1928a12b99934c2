import { z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleApiKey } from "./examples.ts";
import { apiKeySecurity, defineRoute } from "./route.ts";
import { pathParameter } from "./schemas.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Organizations"],
  path: "/v1/api-keys/{apiKeyId}",
  operationId: "deleteApiKey",
  summary: "Revoke an API key",
  description: "The next request with it is refused. Clusters and credentials that it made stay.",
  security: apiKeySecurity,
  request: { params: z.object({ apiKeyId: pathParameter("apiKeyId", exampleApiKey.id) }) },
  responses: { 204: { description: "Revoked" } },
});

export function deleteApiKey(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    found(await store.deleteApiKey(c.req.valid("param").apiKeyId), "API key");
    return c.body(null, 204);
  });
}

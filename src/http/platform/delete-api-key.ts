import { createRoute, z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/api-keys/{apiKeyId}",
  operationId: "deleteApiKey",
  summary: "Revoke an API key at once",
  security: apiKeySecurity,
  request: { params: z.object({ apiKeyId: z.string() }) },
  responses: { 204: { description: "Revoked" }, ...problems(401, 404) },
});

export function deleteApiKey(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    found(await store.deleteApiKey(c.req.valid("param").apiKeyId), "API key");
    return c.body(null, 204);
  });
}

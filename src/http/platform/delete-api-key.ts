import { z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { Problem } from "../../platform/problem.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleApiKey } from "./examples.ts";
import { apiKeySecurity, defineRoute, problems } from "./route.ts";
import { pathParameter } from "./schemas.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Organizations"],
  path: "/v1/api-keys/{apiKeyId}",
  operationId: "deleteApiKey",
  summary: "Revoke an API key",
  description:
    "The next request with it is refused. Clusters and credentials that it made stay. The last key of an organization cannot be revoked.",

  security: apiKeySecurity,
  request: { params: z.object({ apiKeyId: pathParameter("apiKeyId", exampleApiKey.id) }) },
  responses: { 204: { description: "Revoked" }, ...problems(409) },
});

export function deleteApiKey(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const outcome = found(await store.deleteApiKey(c.req.valid("param").apiKeyId), "API key");
    if (outcome === "last")
      throw new Problem("last_api_key", "An organization keeps one API key; create another one first.");
    return c.body(null, 204);
  });
}

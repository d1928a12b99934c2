import { createRoute, z } from "@hono/zod-openapi";
import { apiKeyView } from "../../platform/api-keys.ts";
import { found } from "../../platform/creation.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { ApiKey } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/v1/api-keys",
  operationId: "listApiKeys",
  summary: "The organization's API keys, without the keys themselves",
  security: apiKeySecurity,
  responses: {
    200: { description: "All keys", content: { "application/json": { schema: z.object({ items: z.array(ApiKey) }) } } },
    ...problems(401),
  },
});

export function listApiKeys(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    const keys = found(await store.listApiKeys(), "organization");
    return c.json({ items: keys.map(apiKeyView) }, 200);
  });
}

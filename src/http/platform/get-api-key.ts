import { z } from "@hono/zod-openapi";
import { MAX_API_KEYS } from "../../lib/limits.ts";
import { apiKeyView } from "../../platform/api-keys.ts";
import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleApiKey } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ApiKey, pathParameter } from "./schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Organizations"],
  path: "/v1/api-keys/{apiKeyId}",
  operationId: "getApiKey",
  summary: "Read an API key",
  description: "Without the key itself, which is shown only at its creation.",
  security: apiKeySecurity,
  request: { params: z.object({ apiKeyId: pathParameter("apiKeyId", exampleApiKey.id) }) },
  responses: { 200: { description: "The API key", content: json(ApiKey, exampleApiKey) } },
});

export function getApiKey(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const keys = found(await store.listApiKeys({ limit: MAX_API_KEYS }), "organization");
    const key = keys.rows.find(({ id }) => id === c.req.valid("param").apiKeyId);
    return c.json(apiKeyView(found(key ?? "not-found", "API key")), 200);
  });
}

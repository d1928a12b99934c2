import { z } from "@hono/zod-openapi";
import { apiKeyView } from "../../platform/api-keys.ts";
import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleApiKey } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ApiKey } from "./schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Organizations"],
  path: "/v1/api-keys",
  operationId: "listApiKeys",
  summary: "List the organization's API keys",
  description: "All of them, without the keys themselves.",
  security: apiKeySecurity,
  responses: {
    200: {
      description: "All keys",
      content: json(z.object({ items: z.array(ApiKey) }).openapi("ApiKeyList"), { items: [exampleApiKey] }),
    },
  },
});

export function listApiKeys(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const keys = found(await store.listApiKeys(), "organization");
    return c.json({ items: keys.map(apiKeyView) }, 200);
  });
}

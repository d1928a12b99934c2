import { z } from "@hono/zod-openapi";
import { apiKeyView } from "../../platform/api-keys.ts";
import { found } from "../../platform/creation.ts";
import { nextCursorOf, pageRequest } from "../../platform/page-cursor.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleApiKey } from "./examples.ts";
import { NextCursor, PageQuery } from "./pages.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ApiKey } from "./schemas.ts";

const ApiKeyList = z.object({ items: z.array(ApiKey), nextCursor: NextCursor }).openapi("ApiKeyList");

const route = defineRoute({
  method: "get",
  tags: ["Organizations"],
  path: "/v1/api-keys",
  operationId: "listApiKeys",
  summary: "List the organization's API keys",
  description:
    "Without the keys themselves, in pages, ordered by creation. Pass `nextCursor` as `cursor` until it is null.",
  security: apiKeySecurity,
  request: { query: PageQuery },
  responses: {
    200: {
      description: "A page",
      content: json(ApiKeyList, { items: [exampleApiKey], nextCursor: null }),
    },
  },
});

export function listApiKeys(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { limit, cursor } = c.req.valid("query");
    const page = found(await store.listApiKeys(pageRequest(limit, cursor)), "organization");
    return c.json({ items: page.rows.map(apiKeyView), nextCursor: nextCursorOf(page) }, 200);
  });
}

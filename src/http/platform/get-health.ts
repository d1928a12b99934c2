import { createRoute, z } from "@hono/zod-openapi";
import type { PlatformApp } from "./endpoint.ts";

const Health = z.object({ status: z.enum(["ok", "unavailable"]), database: z.boolean() });
const content = { "application/json": { schema: Health } };

const route = createRoute({
  method: "get",
  path: "/v1/health",
  operationId: "getHealth",
  summary: "Does Sandbar answer, and its database?",
  responses: { 200: { description: "Both do", content }, 503: { description: "The database does not", content } },
});

export function getHealth(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const database = await c.var.platform.stores.ping().catch(() => false);
    if (database) return c.json({ status: "ok" as const, database }, 200);
    return c.json({ status: "unavailable" as const, database }, 503);
  });
}

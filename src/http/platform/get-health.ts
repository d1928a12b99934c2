import { z } from "@hono/zod-openapi";
import type { PlatformApp } from "./endpoint.ts";

import { defineRoute, json } from "./route.ts";

const Health = z.object({ status: z.enum(["ok", "unavailable"]), database: z.boolean() }).openapi("Health");

const route = defineRoute({
  method: "get",
  tags: ["Service"],
  path: "/v1/health",
  operationId: "getHealth",
  summary: "Read the service's health",
  description: "Whether Sandbar and its database answer. Needs no key.",
  responses: {
    200: { description: "Both do", content: json(Health, { status: "ok", database: true }) },
    503: { description: "The database does not", content: json(Health, { status: "unavailable", database: false }) },
  },
});

export function getHealth(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const database = await c.var.platform.stores.ping().catch(() => false);
    if (database) return c.json({ status: "ok" as const, database }, 200);
    return c.json({ status: "unavailable" as const, database }, 503);
  });
}

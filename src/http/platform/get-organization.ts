import { createRoute } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { Organization } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/v1/organization",
  operationId: "getOrganization",
  summary: "The organization of the API key",
  security: apiKeySecurity,
  responses: {
    200: { description: "The organization", content: { "application/json": { schema: Organization } } },
    ...problems(401),
  },
});

export function getOrganization(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    const { id, name, createdAtMs } = found(await store.organization(), "organization");
    return c.json({ id, name, createdAt: new Date(createdAtMs).toISOString() }, 200);
  });
}

import { createRoute, z } from "@hono/zod-openapi";
import { newApiKey } from "../../platform/api-keys.ts";
import { createdSecretView } from "../../platform/creation.ts";
import { newId } from "../../platform/secrets.ts";
import { adminCaller, adminSecurity, creationOf, idempotencyHeader, type PlatformApp, problems } from "./endpoint.ts";
import { CreatedApiKey, DisplayName, Organization } from "./schemas.ts";

const route = createRoute({
  method: "post",
  path: "/v1/organizations",
  operationId: "createOrganization",
  summary: "Create an organization and its first API key",
  security: adminSecurity,
  request: {
    headers: idempotencyHeader,
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ name: DisplayName }).openapi("NewOrganization") } },
    },
  },
  responses: {
    201: {
      description: "Created; the key is shown this once",
      content: { "application/json": { schema: Organization.extend({ apiKey: CreatedApiKey }) } },
    },
    ...problems(400, 401, 422),
  },
});

export function createOrganization(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const adminToken = await adminCaller(c);
    const { platform } = c.var;
    const { name } = c.req.valid("json");
    const { secret, idempotency } = await creationOf(c, adminToken, { name });
    const nowMs = platform.now();
    const apiKey = await newApiKey("first key", secret, nowMs);
    const organization = { id: newId("org-"), name, createdAtMs: nowMs };
    const view = { id: organization.id, name, createdAt: new Date(nowMs).toISOString(), apiKey: apiKey.view };
    const mine = { view, secretHash: apiKey.row.keyHash };
    const created = await platform.stores.admin().createOrganization(organization, apiKey.row, idempotency(mine));
    const shown = createdSecretView(created, mine, "organization");
    return c.json({ ...shown, apiKey: { ...shown.apiKey, key: apiKey.key } }, 201);
  });
}

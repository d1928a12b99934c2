import { z } from "@hono/zod-openapi";
import { newApiKey } from "../../platform/api-keys.ts";
import { createdSecretView } from "../../platform/creation.ts";
import { organizationView } from "../../platform/organizations.ts";
import { newId } from "../../platform/secrets.ts";
import { adminCaller, creationOf, idempotencyHeader, type PlatformApp } from "./endpoint.ts";
import { exampleApiKey, exampleOrganization } from "./examples.ts";
import { adminSecurity, defineRoute, json, jsonBody, locationHeader, problems } from "./route.ts";
import { CreatedApiKey, DisplayName, Organization } from "./schemas.ts";

const NewOrganization = z.strictObject({ name: DisplayName }).openapi("NewOrganization");

const route = defineRoute({
  method: "post",
  tags: ["Organizations"],
  path: "/v1/organizations",
  operationId: "createOrganization",
  summary: "Create an organization",
  description: "Only the operator may. The answer has the organization's first API key, which is shown this once.",
  security: adminSecurity,
  request: {
    headers: idempotencyHeader,
    body: jsonBody(NewOrganization, { name: exampleOrganization.name }),
  },
  responses: {
    201: {
      description: "Created; the key is shown this once",
      headers: locationHeader,
      content: json(Organization.extend({ apiKey: CreatedApiKey }).openapi("CreatedOrganization"), {
        ...exampleOrganization,
        apiKey: { ...exampleApiKey, name: "first key", key: `${exampleApiKey.prefix}…` },
      }),
    },
    ...problems(409),
  },
});

export function createOrganization(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const adminToken = adminCaller(c);
    const { platform } = c.var;
    const { name } = c.req.valid("json");
    const { secret, idempotency } = creationOf(c, adminToken, { name });
    const nowMs = platform.now();
    const apiKey = await newApiKey("first key", secret, nowMs);
    const organization = { id: newId("org-"), name, createdAtMs: nowMs };
    const view = { ...organizationView(organization), apiKey: apiKey.view };
    const mine = { view, secretHash: apiKey.row.keyHash };
    const created = await platform.stores.admin().createOrganization(organization, apiKey.row, idempotency(mine));
    const shown = createdSecretView(created, mine, "organization");
    const location = `/v1/organizations/${shown.id}`;
    return c.json({ ...shown, apiKey: { ...shown.apiKey, key: apiKey.key } }, 201, { location });
  });
}

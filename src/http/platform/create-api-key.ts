import { z } from "@hono/zod-openapi";
import { newApiKey } from "../../platform/api-keys.ts";
import { createdSecretView } from "../../platform/creation.ts";
import { caller, creationOf, idempotencyHeader, type PlatformApp } from "./endpoint.ts";
import { exampleApiKey } from "./examples.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, locationHeader, problems } from "./route.ts";
import { CreatedApiKey, DisplayName } from "./schemas.ts";

const NewApiKey = z.strictObject({ name: DisplayName }).openapi("NewApiKey");

const route = defineRoute({
  method: "post",
  tags: ["Organizations"],
  path: "/v1/api-keys",
  operationId: "createApiKey",
  summary: "Create an API key",
  description: "It has the same rights in the organization as the key that creates it. It is shown only once.",
  security: apiKeySecurity,
  request: {
    headers: idempotencyHeader,
    body: jsonBody(NewApiKey, { name: exampleApiKey.name }),
  },
  responses: {
    201: {
      description: "Created; the key is shown this once",
      headers: locationHeader,
      content: json(CreatedApiKey, { ...exampleApiKey, key: `${exampleApiKey.prefix}…` }),
    },
    ...problems(409),
  },
});

export function createApiKey(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret: callerSecret } = caller(c);
    const input = c.req.valid("json");
    const { secret, idempotency } = creationOf(c, callerSecret, input);
    const { row, view, key } = await newApiKey(input.name, secret, c.var.platform.now());
    const mine = { view, secretHash: row.keyHash };
    const shown = createdSecretView(await store.createApiKey(row, idempotency(mine)), mine, "organization");
    return c.json({ ...shown, key }, 201, { location: `/v1/api-keys/${shown.id}` });
  });
}

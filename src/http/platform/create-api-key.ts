import { createRoute, z } from "@hono/zod-openapi";
import { newApiKey } from "../../platform/api-keys.ts";
import { createdSecretView } from "../../platform/creation.ts";
import { apiKeySecurity, caller, creationOf, idempotencyHeader, type PlatformApp, problems } from "./endpoint.ts";
import { CreatedApiKey, DisplayName } from "./schemas.ts";

const route = createRoute({
  method: "post",
  path: "/v1/api-keys",
  operationId: "createApiKey",
  summary: "Create an API key",
  security: apiKeySecurity,
  request: {
    headers: idempotencyHeader,
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ name: DisplayName }).openapi("NewApiKey") } },
    },
  },
  responses: {
    201: {
      description: "Created; the key is shown this once",
      content: { "application/json": { schema: CreatedApiKey } },
    },
    ...problems(400, 401, 409, 422),
  },
});

export function createApiKey(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret: callerSecret } = await caller(c);
    const input = c.req.valid("json");
    const { secret, idempotency } = await creationOf(c, callerSecret, input);
    const { row, view, key } = await newApiKey(input.name, secret, c.var.platform.now());
    const mine = { view, secretHash: row.keyHash };
    const shown = createdSecretView(await store.createApiKey(row, idempotency(mine)), mine, "organization");
    return c.json({ ...shown, key }, 201);
  });
}

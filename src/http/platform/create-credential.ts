import { createRoute } from "@hono/zod-openapi";
import { createdSecretView } from "../../platform/creation.ts";
import { newCredential } from "../../platform/credentials.ts";
import { Problem } from "../../platform/problem.ts";
import { apiKeySecurity, caller, creationOf, idempotencyHeader, type PlatformApp, problems } from "./endpoint.ts";
import { ClusterPath, CreatedCredential, NewCredential } from "./schemas.ts";

const route = createRoute({
  method: "post",
  path: "/v1/clusters/{clusterId}/credentials",
  operationId: "createCredential",
  summary: "Create a credential of the cluster for a user",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    headers: idempotencyHeader,
    body: { required: true, content: { "application/json": { schema: NewCredential } } },
  },
  responses: {
    201: {
      description: "Created; the token is shown this once",
      content: { "application/json": { schema: CreatedCredential } },
    },
    ...problems(400, 401, 404, 409, 422),
  },
});

export function createCredential(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret: callerSecret } = await caller(c);
    const { clusterId } = c.req.valid("param");
    const input = c.req.valid("json");
    const { platform } = c.var;
    if (input.expiresAt !== undefined && Date.parse(input.expiresAt) <= platform.now()) {
      const errors = [{ location: "body.expiresAt", message: "must be in the future" }];
      throw new Problem(422, "The request is not valid.", errors);
    }
    const { secret, idempotency } = await creationOf(c, callerSecret, input);
    const { row, view, token, kubeconfig } = await newCredential(clusterId, input, secret, platform);
    const mine = { view, secretHash: row.tokenHash };
    const shown = createdSecretView(await store.createCredential(row, idempotency(mine)), mine, "cluster");
    return c.json({ ...shown, token, kubeconfig }, 201);
  });
}

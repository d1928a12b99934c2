import { createRoute, z } from "@hono/zod-openapi";
import { createdView } from "../../platform/creation.ts";
import { ADMINISTRATOR, newCredential } from "../../platform/credentials.ts";
import { newSecret } from "../../platform/secrets.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { ClusterPath } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/v1/clusters/{clusterId}/kubeconfig",
  operationId: "getKubeconfig",
  summary: "A kubeconfig for the cluster's administrator",
  description:
    "Every call makes a new credential (user kubernetes-admin, group system:masters), since tokens are stored hashed and cannot be shown twice. It is good until it is revoked or, with `expiresAt`, until then.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    query: z.object({ expiresAt: z.iso.datetime({ offset: true }).optional() }),
  },
  responses: {
    200: { description: "The kubeconfig", content: { "application/yaml": { schema: z.string() } } },
    ...problems(400, 401, 404, 422),
  },
});

export function getKubeconfig(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret: callerSecret } = await caller(c);
    const { clusterId } = c.req.valid("param");
    const secret = await newSecret({ callerSecret, idempotencyKey: null, requestHash: "" });
    const input = { ...ADMINISTRATOR, ...c.req.valid("query") };
    const credential = await newCredential(clusterId, input, secret, c.var.platform);
    createdView(await store.createCredential(credential.row, null), credential.view, "cluster");
    return c.body(credential.kubeconfig, 200, { "content-type": "application/yaml", "cache-control": "no-store" });
  });
}

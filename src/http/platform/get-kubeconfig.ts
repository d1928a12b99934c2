import { z } from "@hono/zod-openapi";
import { administratorKubeconfig } from "../../platform/administrator.ts";
import { Problem } from "../../platform/problem.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleKubeconfig } from "./examples.ts";
import { apiKeySecurity, defineRoute, problems } from "./route.ts";
import { ClusterPath } from "./schemas.ts";

const route = defineRoute({
  method: "get",
  tags: ["Credentials"],
  path: "/v1/clusters/{clusterId}/kubeconfig",
  operationId: "getKubeconfig",
  summary: "Read the administrator's kubeconfig",
  description:
    "User `kubernetes-admin` of the group `system:masters`. The same API key gets the same kubeconfig every time. Its credential is listed with the others; once it is revoked, the next call gives a new one.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    query: z.object({
      expiresAt: z.iso.datetime({ offset: true }).optional().openapi({
        deprecated: true,
        description: "Asks for a credential that ends then. Use a credential of role `admin` with `expiresAt`.",
      }),
    }),
  },
  responses: {
    200: {
      description: "The kubeconfig",
      content: { "application/yaml": { schema: z.string(), example: exampleKubeconfig } },
    },
    ...problems(422),
  },
});

export function getKubeconfig(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const organization = caller(c);
    const { clusterId } = c.req.valid("param");
    const { expiresAt } = c.req.valid("query");
    if (expiresAt !== undefined && Date.parse(expiresAt) <= c.var.platform.now()) {
      const errors = [{ location: "query.expiresAt", message: "must be in the future" }];
      throw new Problem("invalid_parameter", "The request is not valid.", errors);
    }
    const kubeconfig = await administratorKubeconfig(organization, { clusterId, expiresAt }, c.var.platform);
    return c.body(kubeconfig, 200, { "content-type": "application/yaml", "cache-control": "no-store" });
  });
}

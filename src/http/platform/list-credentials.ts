import { z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { credentialView } from "../../platform/credentials.ts";
import { nextCursorOf, pageRequest } from "../../platform/page-cursor.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleCredential } from "./examples.ts";
import { NextCursor, PageQuery } from "./pages.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { ClusterPath, Credential } from "./schemas.ts";

const CredentialList = z.object({ items: z.array(Credential), nextCursor: NextCursor }).openapi("CredentialList");

const route = defineRoute({
  method: "get",
  tags: ["Credentials"],
  path: "/v1/clusters/{clusterId}/credentials",
  operationId: "listCredentials",
  summary: "List a cluster's credentials",
  description:
    "Those of kubeconfigs too, without their tokens, in pages, ordered by creation. Pass `nextCursor` as `cursor` until it is null.",
  security: apiKeySecurity,
  request: { params: ClusterPath, query: PageQuery },
  responses: {
    200: {
      description: "A page",
      content: json(CredentialList, { items: [exampleCredential], nextCursor: null }),
    },
  },
});

export function listCredentials(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { limit, cursor } = c.req.valid("query");
    const request = pageRequest(limit, cursor);
    const page = found(await store.listCredentials(c.req.valid("param").clusterId, request), "cluster");
    return c.json({ items: page.rows.map(credentialView), nextCursor: nextCursorOf(page) }, 200);
  });
}

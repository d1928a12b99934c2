import { createRoute, z } from "@hono/zod-openapi";
import { MAX_CLUSTERS_PER_PAGE } from "../../lib/limits.ts";
import { clusterOfCursor, clusterSelector, cursorAfter } from "../../platform/cluster-list.ts";
import { clusterView } from "../../platform/clusters.ts";
import { found } from "../../platform/creation.ts";
import { apiKeySecurity, caller, type PlatformApp, problems } from "./endpoint.ts";
import { Cluster } from "./schemas.ts";

const DEFAULT_LIMIT = 100;

const route = createRoute({
  method: "get",
  path: "/v1/clusters",
  operationId: "listClusters",
  summary: "The organization's clusters, in pages",
  security: apiKeySecurity,
  request: {
    query: z.object({
      labelSelector: z.string().optional().openapi({ example: "course=k8s-101,cohort in (a,b),!archived" }),
      limit: z.coerce.number().int().min(1).max(MAX_CLUSTERS_PER_PAGE).default(DEFAULT_LIMIT),
      cursor: z.string().optional(),
    }),
  },
  responses: {
    200: {
      description: "A page; pass `nextCursor` as `cursor` until it is null",
      content: {
        "application/json": { schema: z.object({ items: z.array(Cluster), nextCursor: z.string().nullable() }) },
      },
    },
    ...problems(400, 401),
  },
});

export function listClusters(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = await caller(c);
    const { labelSelector = "", limit, cursor } = c.req.valid("query");
    const page = await store.listClusters({
      selector: clusterSelector(labelSelector),
      limit,
      ...(cursor !== undefined && { afterId: clusterOfCursor(cursor) }),
    });
    const { clusters, more } = found(page, "organization");
    const last = clusters.at(-1);
    const items = clusters.map((summary) => clusterView(summary, c.var.platform));
    return c.json({ items, nextCursor: more && last ? cursorAfter(last.id) : null }, 200);
  });
}

import { z } from "@hono/zod-openapi";
import { MAX_CLUSTERS_PER_PAGE } from "../../lib/limits.ts";
import { clusterOfCursor, clusterSelector, cursorAfter } from "../../platform/cluster-list.ts";
import { clusterView } from "../../platform/clusters.ts";
import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleCluster } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { Cluster } from "./schemas.ts";

const DEFAULT_LIMIT = 100;

const ClusterList = z
  .object({
    items: z.array(Cluster),
    nextCursor: z.string().nullable().openapi({ description: "For the next page; null on the last one." }),
  })
  .openapi("ClusterList");

const route = defineRoute({
  method: "get",
  tags: ["Clusters"],
  path: "/v1/clusters",
  operationId: "listClusters",
  summary: "List clusters",
  description: "The organization's clusters in pages, ordered by id. Pass `nextCursor` as `cursor` until it is null.",
  security: apiKeySecurity,
  request: {
    query: z.object({
      labelSelector: z.string().optional().openapi({
        description: "Kubernetes' label selector over the labels of clusters.",
        example: "course=k8s-101,cohort in (a,b),!archived",
      }),
      limit: z.coerce.number().int().min(1).max(MAX_CLUSTERS_PER_PAGE).default(DEFAULT_LIMIT),
      cursor: z.string().optional().openapi({ description: "`nextCursor` of the page before." }),
    }),
  },
  responses: {
    200: {
      description: "A page",
      content: json(ClusterList, { items: [exampleCluster], nextCursor: "YzRtOXgxcTB6N3QyYjhrNWQ=" }),
    },
  },
});

export function listClusters(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
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

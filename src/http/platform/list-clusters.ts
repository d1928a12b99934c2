import { z } from "@hono/zod-openapi";
import { clusterOfCursor, clusterSelector, cursorAfter } from "../../platform/cluster-list.ts";
import { clusterView } from "../../platform/clusters.ts";
import { found } from "../../platform/creation.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleCluster } from "./examples.ts";
import { NextCursor, PageQuery } from "./pages.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { Cluster } from "./schemas.ts";

const ClusterList = z
  .object({
    items: z.array(Cluster),
    nextCursor: NextCursor,
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
    query: PageQuery.extend({
      labelSelector: z.string().optional().openapi({
        description: "Kubernetes' label selector over the labels of clusters.",
        example: "course=k8s-101,cohort in (a,b),!archived",
      }),
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

import { z } from "@hono/zod-openapi";
import { MAX_CEL_LENGTH, MAX_QUERY_CLUSTERS } from "../../lib/limits.ts";
import { clusterOfCursor, clusterSelector, cursorAfter } from "../../platform/cluster-list.ts";
import { orProblem } from "../../platform/cluster-work.ts";
import { found } from "../../platform/creation.ts";
import { compile, type Program } from "../../platform/grading/cel/program.ts";
import { CheckError } from "../../platform/grading/check.ts";
import { runQuery } from "../../platform/grading/query.ts";
import { Problem } from "../../platform/problem.ts";
import { scopeOf } from "../scope.ts";
import { caller, explainFailure, type PlatformApp } from "./endpoint.ts";
import { exampleCluster } from "./examples.ts";
import { apiKeySecurity, defineRoute, json, jsonBody } from "./route.ts";
import { deprecatedRevision, WaitSchema } from "./schemas.ts";

const Query = z
  .strictObject({
    labelSelector: z.string().optional().openapi({
      description: "Kubernetes' label selector over the labels of clusters. Default: all clusters.",
      example: "course=k8s-101,cohort in (a,b)",
    }),
    selector: z.string().optional().openapi({ deprecated: true, description: "Use `labelSelector`." }),
    cel: z.string().min(1).max(MAX_CEL_LENGTH).openapi({ example: "deployments.exists(d, d.metadata.name == 'web')" }),
    limit: z
      .number()
      .int()
      .min(1)
      .max(MAX_QUERY_CLUSTERS)
      .optional()
      .openapi({ description: `Clusters of one page. Default: ${MAX_QUERY_CLUSTERS}.` }),
    cursor: z.string().optional().openapi({ description: "`nextCursor` of the page before." }),
    wait: WaitSchema.optional(),
  })
  .refine(
    ({ labelSelector, selector }) => labelSelector === undefined || selector === undefined,
    "`selector` is the old name of `labelSelector`: give one of them",
  )
  .openapi("Query");

const QueryRow = z
  .object({
    clusterId: z.string(),
    labels: z.record(z.string(), z.string()),
    value: z.unknown().optional(),
    error: z
      .string()
      .optional()
      .openapi({ description: "Instead of a value: the reason why this cluster has no value." }),
    resourceVersion: z
      .string()
      .optional()
      .openapi({ description: "The cluster's, at which it was evaluated; missing where it could not be opened." }),
    revision: deprecatedRevision.optional(),
    catchingUp: z
      .literal(true)
      .optional()
      .openapi({ description: "Too much work was overdue: the row shows the cluster before all of it was done." }),
  })
  .openapi("QueryRow");

const QueryPage = z
  .object({
    rows: z.array(QueryRow),
    nextCursor: z.string().nullable().openapi({ description: "For the next page; null on the last one." }),
    cursor: z.string().optional().openapi({ deprecated: true, description: "Use `nextCursor`." }),
  })
  .openapi("QueryPage");

const route = defineRoute({
  method: "post",
  tags: ["Grading"],
  path: "/v1/query",
  operationId: "queryClusters",
  summary: "Evaluate one CEL expression over many clusters",
  description:
    "Over all matching clusters of the organization, in pages; each is brought to the present first. With `wait`, rows that are false are asked again until they are true, and rows of other types until nothing more is due.",
  security: apiKeySecurity,
  request: {
    body: jsonBody(Query, {
      labelSelector: "course=k8s-101",
      cel: "deployments.exists(d, d.metadata.name == 'web')",
    }),
  },
  responses: {
    200: {
      description: "A page of rows; pass `nextCursor` as `cursor` until it is null",
      content: json(QueryPage, {
        rows: [
          {
            ...{ clusterId: exampleCluster.id, labels: exampleCluster.labels, value: true },
            ...{ resourceVersion: "402", revision: "402" },
          },
        ],
        nextCursor: null,
      }),
    },
  },
});

export function query(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, keyHash } = caller(c);
    const { labelSelector, selector, cel, limit = MAX_QUERY_CLUSTERS, cursor, wait } = c.req.valid("json");
    const place = labelSelector === undefined && selector !== undefined ? "body.selector" : "body.labelSelector";
    const asked = {
      selector: clusterSelector(labelSelector ?? selector ?? "", { location: place, code: "invalid_body" }),
      program: compiled(cel),
      ...{ limit, wait },
      afterId: cursor === undefined ? null : clusterOfCursor(cursor, { location: "body.cursor", code: "invalid_body" }),
    };
    const context = {
      ...{ store, keyHash, runtime: c.var.platform.runtime, scope: scopeOf(c) },
      now: c.var.platform.now,
      explainFailure: (failure: unknown, clusterId: string) => explainFailure(c, failure, clusterId),
    };
    const { rows, nextAfterId } = found(await orProblem(() => runQuery(asked, context)), "organization");
    const nextCursor = nextAfterId === null ? null : cursorAfter(nextAfterId);
    const shown = rows.map((row) => ({ ...row, ...(row.revision !== undefined && { resourceVersion: row.revision }) }));
    return c.json({ rows: shown, nextCursor, ...(nextCursor !== null && { cursor: nextCursor }) }, 200);
  });
}

function compiled(cel: string): Program {
  try {
    return compile(cel);
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    throw new Problem("invalid_body", "The expression cannot be evaluated.", [
      { location: "body.cel", message: error.message },
    ]);
  }
}

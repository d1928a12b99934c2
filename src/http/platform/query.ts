import { createRoute, z } from "@hono/zod-openapi";
import { MAX_CEL_LENGTH, MAX_QUERY_CLUSTERS } from "../../lib/limits.ts";
import { clusterOfCursor, clusterSelector, cursorAfter } from "../../platform/cluster-list.ts";
import { orProblem } from "../../platform/cluster-work.ts";
import { found } from "../../platform/creation.ts";
import { compile, type Program } from "../../platform/grading/cel/program.ts";
import { CheckError } from "../../platform/grading/check.ts";
import { runQuery } from "../../platform/grading/query.ts";
import { Problem } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { scopeOf } from "../scope.ts";
import { apiKeySecurity, caller, explainFailure, type PlatformApp, problems } from "./endpoint.ts";

const Query = z
  .strictObject({
    selector: z.string().default("").openapi({ example: "course=k8s-101,cohort in (a,b)" }),
    cel: z.string().min(1).max(MAX_CEL_LENGTH).openapi({ example: "deployments.exists(d, d.metadata.name == 'web')" }),
    limit: z.number().int().min(1).max(MAX_QUERY_CLUSTERS).default(MAX_QUERY_CLUSTERS),
    cursor: z.string().optional(),
  })
  .openapi("Query");

const QueryRow = z
  .object({
    clusterId: z.string(),
    labels: z.record(z.string(), z.string()),
    value: z.unknown().optional(),
    error: z.string().optional().openapi({ description: "Instead of a value: why there is none for this cluster." }),
    revision: z.string().optional().openapi({ description: "Missing where the cluster could not be opened." }),
  })
  .openapi("QueryRow");

const route = createRoute({
  method: "post",
  path: "/v1/query",
  operationId: "queryClusters",
  summary: "Evaluate one CEL expression over many clusters",
  description: "Over all matching clusters of the organization, in pages; each is brought to the present first.",
  security: apiKeySecurity,
  request: { body: { required: true, content: { "application/json": { schema: Query } } } },
  responses: {
    200: {
      description: "A page of rows; where there is a `cursor`, pass it for the next one",
      content: {
        "application/json": { schema: z.object({ rows: z.array(QueryRow), cursor: z.string().optional() }) },
      },
    },
    ...problems(400, 401, 422, 429),
  },
});

export function query(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret } = await caller(c);
    const { selector, cel, limit, cursor } = c.req.valid("json");
    const asked = {
      selector: clusterSelector(selector, { location: "body.selector", status: 422 }),
      program: compiled(cel),
      limit,
      afterId: cursor === undefined ? null : clusterOfCursor(cursor, { location: "body.cursor", status: 422 }),
    };
    const context = {
      ...{ store, keyHash: sha256Hex(secret), runtime: c.var.platform.runtime, scope: scopeOf(c) },
      explainFailure: (failure: unknown, clusterId: string) => explainFailure(c, failure, clusterId),
    };
    const { rows, nextAfterId } = found(await orProblem(() => runQuery(asked, context)), "organization");
    return c.json({ rows, ...(nextAfterId !== null && { cursor: cursorAfter(nextAfterId) }) }, 200);
  });
}

function compiled(cel: string): Program {
  try {
    return compile(cel);
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    throw new Problem(422, "The expression cannot be evaluated.", [{ location: "body.cel", message: error.message }]);
  }
}

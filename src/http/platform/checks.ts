import { z } from "@hono/zod-openapi";
import { ENGINE_VERSION } from "../../lib/engine-version.ts";
import { MAX_CHECKS } from "../../lib/limits.ts";
import { gradedCluster, type PreparedChecks, prepareChecks } from "../../platform/grading/evaluate.ts";
import { dueInMs, repeatQuery, type Seen } from "../../platform/grading/wait.ts";
import type { ClusterState } from "../../runtime/engine.ts";
import { scopeOf } from "../scope.ts";
import { Check, registerCheckSchemas } from "./check-schemas.ts";
import { callersCluster, explainFailure, type PlatformApp } from "./endpoint.ts";
import { EXAMPLE_TIME } from "./examples.ts";
import { apiKeySecurity, defineRoute, json, jsonBody } from "./route.ts";
import { ClusterPath, deprecatedRevision, WaitSchema } from "./schemas.ts";

const Evidence = z
  .object({
    object: z.string().optional().openapi({ example: "apps/deployments/default/web" }),
    resourceVersion: z.string().optional(),
    statusWrittenBy: z.string().optional().openapi({
      description: "The client that wrote the object's status last; absent where the cluster itself wrote it.",
      example: "user:kubernetes-admin",
    }),
    fields: z.array(z.object({ path: z.string(), found: z.unknown() })),
  })
  .openapi("Evidence");

const CheckResult = z
  .object({
    name: z.string(),
    passed: z.boolean(),
    message: z.string().openapi({ description: "The expected and the found values, for a student." }),
    evidence: z.array(Evidence),
    error: z.string().optional().openapi({ description: "The check itself is wrong: the reason, for its author." }),
  })
  .openapi("CheckResult");

const CheckReport = z
  .object({
    resourceVersion: z.string().openapi({ description: "The cluster's, at which all checks were made." }),
    revision: deprecatedRevision,
    time: z.iso.datetime().openapi({ description: "The cluster's own time." }),
    engineVersion: z.string(),
    catchingUp: z
      .literal(true)
      .optional()
      .openapi({ description: "Too much work was overdue: the checks saw the cluster before all of it was done." }),
    results: z.array(CheckResult),
  })
  .openapi("CheckReport");

const Checks = z
  .strictObject({ checks: z.array(Check).min(1).max(MAX_CHECKS), wait: WaitSchema.optional() })
  .openapi("Checks");

const route = defineRoute({
  method: "post",
  tags: ["Grading"],
  path: "/v1/clusters/{clusterId}/checks",
  operationId: "checkCluster",
  summary: "Check what is in a cluster",
  description:
    "The cluster is brought to the present first; all checks look at one instant. With `wait`, they look again until all pass or the time is over; checks with an `error` are not waited for.",
  security: apiKeySecurity,
  request: {
    params: ClusterPath,
    body: jsonBody(Checks, { checks: [{ name: "All run", cel: "pods.all(p, p.status.phase == 'Running')" }] }),
  },
  responses: {
    200: {
      description: "One result for each check, in order",
      content: json(CheckReport, {
        ...{ resourceVersion: "402", revision: "402", time: EXAMPLE_TIME, engineVersion: ENGINE_VERSION },
        results: [{ name: "All run", passed: true, message: "The expression is true.", evidence: [] }],
      }),
    },
  },
});

export function checks(app: PlatformApp): void {
  registerCheckSchemas(app);
  app.openapi(route, async (c) => {
    const { clusterId } = c.req.valid("param");
    const { checks: asked, wait } = c.req.valid("json");
    const evaluate = prepareChecks(asked);
    const cluster = callersCluster(c, clusterId);
    const { runtime, now } = c.var.platform;
    const readOnce = async () => {
      const { behindMs, value } = await cluster.read((state) => report(state, evaluate));
      // While the cluster catches up, work is due already.
      return {
        result: { ...value.report, behindMs },
        waitsFor: behindMs > 0 ? ({ dueInMs: 0 } as const) : value.waitsFor,
      };
    };
    const seen = await repeatQuery(readOnce, wait, { runtime, scope: scopeOf(c), now });
    const { behindMs, ...value } = seen;
    const results = value.results.map(({ result, bug }) =>
      bug === undefined ? result : { ...result, error: explainFailure(c, bug, clusterId) },
    );
    return c.json({ ...value, results, ...(behindMs > 0 && { catchingUp: true as const }) }, 200);
  });
}

/** The results at one instant, and whether they may still change. */
function report(state: ClusterState, evaluate: PreparedChecks) {
  const results = evaluate(gradedCluster(state));
  const isWaiting = results.some(({ result }) => !result.passed && result.error === undefined);
  const inMs = dueInMs(state);
  const waitsFor: Seen<unknown>["waitsFor"] = !isWaiting ? "done" : inMs === null ? "change" : { dueInMs: inMs };
  return {
    report: {
      resourceVersion: String(state.revision),
      revision: String(state.revision),
      time: new Date(state.nowMs).toISOString(),
      engineVersion: ENGINE_VERSION,
      results,
    },
    waitsFor,
  };
}

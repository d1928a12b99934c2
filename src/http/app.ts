/** Everything that is served: the platform's API under `/v1`, two pages for people, the clusters' APIs everywhere else. */
import { Hono } from "hono";
import { errorResponse } from "../apiserver/status.ts";
import { ApiError } from "../lib/api-error.ts";
import { problemOf } from "../platform/cluster-work.ts";
import type { Platform } from "../platform/platform.ts";
import { Problem, unknownPath } from "../platform/problem.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { answerKubernetes } from "./kubernetes.ts";
import { logError } from "./log.ts";
import { documentPath } from "./openapi.ts";
import { registerPages, type StaticAsset } from "./pages.ts";
import type { AppEnv } from "./platform/endpoint.ts";
import { platformApp } from "./platform/index.ts";
import { problemResponse } from "./problem.ts";
import { scopeOf } from "./scope.ts";

export interface AppOptions {
  platform: Platform;
  runtime: Runtime;
  /** The static asset with this path (`/v2.json`, `/docs/index.html`), or null. */
  asset: StaticAsset;
}

export function createApp({ platform, runtime, asset }: AppOptions): Hono<AppEnv> {
  // Not strict: a slash at the end of a path changes nothing.
  const app = new Hono<AppEnv>({ strict: false });
  app.use(async (c, next) => {
    c.set("requestId", crypto.randomUUID());
    c.set("platform", platform);
    await next();
    c.header("x-request-id", c.var.requestId);
  });
  app.route("/", platformApp());
  app.all("/v1/*", () => {
    throw unknownPath();
  });

  registerPages(app, asset);

  const kubernetes = { runtime, openapiDocument: (name: string) => asset(documentPath(name)) };
  app.all("/clusters/:clusterId/*", (c) => {
    const clusterId = c.req.param("clusterId");
    const path = new URL(c.req.url).pathname.slice(`/clusters/${clusterId}`.length);
    const scope = scopeOf(c);
    return answerKubernetes({ raw: c.req.raw, clusterId, path, requestId: c.var.requestId, scope }, kubernetes);
  });
  app.all("*", (c) => {
    const { pathname: path } = new URL(c.req.url);
    const scope = scopeOf(c);
    return answerKubernetes({ raw: c.req.raw, clusterId: null, path, requestId: c.var.requestId, scope }, kubernetes);
  });

  app.onError((error, c) => failure(error, c.req.raw, c.var.requestId));
  return app;
}

/** The answer to what went wrong; what is our own fault is logged, without anything that a client sent but the path. */
function failure(error: Error, request: Request, requestId: string): Response {
  if (error instanceof Problem) return problemResponse(error, requestId);
  const { pathname } = new URL(request.url);
  const isPlatform = pathname === "/v1" || pathname.startsWith("/v1/");
  // What the database refused is logged by its client.
  const refusal = isPlatform ? problemOf(error) : null;
  if (refusal) return problemResponse(refusal, requestId);
  logError(error, { requestId, method: request.method, path: pathname });
  if (isPlatform) {
    const problem = new Problem("internal_error", "Something went wrong here. The request id tells us what.");
    return problemResponse(problem, requestId);
  }
  const status = errorResponse(
    new ApiError("InternalError", `Internal error occurred: see the server's log for request ${requestId}`),
  );
  const headers = { ...status.headers, "audit-id": requestId, "x-request-id": requestId };
  return new Response(status.body, { status: status.status, headers });
}

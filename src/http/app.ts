/** The HTTP app: the platform's API under `/v1`, two pages for people, the clusters' APIs at all other paths. */
import { Hono } from "hono";
import { errorResponse } from "../apiserver/status.ts";
import { ApiError } from "../lib/api-error.ts";
import { problemOf } from "../platform/cluster-work.ts";
import type { Platform } from "../platform/platform.ts";
import { Problem, unknownPath } from "../platform/problem.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { ClientGoneError } from "./body.ts";
import { answerKubernetes } from "./kubernetes.ts";
import { logError } from "./log.ts";
import { documentPath } from "./openapi.ts";
import { registerPages, type StaticAsset } from "./pages.ts";
import { provedRefusal } from "./platform/authentication.ts";
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
    // A header would make a new response, without the WebSocket.
    if (c.res.status === SWITCHING_PROTOCOLS) return;
    c.header("x-request-id", c.var.requestId);
    c.header("x-content-type-options", "nosniff");
    // Every answer depends on its caller. Answers that may be cached set their own header.
    if (!c.res.headers.has("cache-control"))
      c.header("cache-control", isPlatform(c.req.path) ? "no-store" : "no-cache, private");
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

  app.onError(async (error, c) => {
    const told = error instanceof Problem ? await provedRefusal(c, error).catch((failed: Error) => failed) : error;
    return failure(told, c.req.raw, c.var.requestId);
  });
  return app;
}

const SWITCHING_PROTOCOLS = 101;

/** Whether the client broke off. Other errors of its request are still bugs. */
function isClientGone(error: Error, request: Request): boolean {
  return error instanceof ClientGoneError || (error.name === "AbortError" && request.signal.aborted);
}

/** The status by which proxies log a client that closed its connection. */
const CLIENT_GONE = 499;

function isPlatform(path: string): boolean {
  return path === "/v1" || path.startsWith("/v1/");
}

/** The answer to an error. Bugs are logged; of the client's request the log has only method and path. */
function failure(error: Error, request: Request, requestId: string): Response {
  if (error instanceof Problem) return problemResponse(error, requestId);
  // The client is gone: it reads no answer, and the server has no error.
  if (isClientGone(error, request)) return new Response(null, { status: CLIENT_GONE });
  const { pathname } = new URL(request.url);
  // The database client logs statements that the database refused.
  const refusal = isPlatform(pathname) ? problemOf(error) : null;
  if (refusal) return problemResponse(refusal, requestId);
  logError(error, { requestId, method: request.method, path: pathname });
  if (isPlatform(pathname)) {
    const problem = new Problem("internal_error", "Something went wrong here. The request id tells us what.");
    return problemResponse(problem, requestId);
  }
  const status = errorResponse(
    new ApiError("InternalError", `Internal error occurred: see the server's log for request ${requestId}`),
  );
  const headers = { ...status.headers, "audit-id": requestId, "x-request-id": requestId };
  return new Response(status.body, { status: status.status, headers });
}

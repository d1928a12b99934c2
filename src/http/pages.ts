/** Pages for people: an overview (`/`) and the API reference (`/docs`). Static assets with a strict content policy. */
import type { Hono } from "hono";
import type { AppEnv } from "./platform/endpoint.ts";

/** The static asset with this path, or null. */
export type StaticAsset = (path: string) => Promise<Response | null>;

/** The content security policy: files of this origin only. Swagger UI's pictures are `data:`. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

const METHODS = "GET, HEAD";
/** The files of the reference are in one folder. */
const FILE_NAME = /^[\w.-]+$/;

export function registerPages(app: Hono<AppEnv>, asset: StaticAsset): void {
  app.on(["GET", "HEAD"], "/", async (c, next) => {
    if (!isForPeople(c.req.raw.headers)) return next();
    return pageResponse(c.req.raw, "/index.html", asset);
  });
  app.on(["GET", "HEAD"], "/pages.css", (c) => pageResponse(c.req.raw, "/pages.css", asset));
  app.all("/docs/*", async (c) => {
    const { method, path } = c.req;
    if (method !== "GET" && method !== "HEAD") return new Response(null, { status: 405, headers: { allow: METHODS } });
    const file = path === "/docs" ? "index.html" : path.slice("/docs/".length);
    return pageResponse(c.req.raw, FILE_NAME.test(file) ? `/docs/${file}` : null, asset);
  });
}

/** Whether the request is from a cluster's client: it sends a credential or asks for JSON. The API server answers it. */
function isForPeople(headers: Headers): boolean {
  const accept = headers.get("accept") ?? "*/*";
  return !headers.has("authorization") && (accept.includes("text/html") || accept === "*/*");
}

/** Null for a path without a page. */
async function pageResponse(request: Request, path: string | null, asset: StaticAsset): Promise<Response> {
  const found = path === null ? null : await asset(path);
  const headers = new Headers({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
  if (!found || path === null) {
    headers.set("content-type", "text/plain; charset=utf-8");
    return new Response("404 page not found\n", { status: 404, headers });
  }
  const etag = found.headers.get("etag");
  headers.set("content-type", TYPES[path.split(".").at(-1)!] ?? "text/plain; charset=utf-8");
  headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("vary", "Accept, Authorization");
  headers.set("cache-control", "no-cache");
  if (etag) headers.set("etag", etag);
  const isKnown = etag !== null && request.headers.get("if-none-match") === etag;
  if (isKnown || request.method === "HEAD") await found.body?.cancel();
  return new Response(isKnown || request.method === "HEAD" ? null : found.body, {
    status: isKnown ? 304 : 200,
    headers,
  });
}

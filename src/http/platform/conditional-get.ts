/** ETag and If-None-Match: a polling client gets 304 without a body while the answer is unchanged. */
import type { MiddlewareHandler } from "hono";
import { sha256Hex } from "../../platform/secrets.ts";

/** Applies to every GET and HEAD that is answered by 200, except answers with `no-store`. */
export const conditionalGet: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.req.method !== "GET" && c.req.method !== "HEAD") return;
  if (c.res.status !== 200 || c.res.headers.get("cache-control")?.includes("no-store")) return;
  const body = await c.res.clone().text();
  const etag = `"${sha256Hex(body).slice(0, 32)}"`;
  c.header("etag", etag);
  c.header("cache-control", "private, no-cache");
  const known = (c.req.header("if-none-match") ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  if (!known.includes(etag) && !known.includes("*")) return;
  const { headers } = c.res;
  headers.delete("content-type");
  headers.delete("content-length");
  c.res = undefined;
  c.res = new Response(null, { status: 304, headers });
};

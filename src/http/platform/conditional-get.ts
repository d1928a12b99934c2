/** ETag and If-None-Match: a polling client gets 304 without a body while the answer is unchanged. */
import type { MiddlewareHandler } from "hono";
import { Problem } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";

/** Applies to every GET and HEAD that is answered by 200, except answers with `no-store`. */
export const conditionalGet: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.req.method !== "GET" && c.req.method !== "HEAD") return;
  if (c.res.status !== 200 || c.res.headers.get("cache-control")?.includes("no-store")) return;
  const body = await c.res.clone().text();
  const etag = etagOf(body);
  c.header("etag", etag);
  c.header("cache-control", "private, no-cache");
  if (!names(c.req.header("if-none-match"), etag)) return;
  const { headers } = c.res;
  headers.delete("content-type");
  headers.delete("content-length");
  c.res = undefined;
  c.res = new Response(null, { status: 304, headers });
};

/** Refuses with 412 if `If-Match` is sent and does not name the state that GET answers with this body. */
export function requireMatch(ifMatch: string | undefined, body: unknown): void {
  if (ifMatch === undefined || names(ifMatch, etagOf(JSON.stringify(body)))) return;
  throw new Problem("precondition_failed", "It has changed since the state that If-Match names; read it again.");
}

function etagOf(body: string): string {
  return `"${sha256Hex(body).slice(0, 32)}"`;
}

/** Whether a list of tags names this one. A weak tag is compared as a strong one. */
function names(list: string | undefined, etag: string): boolean {
  const tags = (list ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

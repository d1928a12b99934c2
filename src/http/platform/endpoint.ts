/** Shared by all endpoints of the platform's API: the caller, its clusters, and idempotent creation. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type OpenedCluster, openCluster, problemOf } from "../../platform/cluster-work.ts";
import { type Creation, creation, type OrganizationCaller, organizationCaller } from "../../platform/creation.ts";
import type { Platform } from "../../platform/platform.ts";
import { unauthorized } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { bearerToken } from "../bearer.ts";
import { logError } from "../log.ts";
import { scopeOf } from "../scope.ts";

export interface AppEnv {
  Variables: {
    requestId: string;
    platform: Platform;
    /** Absent until the operation is known. */
    requiredKey?: RequiredKey;
    /** The schema of the request's body, where the operation has one. */
    bodySchema?: z.ZodType;
  };
}

/** The kind of key that an operation needs. */
export type RequiredKey = "none" | "operator" | "organization";

export type PlatformApp = OpenAPIHono<AppEnv>;
type AppContext = Context<AppEnv>;

/** The key that the request shows; null without one. */
export function shownKey(c: Context): string | null {
  return bearerToken(c.req.header("authorization"));
}

/** The caller with an organization's API key. Throws 401 if the request shows none. */
export function caller(c: AppContext): OrganizationCaller {
  return organizationCaller(c.var.platform.stores, shownKey(c));
}

/** Opens a cluster of the caller's organization, for this request. */
export function callersCluster(c: AppContext, clusterId: string): OpenedCluster {
  const { runtime } = c.var.platform;
  return openCluster(caller(c), clusterId, { runtime, scope: scopeOf(c) });
}

/**
 * The text for work that failed for one of many clusters (or checks). A bug is logged with the request's id, and the text
 * names the id.
 */
export function explainFailure(c: AppContext, failure: unknown, clusterId: string): string {
  const problem = problemOf(failure);
  if (problem) return problem.message;
  const { requestId } = c.var;
  logError(failure, { requestId, method: c.req.method, path: c.req.path, clusterId });
  return `Something went wrong here, and not in the cluster. The server's log has it under request ${requestId}.`;
}

/** Prepares a creation. The client may send an Idempotency-Key. */
export function creationOf(c: AppContext, callerSecret: string, input: unknown): Creation {
  const idempotencyKey = c.req.header("idempotency-key") ?? null;
  return creation({ callerSecret, idempotencyKey, operation: `${c.req.method} ${c.req.path}`, input });
}

/** Returns the operator's token. Throws 401 for any other key. */
export function adminCaller(c: AppContext): string {
  const token = shownKey(c);
  // Hashes are compared, so the duration of the comparison reveals nothing about the token.
  if (!token || sha256Hex(token) !== c.var.platform.adminTokenHash) throw unauthorized();
  return token;
}

export const idempotencyHeader = z.object({
  "idempotency-key": z.string().optional().openapi({
    description: "Makes a retried creation answer as the first did, for a day.",
    example: "anna-week-1",
  }),
});

export const ifMatchHeader = z.object({
  "if-match": z.string().optional().openapi({
    description: "The `ETag` of the state that the request is about. Another state is refused with 412.",
    example: '"0f343b0931126a20f133d67c2b018a3b"',
  }),
});

/** What all endpoints of the platform's API share: who calls, idempotent creation, and how refusals are documented. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { problemOf } from "../../platform/cluster-work.ts";
import { type Creation, creation, type OrganizationCaller, organizationCaller } from "../../platform/creation.ts";
import type { Platform } from "../../platform/platform.ts";
import { unauthorized } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import { logError } from "../log.ts";

export interface AppEnv {
  Variables: {
    requestId: string;
    platform: Platform;
  };
}

export type PlatformApp = OpenAPIHono<AppEnv>;
type AppContext = Context<AppEnv>;

export function bearerToken(c: Context): string | null {
  return /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}

export function caller(c: AppContext): Promise<OrganizationCaller> {
  return organizationCaller(c.var.platform.stores, bearerToken(c));
}

/**
 * What the answer says of work that failed for one of many clusters (or checks). A bug is logged with the request's id, and
 * the sentence names the id.
 */
export function explainFailure(c: AppContext, failure: unknown, clusterId: string): string {
  const problem = problemOf(failure);
  if (problem) return problem.message;
  const { requestId } = c.var;
  logError(failure, { requestId, method: c.req.method, path: c.req.path, clusterId });
  return `Something went wrong here, and not in the cluster. The server's log has it under request ${requestId}.`;
}

/** Prepares a creation by someone who may send an Idempotency-Key. */
export function creationOf(c: AppContext, callerSecret: string, input: unknown): Promise<Creation> {
  const idempotencyKey = c.req.header("idempotency-key") ?? null;
  return creation({ callerSecret, idempotencyKey, operation: `${c.req.method} ${c.req.path}`, input });
}

/** Throws 401 unless the operator's token was shown. Gives the token. */
export async function adminCaller(c: AppContext): Promise<string> {
  const token = bearerToken(c);
  // Hashes of unknown secrets are compared, so how long the comparison takes says nothing.
  if (!token || sha256Hex(token) !== c.var.platform.adminTokenHash) throw unauthorized();
  return token;
}

// ---- Documentation

export const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ location: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem");

const DESCRIPTIONS = {
  400: "The request cannot be read",
  401: "The key is missing or not valid",
  404: "There is no such thing, or it is not the caller's",
  409: "It conflicts with what is there",
  413: "The request is too large",
  422: "The request is not valid, or a limit is reached",
  429: "Too many requests write to the cluster at once",
} as const;

type DocumentedProblem = { description: string; content: typeof problemContent };
const problemContent = { "application/problem+json": { schema: ProblemDocument } };

/** The documented refusals of a route. */
export function problems<S extends keyof typeof DESCRIPTIONS>(...statuses: S[]): Record<S, DocumentedProblem> {
  const documented = {} as Record<S, DocumentedProblem>;
  for (const status of statuses) documented[status] = { description: DESCRIPTIONS[status], content: problemContent };
  return documented;
}

export const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .openapi({ description: "Makes a retried creation answer as the first did, for a day." }),
});

/** What follows from the operator's and the organization's keys, in the document's terms. */
export const adminSecurity = [{ adminToken: [] }];
export const apiKeySecurity = [{ apiKey: [] }];

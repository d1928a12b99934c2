/** Authenticates callers before their request is read, and before they learn about errors in it. */
import type { Context, MiddlewareHandler } from "hono";
import { type Problem, type ProblemCode, unauthorized } from "../../platform/problem.ts";
import { discardBody } from "../body.ts";
import { type AppEnv, adminCaller, caller, type RequiredKey } from "./endpoint.ts";

/** Refuses a key that the operation cannot use. The store authenticates an API key together with the work. */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  try {
    checkKey(c, c.var.requiredKey ?? "none");
  } catch (error) {
    await discardBody(c.req.raw);
    throw error;
  }
  await next();
};

function checkKey(c: Context<AppEnv>, requiredKey: RequiredKey): void {
  switch (requiredKey) {
    case "none":
      return;
    case "operator":
      adminCaller(c);
      return;
    case "organization":
      caller(c);
      return;
  }
}

/** Refusals that describe the request and precede the store's authentication of the key. */
const BEFORE_PROOF: ReadonlySet<ProblemCode> = new Set([
  ...(["malformed_body", "invalid_parameter", "body_too_large"] as const),
  ...(["unsupported_media_type", "invalid_body"] as const),
]);

/**
 * The refusal; `unauthorized` instead where it would inform a caller whose API key is not valid. One round trip, only where
 * the store has not authenticated the key yet.
 */
export async function provedRefusal(c: Context<AppEnv>, refusal: Problem): Promise<Problem> {
  if (c.var.requiredKey !== "organization" || !BEFORE_PROOF.has(refusal.code)) return refusal;
  const { store } = caller(c);
  return (await store.organization()) === null ? unauthorized() : refusal;
}

/** Callers are authenticated before anything of their request is read, and before they learn what is wrong with it. */
import type { Context, MiddlewareHandler } from "hono";
import { type Problem, type ProblemCode, unauthorized } from "../../platform/problem.ts";
import { discardBody } from "../body.ts";
import { type AppEnv, adminCaller, caller, type RequiredKey } from "./endpoint.ts";

/** Refuses what cannot be the key that the operation needs. Whether an API key is valid the store says, with the work itself. */
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

/** Refusals that say something about the request and come before the store has proved the key. */
const BEFORE_PROOF: ReadonlySet<ProblemCode> = new Set([
  ...(["malformed_body", "invalid_parameter", "body_too_large"] as const),
  ...(["unsupported_media_type", "invalid_body"] as const),
]);

/**
 * The refusal, or `unauthorized` where a caller with an invalid API key would learn from it. One round trip, and only where
 * the store has not proved the key.
 */
export async function provedRefusal(c: Context<AppEnv>, refusal: Problem): Promise<Problem> {
  if (c.var.requiredKey !== "organization" || !BEFORE_PROOF.has(refusal.code)) return refusal;
  const { store } = caller(c);
  return (await store.organization()) === null ? unauthorized() : refusal;
}

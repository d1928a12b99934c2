import type { RequestScope } from "../runtime/runtime.ts";

/** The request's execution context of the Workers platform; a no-op in tests. */
export function scopeOf(c: {
  req: { raw: Request };
  executionCtx: { waitUntil(work: Promise<unknown>): void };
}): RequestScope {
  let waitUntil = (_work: Promise<unknown>) => {};
  try {
    const context = c.executionCtx;
    waitUntil = (work) => context.waitUntil(work);
  } catch {
    // Hono throws for a request without an execution context.
  }
  return { waitUntil, signal: c.req.raw.signal };
}

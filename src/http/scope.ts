import type { RequestScope } from "../runtime/runtime.ts";

/** What the platform under us offers a request; in tests there is none. */
export function scopeOf(c: {
  req: { raw: Request };
  executionCtx: { waitUntil(work: Promise<unknown>): void };
}): RequestScope {
  let waitUntil = (_work: Promise<unknown>) => {};
  try {
    const context = c.executionCtx;
    waitUntil = (work) => context.waitUntil(work);
  } catch {
    // Hono throws where the request came without a context.
  }
  return { waitUntil, signal: c.req.raw.signal };
}

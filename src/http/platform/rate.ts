/** The rate limit of one key. Requests are counted before the key is authenticated or the body read. */
import type { MiddlewareHandler } from "hono";
import { ApiError } from "../../lib/api-error.ts";
import { WEIGHT_OF_IMAGE_CHANGE, WEIGHT_OF_OUTSIDE_REQUEST } from "../../lib/container-limits.ts";
import {
  MAX_PLATFORM_REQUEST_BURST,
  MAX_PLATFORM_REQUESTS_PER_SECOND,
  WEIGHT_OF_ADVANCE,
  WEIGHT_OF_CHECKS,
  WEIGHT_OF_QUERY,
} from "../../lib/limits.ts";
import { Problem } from "../../platform/problem.ts";
import { sha256Hex } from "../../platform/secrets.ts";
import type { Rate } from "../../runtime/rate-limit.ts";
import { discardBody } from "../body.ts";
import { type AppEnv, shownKey } from "./endpoint.ts";

export const PLATFORM_RATE: Rate = {
  burst: MAX_PLATFORM_REQUEST_BURST,
  perSecond: MAX_PLATFORM_REQUESTS_PER_SECOND,
};

/** Operations that may cost much more than others. */
const WEIGHTS: readonly { path: RegExp; weight: number }[] = [
  { path: /\/advance\/?$/, weight: WEIGHT_OF_ADVANCE },
  { path: /\/(http|traffic)\/?$/, weight: WEIGHT_OF_OUTSIDE_REQUEST },
  { path: /\/checks\/?$/, weight: WEIGHT_OF_CHECKS },
  { path: /\/query\/?$/, weight: WEIGHT_OF_QUERY },
  { path: /^\/v1\/images(\/[^/]+)?\/?$/, weight: WEIGHT_OF_IMAGE_CHANGE },
];

/** Refuses with 429 and Retry-After. Requests without a key pass, because they reach no data. */
export const limitRate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const token = shownKey(c);
  if (token !== null) {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    const weight = isRead ? 1 : weightOf(c.req.path);
    const problem = refusalOf(() => c.var.platform.rateLimit.spend(sha256Hex(token), weight));
    if (problem) {
      await discardBody(c.req.raw);
      throw problem;
    }
  }
  await next();
};

function weightOf(path: string): number {
  return WEIGHTS.find((operation) => operation.path.test(path))?.weight ?? 1;
}

function refusalOf(count: () => void): Problem | null {
  try {
    count();
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const seconds = error.details?.retryAfterSeconds ?? 1;
    const detail = `This key asks too often; try again in ${seconds} s.`;
    return new Problem("too_many_requests", detail, [], { "retry-after": String(seconds) });
  }
}

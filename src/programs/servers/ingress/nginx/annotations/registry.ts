/** The annotations of ingress-nginx that act on requests, in the order of nginx's phases. */
import type { IngressAnnotation } from "../exchange.ts";
import { affinity } from "./affinity.ts";
import { basicAuth } from "./basic-auth.ts";
import { bodySize } from "./body-size.ts";
import { canary } from "./canary.ts";
import { cors } from "./cors.ts";
import { externalAuth } from "./external-auth.ts";
import { rateLimit } from "./rate-limit.ts";
import { redirect } from "./redirect.ts";
import { rewrite } from "./rewrite.ts";
import { sourceRange } from "./source-range.ts";
import { sslRedirect } from "./ssl-redirect.ts";
import { upstreamOptions } from "./upstream-options.ts";

export const ANNOTATIONS: readonly IngressAnnotation[] = [
  sslRedirect,
  redirect,
  bodySize,
  rateLimit,
  sourceRange,
  basicAuth,
  externalAuth,
  cors,
  canary,
  rewrite,
  upstreamOptions,
  affinity,
];

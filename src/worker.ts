/** The entry: bindings → stores → app. One instance per isolate, made at the first request. */

import { z } from "zod";
import { createApp } from "./http/app.ts";
import { logDatabaseFailure, logHindrance } from "./http/log.ts";
import { documentPath } from "./http/openapi.ts";
import { PLATFORM_RATE } from "./http/platform/rate.ts";
import { IDEMPOTENCY_TTL_MS, LOG_RETENTION_MS, MAX_CLEANED_CLUSTERS, MAX_CLEANED_ROWS } from "./lib/limits.ts";
import { systemClock } from "./runtime/clock.ts";
import { controlPlane } from "./runtime/control-plane.ts";
import { RateLimit } from "./runtime/rate-limit.ts";
import { Runtime } from "./runtime/runtime.ts";
import { createPostgresStores } from "./storage/postgres/stores.ts";
import type { CleaningLimits, Stores } from "./storage/store.ts";

const Env = z.object({
  DATABASE_URL: z.string().min(1),
  /** Where to send SQL over HTTP when it is not Neon that answers. */
  SQL_ENDPOINT_URL: z.url().optional(),
  ADMIN_TOKEN_HASH: z.string().regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the operator's token in lower-case hex"),
  /** Where clients reach this Worker; by default where the first request did. */
  PUBLIC_URL: z.url().optional(),
  CLUSTER_CA_PEM: z.string().optional(),
});

const CLEANING: CleaningLimits = {
  idempotencyTtlMs: IDEMPOTENCY_TTL_MS,
  logRetentionMs: LOG_RETENTION_MS,
  maxRows: MAX_CLEANED_ROWS,
  maxClusters: MAX_CLEANED_CLUSTERS,
};

interface Bindings extends Record<string, unknown> {
  ASSETS: Fetcher;
}

type App = ReturnType<typeof createApp>;
let app: App | null = null;

function storesOf(env: z.infer<typeof Env>): Stores {
  return createPostgresStores({
    connectionString: env.DATABASE_URL,
    onFailure: logDatabaseFailure,
    ...(env.SQL_ENDPOINT_URL && { fetchEndpoint: env.SQL_ENDPOINT_URL }),
  });
}

function appOf(bindings: Bindings, request: Request): App {
  const env = Env.parse(bindings);
  const stores = storesOf(env);
  const document = async (name: string) => (await (await asset(bindings.ASSETS, documentPath(name)))?.text()) ?? null;
  const runtime = new Runtime({ stores, engine: controlPlane, document, onHindrance: logHindrance });
  const platform = {
    stores,
    runtime,
    rateLimit: new RateLimit(PLATFORM_RATE, systemClock),
    adminTokenHash: env.ADMIN_TOKEN_HASH,
    publicUrl: (env.PUBLIC_URL ?? new URL(request.url).origin).replace(/\/+$/, ""),
    caCertificate: env.CLUSTER_CA_PEM || null,
    now: () => Date.now(),
  };
  return createApp({ platform, runtime, asset: (path) => asset(bindings.ASSETS, path) });
}

/** Assets from the build: documents of the built-in groups, pages. */
async function asset(assets: Fetcher, path: string): Promise<Response | null> {
  const response = await assets.fetch(`https://assets.invalid${path}`);
  return response.ok ? response : null;
}

export default {
  fetch(request: Request, bindings: Bindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= appOf(bindings, request);
    return app.fetch(request, bindings, context);
  },

  /** By the cron trigger in wrangler.toml: removes what nothing needs any more, a bounded part of it each time. */
  async scheduled(_event: ScheduledController, bindings: Bindings): Promise<void> {
    const cleaned = await storesOf(Env.parse(bindings)).clean(CLEANING);
    console.log(JSON.stringify({ message: "cleaned", ...cleaned }));
  },
};

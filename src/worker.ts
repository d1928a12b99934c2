/** The entry: bindings → stores → app. One instance per isolate, made at the first request. */
import { z } from "zod";
import { createApp } from "./http/app.ts";
import { logDatabaseFailure } from "./http/log.ts";
import { controlPlane } from "./runtime/control-plane.ts";
import { Runtime } from "./runtime/runtime.ts";
import { createPostgresStores } from "./storage/postgres/stores.ts";

const Env = z.object({
  DATABASE_URL: z.string().min(1),
  /** Where to send SQL over HTTP when it is not Neon that answers. */
  SQL_ENDPOINT_URL: z.url().optional(),
  ADMIN_TOKEN_HASH: z.string().regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the operator's token in lower-case hex"),
  /** Where clients reach this Worker; by default where the first request did. */
  PUBLIC_URL: z.url().optional(),
  CLUSTER_CA_PEM: z.string().optional(),
});

interface Bindings extends Record<string, unknown> {
  ASSETS: Fetcher;
}

type App = ReturnType<typeof createApp>;
let app: App | null = null;

function appOf(bindings: Bindings, request: Request): App {
  const env = Env.parse(bindings);
  const stores = createPostgresStores({
    connectionString: env.DATABASE_URL,
    onFailure: logDatabaseFailure,
    ...(env.SQL_ENDPOINT_URL && { fetchEndpoint: env.SQL_ENDPOINT_URL }),
  });
  const runtime = new Runtime({ stores, engine: controlPlane });
  const platform = {
    stores,
    runtime,
    adminTokenHash: env.ADMIN_TOKEN_HASH,
    publicUrl: (env.PUBLIC_URL ?? new URL(request.url).origin).replace(/\/+$/, ""),
    caCertificate: env.CLUSTER_CA_PEM || null,
    now: () => Date.now(),
  };
  return createApp({ platform, runtime, asset: (path) => asset(bindings.ASSETS, path) });
}

/** What was made at build time: documents of the built-in groups, pages. */
async function asset(assets: Fetcher, path: string): Promise<Response | null> {
  const response = await assets.fetch(`https://assets.invalid${path}`);
  return response.ok ? response : null;
}

export default {
  fetch(request: Request, bindings: Bindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= appOf(bindings, request);
    return app.fetch(request, bindings, context);
  },
};

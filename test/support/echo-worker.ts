/** The Worker as in production, but over containers of the tests: see `echo-containers.ts`. */
import { handleInParts } from "../../src/control-plane/index.ts";
import { createApp } from "../../src/http/app.ts";
import { logHindrance } from "../../src/http/log.ts";
import { PLATFORM_RATE } from "../../src/http/platform/rate.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { RateLimit } from "../../src/runtime/rate-limit.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { createPostgresStores } from "../../src/storage/postgres/stores.ts";
import { echoContainers } from "./echo-containers.ts";

interface Bindings extends Record<string, unknown> {
  ASSETS: Fetcher;
  DATABASE_URL: string;
  SQL_ENDPOINT_URL: string;
  ADMIN_TOKEN_HASH: string;
  PUBLIC_URL: string;
  CLUSTER_CA_PEM: string;
}

let app: ReturnType<typeof createApp> | null = null;

function appOf(env: Bindings): ReturnType<typeof createApp> {
  const stores = createPostgresStores({
    connectionString: env.DATABASE_URL,
    fetchEndpoint: env.SQL_ENDPOINT_URL,
    onFailure: () => {},
  });
  const services = { containers: echoContainers };
  const engine: Engine = {
    ...controlPlane,
    handleInParts: (tx, request, provided) => handleInParts(tx, request, provided, services),
  };
  const runtime = new Runtime({ stores, engine, onHindrance: logHindrance });
  const platform = {
    ...{ stores, runtime, adminTokenHash: env.ADMIN_TOKEN_HASH, publicUrl: env.PUBLIC_URL },
    rateLimit: new RateLimit(PLATFORM_RATE, systemClock),
    caCertificate: env.CLUSTER_CA_PEM,
    now: () => Date.now(),
  };
  const asset = async (path: string) => {
    const response = await env.ASSETS.fetch(`https://assets.invalid${path}`);
    return response.ok ? response : null;
  };
  return createApp({ platform, runtime, asset });
}

export default {
  fetch(request: Request, env: Bindings, context: ExecutionContext): Response | Promise<Response> {
    app ??= appOf(env);
    return app.fetch(request, env, context);
  },
};

/** A whole Sandbar on this machine: a database behind the SQL endpoint, and the Worker in workerd in front of it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, sep } from "node:path";
import { Miniflare, type MiniflareOptions, type Request, Response } from "miniflare";
import { PROJECT_ROOT, readWorkerConfig, type WorkerConfig } from "../wrangler-config.ts";
import type { Certificates } from "./certificates.ts";
import type { SqlBackend } from "./sql/backend.ts";
import { type SqlEndpointOptions, startSqlEndpoint } from "./sql-endpoint.ts";

export interface SandbarOptions {
  /** Must be migrated. Stays open when the Sandbar stops. */
  backend: SqlBackend;
  certificates: Certificates;
  adminToken: string;
  port: number;
  /** The bundled Worker, as `buildWorker` returns it. */
  workerPath: string;
  /** Called for every round trip to the database. */
  onSqlRequest?: SqlEndpointOptions["onRequest"];
}

export interface RunningSandbar {
  url: string;
  stop(): Promise<void>;
}

const CLEANING_INTERVAL_MS = 10 * 60 * 1000;

/** Starts serving `https://127.0.0.1:<port>`; ready when the promise resolves. */
export async function startSandbar(options: SandbarOptions): Promise<RunningSandbar> {
  const url = `https://127.0.0.1:${options.port}`;
  const config = await readWorkerConfig();
  const endpoint = await startSqlEndpoint({ backend: options.backend, onRequest: options.onSqlRequest });
  const miniflare = startMiniflare({
    host: "127.0.0.1",
    port: options.port,
    httpsCert: options.certificates.serverPem,
    httpsKey: options.certificates.serverKeyPem,
    cf: false, // nothing is looked up on the Internet
    handleStructuredLogs: ({ level, message }: { level: string; message: string }) => {
      if (level === "error" || level === "warn") console.error(message);
    },
    name: "sandbar",
    modules: [{ type: "ESModule", path: options.workerPath }],
    modulesRoot: join(PROJECT_ROOT, "dist"),
    compatibilityDate: config.compatibilityDate,
    compatibilityFlags: config.compatibilityFlags,
    bindings: {
      DATABASE_URL: endpoint.connectionString,
      SQL_ENDPOINT_URL: endpoint.fetchEndpoint,
      ADMIN_TOKEN_HASH: createHash("sha256").update(options.adminToken).digest("hex"),
      CLUSTER_CA_PEM: options.certificates.authorityPem,
      PUBLIC_URL: url,
    },
    serviceBindings: { [config.assets.binding]: assetService(config) },
  });
  // Locally, only this process fires the Worker's cron trigger.
  const cleaning = setInterval(() => void clean(miniflare), CLEANING_INTERVAL_MS);
  const stop = async () => {
    clearInterval(cleaning);
    await miniflare.dispose();
    await endpoint.close();
  };
  try {
    await miniflare.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function clean(miniflare: Miniflare): Promise<void> {
  try {
    const worker = await miniflare.getWorker();
    await worker.scheduled();
  } catch (error) {
    console.error(`Cleaning failed: ${String(error)}`);
  }
}

const CONTENT_TYPES: Record<string, string> = {
  ".json": "application/json",
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
};

/** Starts workerd through a script that ends it together with this process, and removes Miniflare's signal handlers. */
function startMiniflare(options: MiniflareOptions): Miniflare {
  const fromMiniflare = createRequire(createRequire(import.meta.filename).resolve("miniflare"));
  process.env["SANDBAR_WORKERD"] = (fromMiniflare("workerd") as { default: string }).default;
  process.env["MINIFLARE_WORKERD_PATH"] = join(import.meta.dirname, "workerd.sh");
  const signals = ["SIGINT", "SIGTERM"] as const;
  const before = signals.map((signal) => new Set(process.listeners(signal)));
  const miniflare = new Miniflare(options);
  // Miniflare's listeners would end the process at once, before the database is closed.
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.has(listener)) process.off(signal, listener);
    }
  }
  return miniflare;
}

/**
 * Serves the static assets as Cloudflare's asset service does. Miniflare's asset service is a proxy in front of the
 * Worker and would add a hop to every request.
 */
function assetService(config: WorkerConfig): (request: Request) => Promise<Response> {
  const root = join(PROJECT_ROOT, config.assets.directory);
  return async (request) => {
    const path = join(root, decodeURIComponent(new URL(request.url).pathname));
    const body = path.startsWith(root + sep) ? await readFile(path).catch(() => null) : null;
    if (body === null) return new Response(null, { status: 404 });
    const contentType = CONTENT_TYPES[extname(path)] ?? "application/octet-stream";
    // The hash of the content, so that clients keep a document until it changes.
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
    return new Response(body, { headers: { "content-type": contentType, etag } });
  };
}

/**
 * `npm start`: a Sandbar on this machine, with a demo cluster and a kubeconfig for it.
 *
 *     PORT           where to listen on 127.0.0.1 (8787)
 *     SANDBAR_HOME   where data and credentials are kept (.sandbar in the project)
 *     DATABASE_URL   a PostgreSQL server to use instead of the embedded database
 *     DATABASE_OWNER_URL   the same server as the role that owns the tables, for migrations
 */
import { randomBytes } from "node:crypto";
import { relative } from "node:path";
import { ApplicationRoleError, databaseUrls, SHARED_ROLE_WARNING } from "../application-role.ts";
import { buildAssets, buildWorker } from "../build.ts";
import { loadOrCreateCertificates } from "./certificates.ts";
import { ApiClient } from "./client.ts";
import { ensureDemo } from "./demo.ts";
import { closeToOthers, openHome, readCredentials, writeCredentials } from "./home.ts";
import { LockedError, takeLock } from "./lock.ts";
import { assertPortFree, PortTakenError } from "./ports.ts";
import { step } from "./progress.ts";
import { startSandbar } from "./sandbar.ts";
import { PostgresError } from "./sql/backend.ts";
import { openEmbeddedDatabase, openServerDatabase } from "./sql/database.ts";

const DEFAULT_PORT = 8787;
/** After a kill -9 the old server is ended by its watcher, a moment later. */
const PORT_PATIENCE_MS = 2500;

/** The started parts, which are stopped in reverse order. */
const cleanups: (() => Promise<void>)[] = [];

class UsageError extends Error {
  override readonly name = "UsageError";
}

async function start(): Promise<void> {
  const port = readPort();
  const home = await openHome();
  console.log(`Starting Sandbar in ${home.folder}`);
  cleanups.push(await takeLock(home.folder));
  await assertPortFree(port, { patienceMs: PORT_PATIENCE_MS });

  await buildStep("API documents and pages", (onBuild) => buildAssets({ onBuild }));
  const workerPath = await buildStep("Worker", (onBuild) => buildWorker({ onBuild }));
  process.umask(0o077);
  const certificates = await step("Certificates", () => loadOrCreateCertificates(home.folder, new Date()));
  const database = await step(
    "Database",
    async () => {
      const urls = databaseUrls(process.env);
      if (urls && urls.applicationRole === null) console.warn(`Warning: ${SHARED_ROLE_WARNING}`);
      const opened = urls ? openServerDatabase(urls) : await openEmbeddedDatabase(home.databaseFolder);
      cleanups.push(() => opened.close());
      return opened;
    },
    (opened) => opened.name,
  );
  await step(
    "Migrations",
    () => database.migrate(),
    (done) => (done.length === 0 ? "up to date" : `${done.length} applied`),
  );

  const stored = await readCredentials(home);
  const adminToken = stored?.adminToken ?? randomBytes(32).toString("base64url");
  const url = `https://127.0.0.1:${port}`;
  const known = { ...stored, url, adminToken, caFile: home.caPath };
  await writeCredentials(home, known);
  const sandbar = await step(
    "Server",
    () => startSandbar({ backend: database.application, certificates, adminToken, port, workerPath }),
    (running) => running.url,
  );
  cleanups.push(sandbar.stop);

  const client = new ApiClient(url, certificates.authorityPem);
  const demo = await step(
    "Demo cluster",
    () => ensureDemo(client, home, known),
    (made) => made.clusterId,
  );
  await writeCredentials(home, demo);
  client.close();
  // PGlite sets the modes of some new files itself.
  await closeToOthers(home.folder);

  console.log(`
  API reference: ${url}/docs
  Credentials for programs: ${displayPath(home.credentialsPath)}
  To use the demo cluster, in another terminal:

    export KUBECONFIG=${shellQuote(home.kubeconfigPath)}
`);
  console.log("Sandbar is ready");
}

/** A step that builds, unless the last build is up to date. */
async function buildStep<T>(title: string, build: (onBuild: () => void) => Promise<T>): Promise<T> {
  let isBuilt = false;
  const run = () =>
    build(() => {
      isBuilt = true;
    });
  return await step(title, run, () => (isBuilt ? "built" : "unchanged"));
}

function readPort(): number {
  const text = process.env["PORT"] || String(DEFAULT_PORT);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`PORT must be 1 to 65535, not "${text}".`);
  return port;
}

function displayPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : near;
}

function shellQuote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A sentence for errors that the user can fix; null for bugs, which are shown with their stack. */
function explained(error: unknown): string | null {
  const expected = [LockedError, PortTakenError, UsageError, ApplicationRoleError];
  if (expected.some((kind) => error instanceof kind)) return `\n${(error as Error).message}`;
  const code = error instanceof PostgresError ? error.fields.code : (error as NodeJS.ErrnoException | null)?.code;
  // An error of the system, or of the database: SQLSTATE disk_full.
  if (code === "ENOSPC" || code === "53100") return "\nThe disk is full: make room for SANDBAR_HOME, and start again.";
  return null;
}

let stopping = false;

/** Ends everything once; a second signal does not wait. */
async function stop(exitCode: number): Promise<void> {
  if (stopping) process.exit(exitCode || 130);
  stopping = true;
  for (const cleanup of cleanups.reverse()) {
    await cleanup().catch((error: unknown) => console.error(error));
  }
  process.exit(exitCode);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => void stop(0));
}

try {
  await start();
} catch (error) {
  // A step in progress may fail because of the stop; that failure is not reported.
  if (!stopping) {
    console.error(explained(error) ?? error);
    await stop(1);
  }
}

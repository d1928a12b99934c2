/**
 * A PostgreSQL server for one test run: in a temporary folder, on a free loopback port, removed afterwards.
 *
 *     node scripts/local/postgres.ts [--separate-roles] <command…>
 *
 * runs a command with DATABASE_URL set to it: as its superuser, or with `--separate-roles` as a role that owns nothing, with
 * DATABASE_OWNER_URL for migrations and DATABASE_ADMIN_URL for tests that look at all rows.
 */
import { execFile, spawn } from "node:child_process";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./ports.ts";
import { postgresBackend } from "./sql/postgres.ts";

const run = promisify(execFile);

/** Where Debian and Homebrew keep the server's programs, which are often not on the PATH. */
const INSTALLATION_ROOTS = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
const READY_TIMEOUT_MS = 30_000;

export interface ThrowAwayPostgres {
  /** As the superuser. */
  url: string;
  /** As the role that may create databases and owns the tables; not a superuser. */
  ownerUrl: string;
  /** As the application's role, which owns nothing. The caller of the first migration creates the role. */
  applicationUrl: string;
  stop(): Promise<void>;
}

/** Starts a server; null when PostgreSQL is not installed. */
export async function startPostgres(): Promise<ThrowAwayPostgres | null> {
  const programs = await findPrograms();
  if (!programs) return null;
  const owner = await unprivilegedOwner();
  const folder = await mkdtemp(join(tmpdir(), "sandbar-postgres-"));
  if (owner) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  const identity = owner ?? {};

  await run(
    join(programs, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    { ...identity, cwd: folder },
  );
  const port = await freePort();
  // The data is not needed after the run, so it need not reach the disk.
  const settings = [
    ["listen_addresses", "127.0.0.1"],
    ["port", String(port)],
    ["unix_socket_directories", ""],
    ["fsync", "off"],
    ["synchronous_commit", "off"],
    ["full_page_writes", "off"],
    ["max_connections", "200"],
  ];
  const server = spawn(
    join(programs, "postgres"),
    ["-D", data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { ...identity, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = new Promise<void>((resolve) => {
    server.once("exit", () => resolve());
  });
  const stop = async () => {
    server.kill("SIGINT"); // a fast shutdown: open sessions are ended
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const urlOf = (role: string) => `postgresql://${role}@127.0.0.1:${port}/postgres`;
  try {
    await untilReady(server.stderr, exited);
    await makeOwner(urlOf("postgres"));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: urlOf("postgres"), ownerUrl: urlOf("sandbar_owner"), applicationUrl: urlOf("sandbar_web"), stop };
}

/** Roles belong to the server: create the shared roles before several databases are migrated at once. */
async function makeOwner(url: string): Promise<void> {
  const server = postgresBackend(url);
  await server.script(`
    CREATE ROLE sandbar_owner LOGIN CREATEDB CREATEROLE;
    CREATE ROLE sandbar_app NOLOGIN;
    CREATE ROLE sandbar_definer NOLOGIN;
    CREATE ROLE sandbar_cleaner NOLOGIN;
    GRANT sandbar_app, sandbar_definer, sandbar_cleaner TO sandbar_owner;`);
  await server.close();
}

/** The folder of the newest installed server's programs. */
async function findPrograms(): Promise<string | null> {
  const candidates = (process.env["PATH"] ?? "").split(delimiter);
  for (const root of INSTALLATION_ROOTS) {
    const versions = await readdir(root).catch((): string[] => []);
    const sorted = versions.sort((left, right) => right.localeCompare(left, "en", { numeric: true }));
    candidates.push(...sorted.map((version) => join(root, version, "bin")));
  }
  for (const folder of candidates) {
    const names = await readdir(folder).catch((): string[] => []);
    if (names.includes("initdb") && names.includes("postgres")) return folder;
  }
  return null;
}

/** initdb does not run as root; then the account that the package created for the server runs it. */
async function unprivilegedOwner(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}

/** Waits until the server accepts connections. */
async function untilReady(log: NodeJS.ReadableStream, exited: Promise<void>): Promise<void> {
  let said = "";
  const ready = new Promise<void>((resolve) => {
    log.on("data", (chunk: Buffer) => {
      if (said.length < 64 * 1024) said += chunk.toString();
      if (said.includes("ready to accept connections")) resolve();
    });
  });
  const failed = exited.then(() => {
    throw new Error(`PostgreSQL did not start:\n${said}`);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`PostgreSQL was not ready in time:\n${said}`)), READY_TIMEOUT_MS);
  });
  failed.catch(() => {}); // the server's normal end comes after this race is over
  await Promise.race([ready, failed, late]).finally(() => clearTimeout(timer));
}

if (import.meta.main) {
  const isSeparate = process.argv[2] === "--separate-roles";
  const [command, ...commandArguments] = process.argv.slice(isSeparate ? 3 : 2);
  if (command === undefined) throw new Error("name a command to run");
  const postgres = await startPostgres();
  if (!postgres) throw new Error("PostgreSQL is not installed");
  const { url, ownerUrl, applicationUrl } = postgres;
  const urls = isSeparate
    ? { DATABASE_URL: applicationUrl, DATABASE_OWNER_URL: ownerUrl, DATABASE_ADMIN_URL: url }
    : { DATABASE_URL: url };
  const env = { ...process.env, ...urls };
  const child = spawn(command, commandArguments, { stdio: "inherit", env });
  // Ctrl-C reaches the command as well; the server is stopped after the command has ended.
  process.on("SIGINT", () => {});
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  }).finally(() => postgres.stop());
}

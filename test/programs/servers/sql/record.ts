/**
 * Records the answers of a real PostgreSQL 15 and its clients to the corpus: `node test/programs/servers/sql/record.ts`.
 * It starts a server of its own on a socket in a temporary folder and removes both afterwards.
 */
import { spawn, spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, readCorpus, recordedPath, type SqlGroup } from "./corpus.ts";

const BIN = process.env.PG_BIN ?? "/usr/lib/postgresql/15/bin";
/** The server refuses to run as root. */
const OWNER = process.getuid?.() === 0 ? 65_534 : undefined;

const folder = mkdtempSync(join(tmpdir(), "sql-record-"));
const identity = OWNER === undefined ? {} : { uid: OWNER, gid: OWNER };
if (OWNER !== undefined) chownSync(folder, OWNER, OWNER);

const env = {
  PATH: `${BIN}:/usr/bin:/bin`,
  HOME: folder,
  PGHOST: folder,
  PGUSER: "postgres",
  PGDATABASE: "course",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
};

function call(argv: readonly string[], input: string, cwd: string): Outcome {
  const { stdout, stderr, status } = spawnSync(argv[0]!, argv.slice(1), { env, input, cwd, timeout: 20_000 });
  return { out: stdout.toString("utf8"), err: stderr.toString("utf8"), status: status ?? 128 };
}

function start(): { stop(): void } {
  const data = join(folder, "data");
  const made = spawnSync(
    join(BIN, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
    { ...identity, cwd: folder, env },
  );
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const options = ["listen_addresses=", `unix_socket_directories=${folder}`, "fsync=off", "timezone=Etc/UTC"];
  const argv = ["-D", data, ...options.flatMap((option) => ["-c", option])];
  const server = spawn(join(BIN, "postgres"), argv, { ...identity, cwd: folder, env, stdio: "ignore" });
  for (let i = 0; spawnSync("pg_isready", [], { env }).status !== 0; i++) {
    if (i > 300) throw new Error("the server does not start");
    spawnSync("sleep", ["0.1"]);
  }
  return { stop: () => void server.kill("SIGQUIT") };
}

/** Groups begin with an empty database and without the roles and databases of others. */
function reset(): void {
  const admin = (sql: string) => call(["psql", "-X", "-q", "-At", "-d", "postgres", "-c", sql], "", folder).out;
  for (const name of admin("SELECT datname FROM pg_database WHERE datname !~ '^(template|postgres$)'").split("\n"))
    if (name !== "") admin(`DROP DATABASE "${name}"`);
  for (const name of admin("SELECT rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'").split("\n"))
    if (name !== "") admin(`DROP ROLE "${name}"`);
  admin("CREATE DATABASE course");
}

function record({ name, steps }: SqlGroup, index: number): void {
  reset();
  const cwd = join(folder, `work${index}`);
  mkdirSync(cwd);
  const outcomes: Record<string, Outcome> = {};
  for (const [i, { argv, input, file, text }] of steps.entries()) {
    if (file) writeFileSync(join(cwd, file.name), file.content);
    else if (argv) outcomes[`${i} ${text}`] = call(argv, input, cwd);
  }
  const path = recordedPath(name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `${JSON.stringify(outcomes, null, 1).replaceAll(folder, "/var/run/postgresql")}\n`);
}

const server = start();
try {
  const wanted = process.argv.slice(2);
  for (const [i, group] of readCorpus().entries())
    if (wanted.length === 0 || wanted.includes(group.name)) record(group, i);
} finally {
  server.stop();
  spawnSync("sleep", ["0.5"]);
  rmSync(folder, { recursive: true, force: true });
}

/** postgres and the entrypoint of its official image. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { plainTime, printLines } from "../log.ts";
import { flagOf, type MessageRequest, server } from "../server.ts";
import { postgresRules } from "../sql/postgres-rules.ts";
import { type ResultBody, runScript } from "../sql/session.ts";
import { makeFolders, Storage } from "../sql/storage.ts";

function dataFolder({ env }: ProcessView): string {
  return (env["PGDATA"] ?? "/var/lib/postgresql/data").replace(/\/$/, "");
}

function userOf({ env }: ProcessView): string {
  return env["POSTGRES_USER"] || "postgres";
}

function major({ env }: ProcessView): string {
  return (env["PG_VERSION"] ?? env["PG_MAJOR"] ?? "18.1").replace(/-.*/, "");
}

function log(process: ProcessView, message: string): string {
  return `${plainTime(process.nowMs)} UTC [${process.pid}] LOG:  ${message}`;
}

/** A secret of the environment, or the file that `<name>_FILE` names. */
export function secretOf({ env, files }: ProcessView, name: string): string {
  const path = env[`${name}_FILE`];
  return path !== undefined && path !== "" ? files.read(path).trimEnd() : (env[name] ?? "");
}

const NO_PASSWORD = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html`;

const INITDB = [
  'The files belonging to this database system will be owned by user "postgres".',
  "This user must also own the server process.",
  "",
  'The database cluster will be initialized with locale "en_US.utf8".',
  'The default database encoding has accordingly been set to "UTF8".',
  'The default text search configuration will be set to "english".',
  "",
  "Data page checksums are enabled.",
  "",
];
const INITDB_STEPS = [
  "creating subdirectories ... ok",
  "selecting dynamic shared memory implementation ... posix",
  'selecting default "max_connections" ... 100',
  'selecting default "shared_buffers" ... 128MB',
  "selecting default time zone ... Etc/UTC",
  "creating configuration files ... ok",
  "running bootstrap script ... ok",
  "performing post-bootstrap initialization ... ok",
  "syncing data to disk ... ok",
  "",
  "",
  "Success. You can now start the database server using:",
  "",
];

/** Initializes an empty folder with users, databases and scripts, then runs postgres. */
export const postgresEntrypoint: Program = {
  run(process): Step {
    const argv = process.argv.slice(1);
    const command = argv[0]?.startsWith("-") ? ["postgres", ...argv] : argv;
    if (command[0] !== "postgres" || /^--?(help|version|V)$/.test(command[1] ?? ""))
      return { type: "exec", argv: command };
    const folder = dataFolder(process);
    const { files, state } = process;
    try {
      makeFolders(files, folder);
      if (files.find(`${folder}/PG_VERSION`)) {
        printLines(process, 1, [
          "",
          "PostgreSQL Database directory appears to contain a database; Skipping initialization",
          "",
        ]);
        return { type: "exec", argv: command };
      }
      if (state["untilMs"] === undefined) {
        const refusal = refusalOf(process, folder);
        if (refusal) {
          printLines(process, 2, refusal);
          return { type: "exit", status: 1 };
        }
        printLines(process, 1, INITDB);
        state["untilMs"] = process.nowMs + 2500;
      }
      if (process.nowMs < Number(state["untilMs"]))
        return { type: "wait", for: [{ type: "time", atMs: Number(state["untilMs"]) }] };
      initialize(process, folder);
      return { type: "exec", argv: command };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      printLines(process, 2, [`initdb: error: could not create directory "${error.path}": ${error.message}`]);
      return { type: "exit", status: 1 };
    }
  },
};

function refusalOf(process: ProcessView, folder: string): string[] | undefined {
  const { env, files } = process;
  if (secretOf(process, "POSTGRES_PASSWORD") === "" && env["POSTGRES_HOST_AUTH_METHOD"] !== "trust")
    return NO_PASSWORD.split("\n");
  // A new file system has a folder of its own, and initdb wants an empty folder.
  const names = files.list(folder);
  if (names.length === 0) return undefined;
  return [
    `initdb: error: directory "${folder}" exists but is not empty`,
    ...(names.includes("lost+found")
      ? [
          "initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.",
          "initdb: hint: Using a mount point directly as the data directory is not recommended.",
          "Create a subdirectory under the mount point.",
        ]
      : [
          `initdb: hint: If you want to create a new database system, either remove or empty the directory "${folder}" or run initdb with an argument other than "${folder}".`,
        ]),
  ];
}

function initialize(process: ProcessView, folder: string): void {
  const { files, env } = process;
  printLines(process, 1, [
    `fixing permissions on existing directory ${folder} ... ok`,
    ...INITDB_STEPS,
    `    pg_ctl -D ${folder} -l logfile start`,
    "",
  ]);
  makeFolders(files, `${folder}/base`);
  for (const name of ["global", "pg_wal"]) makeFolders(files, `${folder}/${name}`);
  files.write(`${folder}/PG_VERSION`, `${major(process).split(".")[0]}\n`, 0o600);
  files.write(
    `${folder}/postgresql.conf`,
    "listen_addresses = '*'\nmax_connections = 100\nshared_buffers = 128MB\n",
    0o600,
  );
  files.write(
    `${folder}/pg_hba.conf`,
    `local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all all ${env["POSTGRES_HOST_AUTH_METHOD"] || "scram-sha-256"}\n`,
    0o600,
  );
  files.write(`${folder}/global/password`, secretOf(process, "POSTGRES_PASSWORD"), 0o600);
  files.write(`${folder}/global/user`, userOf(process), 0o600);
  const storage = new Storage(files, `${folder}/base`);
  storage.create("postgres");
  const database = env["POSTGRES_DB"] || userOf(process);
  printLines(process, 1, ["waiting for server to start.... done", "server started"]);
  if (!storage.has(database)) {
    storage.create(database);
    printLines(process, 1, ["CREATE DATABASE", ""]);
  }
  runInitScripts(process, storage, database);
  printLines(process, 1, [
    "waiting for server to shut down.... done",
    "server stopped",
    "",
    "PostgreSQL init process complete; ready for start up.",
    "",
  ]);
}

/** Scripts in SQL of /docker-entrypoint-initdb.d. */
function runInitScripts(process: ProcessView, storage: Storage, database: string): void {
  const folder = "/docker-entrypoint-initdb.d";
  if (process.files.find(folder)?.type !== "directory") return;
  for (const name of process.files.list(folder)) {
    const path = `${folder}/${name}`;
    if (!name.endsWith(".sql")) {
      printLines(process, 1, [`/usr/local/bin/docker-entrypoint.sh: ignoring ${path}`]);
      continue;
    }
    printLines(process, 1, [`/usr/local/bin/docker-entrypoint.sh: running ${path}`]);
    const results = runScript(process.files.read(path), {
      process,
      storage,
      rules: postgresRules,
      session: sessionOf(process, database, userOf(process)),
      id: "init",
    });
    for (const { tag, error } of results)
      printLines(process, error ? 2 : 1, [error ? `psql:${path}: ERROR:  ${error.message}` : (tag ?? "")]);
  }
}

function sessionOf(process: ProcessView, database: string, user: string) {
  const version = `PostgreSQL ${major(process)} (Debian ${major(process)}-1.pgdg13+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0-19) 14.2.0, 64-bit`;
  return {
    dialect: "postgres" as const,
    nowMs: process.nowMs,
    database,
    user,
    version,
    random: () => process.random(),
    sleptMs: 0,
  };
}

export const postgres = server({
  ports: ({ argv }) => [Number(flagOf(argv, "p") ?? 5432)],
  refuse: (process) => {
    if (/^--?(version|V)$/.test(process.argv[1] ?? ""))
      return { lines: [`postgres (PostgreSQL) ${major(process)}`], status: 0 };
    if (process.credentials.uid === 0 && process.env["POSTGRES_PASSWORD"] === undefined && process.parentPid !== 0) {
      return { lines: ['"root" execution of the PostgreSQL server is not permitted.'], status: 1 };
    }
    const folder = dataFolder(process);
    if (process.files.find(`${folder}/PG_VERSION`)) return undefined;
    return {
      lines: [
        `postgres: could not access directory "${folder}": No such file or directory`,
        "Run initdb or pg_basebackup to initialize a PostgreSQL data directory.",
      ],
      status: 1,
    };
  },
  startMs: 120,
  ready: (process) => [
    log(
      process,
      `starting PostgreSQL ${major(process)} (Debian ${major(process)}-1.pgdg13+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 14.2.0-19) 14.2.0, 64-bit`,
    ),
    log(process, 'listening on IPv4 address "0.0.0.0", port 5432'),
    log(process, 'listening on IPv6 address "::", port 5432'),
    log(process, 'listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"'),
    log(process, "database system was shut down"),
    log(process, "database system is ready to accept connections"),
  ],
  stopping: (process, signal) => [
    log(process, `received ${signal === "INT" ? "fast" : signal === "QUIT" ? "immediate" : "smart"} shutdown request`),
    log(process, "aborting any active transactions"),
    log(process, "shutting down"),
    log(process, "database system is shut down"),
  ],
  stop: { ms: 100 },
  message: answer,
  memoryBytes: () => 38_000_000,
});

/** The body is `{ user, password?, database, sql, session, isLocal? }`; the answer is `{ results }` or `{ refused }`. */
function answer(process: ProcessView, { protocol, body, from }: MessageRequest): ServedAnswer {
  if (protocol !== "postgres" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const folder = dataFolder(process);
  const [user, database] = [String(body["user"] ?? ""), String(body["database"] ?? "")];
  const say = (reply: JsonValue, afterMs = 2): ServedAnswer => ({ type: "message", body: reply, afterMs });
  if (body["ping"] === true) return say({ results: [] });
  const refuse = (message: string): ServedAnswer => {
    printLines(process, 2, [`${plainTime(process.nowMs)} UTC [${process.pid + 60}] FATAL:  ${message}`]);
    return say({ refused: message });
  };
  const isTrusted =
    from === "127.0.0.1" ||
    from === process.host.podAddresses[0] ||
    /host all all all trust/.test(process.files.read(`${folder}/pg_hba.conf`));
  const expected = process.files.read(`${folder}/global/password`);
  if (user !== process.files.read(`${folder}/global/user`)) {
    return refuse(isTrusted ? `role "${user}" does not exist` : `password authentication failed for user "${user}"`);
  }
  if (!isTrusted && body["password"] === undefined) return say({ refused: "fe_sendauth: no password supplied" });
  if (!isTrusted && body["password"] !== expected) return refuse(`password authentication failed for user "${user}"`);
  const storage = new Storage(process.files, `${folder}/base`);
  if (!storage.has(database)) return refuse(`database "${database}" does not exist`);
  const session = sessionOf(process, database, user);
  const results = runScript(String(body["sql"] ?? ""), {
    process,
    storage,
    rules: postgresRules,
    session,
    id: String(body["session"] ?? ""),
  });
  for (const { error } of results) {
    if (error)
      printLines(process, 2, [
        `${plainTime(process.nowMs)} UTC [${process.pid + 60}] ERROR:  ${error.message}`,
        `${plainTime(process.nowMs)} UTC [${process.pid + 60}] STATEMENT:  ${error.statement}`,
      ]);
  }
  return say({ results: results as unknown as ResultBody[] } as unknown as JsonValue, 2 + session.sleptMs);
}

/**
 * The entrypoint of the postgres image: it creates the database cluster at the first start.
 * docker-library/postgres: docker-entrypoint.sh.
 */
import type { Credentials } from "../../../files/entry.ts";
import { FileError } from "../../../files/errors.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { accountOf, prepareFolder, runInitFiles } from "../database-entrypoint.ts";
import { printLines } from "../log.ts";
import { initialize, readCluster, writeCluster } from "./data.ts";
import { fullVersion, logLine, majorOf, startLines, stopLines } from "./log.ts";

const INIT_FOLDER = "/docker-entrypoint-initdb.d";

export const postgresEntrypoint: Program = {
  run(process) {
    const first = process.argv[1] ?? "";
    const argv = first.startsWith("-") || first === "" ? ["postgres", ...process.argv.slice(1)] : process.argv.slice(1);
    const isHelp = argv.some((arg) => /^(-\?|--help|--describe-config|-V|--version)$/.test(arg));
    if (argv[0] !== "postgres" || isHelp) return { type: "exec", argv };
    try {
      return start(process, argv);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      printLines(process, 2, [`initdb: error: could not access directory "${error.path}": ${error.message}`]);
      return { type: "exit", status: 1 };
    }
  },
};

interface Settings {
  path: string;
  user: string;
  password: string;
  database: string;
  hostMethod: string;
}

/** A value, or the content of the file that `NAME_FILE` names. */
function fromEnvironment({ env, files }: ProcessView, name: string): string {
  const path = env[`${name}_FILE`];
  return env[name] || (path ? files.read(path).replace(/\n+$/, "") : "");
}

function settingsOf(process: ProcessView): Settings {
  const { env } = process;
  const user = fromEnvironment(process, "POSTGRES_USER") || "postgres";
  return {
    path: (env["PGDATA"] || "/var/lib/postgresql/data").replace(/\/$/, ""),
    user,
    password: fromEnvironment(process, "POSTGRES_PASSWORD"),
    database: fromEnvironment(process, "POSTGRES_DB") || user,
    hostMethod: env["POSTGRES_HOST_AUTH_METHOD"] ?? "",
  };
}

function start(process: ProcessView, argv: readonly string[]): Step {
  const { files, state } = process;
  const settings = settingsOf(process);
  const account = accountOf(process, "postgres");
  const server: Step = { type: "exec", argv, ...(account && { credentials: account }) };
  if (state["phase"] === "init") return initialized(process, settings, server, account);
  const { path } = settings;
  const unused = unusedMount(process, path);
  if (unused) {
    printLines(process, 2, unused);
    return { type: "exit", status: 1 };
  }
  const problem = prepareFolder(process, path, account ?? process.credentials);
  if (problem) {
    printLines(process, 2, [problem]);
    return { type: "exit", status: 1 };
  }
  if (files.find(`${path}/PG_VERSION`)) {
    printLines(process, 1, [
      "",
      "PostgreSQL Database directory appears to contain a database; Skipping initialization",
      "",
    ]);
    return server;
  }
  if (settings.password === "" && settings.hostMethod !== "trust") {
    printLines(process, 2, NO_PASSWORD);
    return { type: "exit", status: 1 };
  }
  if (settings.hostMethod === "trust") printLines(process, 2, TRUST);
  return initdb(process, settings, account ?? process.credentials)
    ? initialized(process, settings, server, account)
    : { type: "exit", status: 1 };
}

const NO_PASSWORD = [
  "Error: Database is uninitialized and superuser password is not specified.",
  "       You must specify POSTGRES_PASSWORD to a non-empty value for the",
  '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
  "",
  '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all',
  "       connections without a password. This is *not* recommended.",
  "",
  '       See PostgreSQL documentation about "trust":',
  "       https://www.postgresql.org/docs/current/auth-trust.html",
];

const STARS = "*".repeat(80);
const TRUST = [
  STARS,
  'WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust". This will allow',
  "         anyone with access to the Postgres port to access your database without",
  "         a password, even if POSTGRES_PASSWORD is set. See PostgreSQL",
  '         documentation about "trust":',
  "         https://www.postgresql.org/docs/current/auth-trust.html",
  "         In Docker's default configuration, this is effectively any other",
  "         container on the same system.",
  "",
  "         It is not recommended to use POSTGRES_HOST_AUTH_METHOD=trust. Replace",
  '         it with "-e POSTGRES_PASSWORD=password" instead to set a password in',
  '         "docker run".',
  STARS,
];

/** Images of version 18 refuse a volume at the place of the older ones. */
function unusedMount(process: ProcessView, path: string): string[] | undefined {
  const old = "/var/lib/postgresql/data";
  if (Number(majorOf(process)) < 18 || path === old || path.startsWith(`${old}/`)) return undefined;
  if (!process.files.mounts.some((mount) => mount.path === old)) return undefined;
  return [
    "Error: in 18+, these Docker images are configured to store database data in a",
    '       format which is compatible with "pg_ctlcluster" (specifically, using',
    "       major-version-specific directory names).  This better reflects how",
    "       PostgreSQL itself works, and how upgrades are to be performed.",
    "",
    "       See also https://github.com/docker-library/postgres/pull/1259",
    "",
    "       Counter to that, there appears to be PostgreSQL data in:",
    `         ${old} (unused mount/volume)`,
    "",
    "       This is usually the result of upgrading the Docker image without",
    '       upgrading the underlying database using "pg_upgrade" (which requires both',
    "       versions).",
    "",
    "       The suggested container configuration for 18+ is to place a single mount",
    "       at /var/lib/postgresql which will then place PostgreSQL data in a",
    '       subdirectory, allowing usage of "pg_upgrade --link" without mount point',
    "       boundary issues.",
    "",
    "       See https://github.com/docker-library/postgres/issues/37 for a (long)",
    "       discussion around this process, and suggestions for how to do so.",
  ];
}

/** False if the directory cannot be used. */
function initdb(
  process: ProcessView,
  { path, user, password, database, hostMethod }: Settings,
  owner: Credentials,
): boolean {
  const { files } = process;
  printLines(process, 1, [
    'The files belonging to this database system will be owned by user "postgres".',
    "This user must also own the server process.",
    "",
    'The database cluster will be initialized with locale "en_US.utf8".',
    'The default database encoding has accordingly been set to "UTF8".',
    'The default text search configuration will be set to "english".',
    "",
    Number(majorOf(process)) >= 18 ? "Data page checksums are enabled." : "Data page checksums are disabled.",
    "",
  ]);
  const existing = files.list(path);
  if (existing.length > 0) {
    const isMount = existing.includes("lost+found");
    printLines(process, 2, [
      `initdb: error: directory "${path}" exists but is not empty`,
      ...(isMount
        ? [
            "initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.",
            "initdb: hint: Using a mount point directly as the data directory is not recommended.",
            "Create a subdirectory under the mount point.",
          ]
        : [
            `initdb: hint: If you want to create a new database system, either remove or empty the directory "${path}" or run initdb with an argument other than "${path}".`,
          ]),
    ]);
    return false;
  }
  printLines(process, 1, INITDB(path));
  const locale =
    /--(?:locale|lc-collate)[= ](\S+)/.exec(process.env["POSTGRES_INITDB_ARGS"] ?? "")?.[1] ?? "en_US.utf8";
  initialize(files, path, { major: majorOf(process), superuser: user, locale, ...(password !== "" && { password }) });
  const cluster = readCluster(files, path);
  if (database !== "postgres") cluster.databases[database] = { owner: user };
  writeCluster(files, path, cluster);
  files.append(`${path}/pg_hba.conf`, `\nhost all all all ${hostMethod || "scram-sha-256"}\n`);
  for (const each of INITIAL_PATHS)
    if (files.find(`${path}/${each}`)) files.setOwner(`${path}/${each}`, owner.uid, owner.gid);
  printLines(process, 2, [
    'initdb: warning: enabling "trust" authentication for local connections',
    "initdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.",
  ]);
  const temporary = { nowMs: process.nowMs, pid: process.pid + 47 };
  printLines(process, 1, [
    `waiting for server to start....${startLines(temporary, fullVersion(process), true).join("\n")}`,
    logLine(
      { ...temporary, pid: temporary.pid + 3 },
      `database system was shut down at ${new Date(process.nowMs).toISOString().slice(0, 19).replace("T", " ")} UTC`,
    ),
    logLine(temporary, "database system is ready to accept connections"),
    " done",
    "server started",
    ...(database === "postgres" ? [] : ["CREATE DATABASE", ""]),
    "",
  ]);
  return true;
}

const INITIAL_PATHS =
  "PG_VERSION base global pg_wal pg_hba.conf pg_ident.conf postgresql.auto.conf postgresql.conf global/cluster.json".split(
    " ",
  );

const INITDB = (path: string) => [
  `fixing permissions on existing directory ${path} ... ok`,
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
  `    pg_ctl -D ${path} -l logfile start`,
  "",
];

/** Runs the files of the init folder with a server that only local clients reach, then the server itself. */
function initialized(process: ProcessView, settings: Settings, server: Step, account: Credentials | undefined): Step {
  process.state["phase"] = "init";
  const { user, database, path } = settings;
  const step = runInitFiles(process, {
    folder: INIT_FOLDER,
    script: "/usr/local/bin/docker-entrypoint.sh",
    server: {
      argv: ["postgres", "-D", path, "-c", "listen_addresses=", "-p", "5432"],
      ...(account && { credentials: account }),
    },
    client: (file) => [
      "psql",
      "-v",
      "ON_ERROR_STOP=1",
      "--no-password",
      "--no-psqlrc",
      "--username",
      user,
      "--dbname",
      database,
      "-f",
      file,
    ],
    env: { ...process.env, PGHOST: "", POSTGRES_USER: user, POSTGRES_DB: database },
    stopSignal: "INT",
  });
  if (step) return step;
  const temporary = { nowMs: process.nowMs, pid: process.pid + 47 };
  printLines(process, 1, [
    "",
    `waiting for server to shut down....${stopLines(temporary).join("\n")}`,
    " done",
    "server stopped",
    "",
    "PostgreSQL init process complete; ready for start up.",
    "",
  ]);
  return server;
}

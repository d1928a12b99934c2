/**
 * The entrypoints of the mysql and mariadb images: they create the data directory at the first start.
 * docker-library/mysql and MariaDB/mariadb-docker: docker-entrypoint.sh.
 */
import type { Credentials } from "../../../files/entry.ts";
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { accountOf, prepareFolder, runInitFiles } from "../database-entrypoint.ts";
import { printLines } from "../log.ts";
import { initialize } from "./data.ts";
import { entrypointLine, isMariaDb, versionOf } from "./log.ts";
import { dataPathOf } from "./mysqld.ts";

export const mysqlEntrypoint: Program = {
  run(process) {
    const server = isMariaDb(process) ? "mariadbd" : "mysqld";
    const first = process.argv[1] ?? "";
    const argv = first.startsWith("-") || first === "" ? [server, ...process.argv.slice(1)] : process.argv.slice(1);
    const isHelp = argv.some((arg) => /^(-\?|--help|--print-defaults|-V|--version)$/.test(arg));
    if (!/^(mysqld|mariadbd)$/.test(argv[0] ?? "") || isHelp) return { type: "exec", argv };
    try {
      return start(process, argv);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      note(process, `${error.path}: ${error.message}`, "ERROR");
      return { type: "exit", status: 1 };
    }
  },
};

function note(process: ProcessView, message: string, level = "Note"): void {
  printLines(process, level === "Note" ? 1 : 2, [entrypointLine(process, message, level)]);
}

/** The value of `MYSQL_NAME`, of `MARIADB_NAME`, or the content of the file that `…_FILE` names. */
function setting(process: ProcessView, name: string): string {
  const { env, files } = process;
  const prefixes = isMariaDb(process) ? ["MARIADB_", "MYSQL_"] : ["MYSQL_"];
  for (const prefix of prefixes) {
    const path = env[`${prefix}${name}_FILE`];
    const value = env[`${prefix}${name}`] || (path ? files.read(path).replace(/\n+$/, "") : "");
    if (value) return value;
  }
  return "";
}

function start(process: ProcessView, argv: readonly string[]): Step {
  const { state, files } = process;
  const account = accountOf(process, "mysql");
  const server: Step = { type: "exec", argv, ...(account && { credentials: account }) };
  const path = dataPathOf({ ...process, argv });
  if (state["phase"] === "init") return initialized(process, server, path);
  const product = isMariaDb(process) ? "MariaDB" : "MySQL";
  const release = isMariaDb(process)
    ? `1:${versionOf(process).replace(/-.*/, "")}+maria~ubu2404`
    : `${versionOf(process)}-1.el9`;
  note(process, `Entrypoint script for ${product} Server ${release} started.`);
  const problem = prepareFolder(process, path, account ?? process.credentials);
  if (problem) {
    printLines(process, 2, [
      problem.replace(/^initdb: error: could not access directory/, "mysqld: Can't create/write to"),
    ]);
    return { type: "exit", status: 1 };
  }
  if (account) {
    note(process, "Switching to dedicated user 'mysql'");
    note(process, `Entrypoint script for ${product} Server ${release} started.`);
  }
  if (files.find(`${path}/mysql`)) {
    if (account) giveAll(files, path, account);
    return server;
  }
  const random = setting(process, "RANDOM_ROOT_PASSWORD");
  const mayBeEmpty = setting(process, "ALLOW_EMPTY_PASSWORD") || setting(process, "ALLOW_EMPTY_ROOT_PASSWORD");
  if (!setting(process, "ROOT_PASSWORD") && !mayBeEmpty && !random) {
    refuse(process);
    return { type: "exit", status: 1 };
  }
  if (setting(process, "USER") === "root") {
    note(
      process,
      `MYSQL_USER="root", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the root user\n    Remove MYSQL_USER="root" and use one of the following to control the root user password:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD`,
      "ERROR",
    );
    return { type: "exit", status: 1 };
  }
  const existing = files.list(path).filter((name) => name !== "lost+found" || isMariaDb(process) === false);
  if (existing.length > 0 && !isMariaDb(process)) {
    note(process, "Initializing database files");
    printLines(process, 2, [
      `${new Date(process.nowMs).toISOString().slice(0, 23)}000Z 0 [ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting.`,
      `${new Date(process.nowMs).toISOString().slice(0, 23)}000Z 0 [ERROR] [MY-013236] [Server] The designated data directory ${path}/ is unusable. You can remove all files that the server added to it.`,
      `${new Date(process.nowMs).toISOString().slice(0, 23)}000Z 0 [ERROR] [MY-010119] [Server] Aborting`,
    ]);
    return { type: "exit", status: 1 };
  }
  create(process, path, random !== "");
  return initialized(process, server, path);
}

/** Files of another server, such as those of a backup, belong to the server's account from now on. */
function giveAll(files: FileSystem, path: string, account: Credentials): void {
  for (const name of files.list(path)) {
    const file = `${path}/${name}`;
    const entry = files.find(file);
    if (!entry) continue;
    if (entry.uid !== account.uid) files.setOwner(file, account.uid, account.gid);
    if (entry.type === "directory") giveAll(files, file, account);
  }
}

function refuse(process: ProcessView): void {
  const lines = isMariaDb(process)
    ? "\n\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD"
    : "\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD";
  note(process, `Database is uninitialized and password option is not specified${lines}`, "ERROR");
}

function create(process: ProcessView, path: string, isRandom: boolean): void {
  const { files } = process;
  note(process, "Initializing database files");
  const rootPassword = isRandom
    ? process.random().toString(36) + process.random().toString(36)
    : setting(process, "ROOT_PASSWORD");
  const database = setting(process, "DATABASE");
  const user = setting(process, "USER");
  const password = setting(process, "PASSWORD");
  initialize(files, path, {
    rootPassword,
    rootHost: setting(process, "ROOT_HOST") || "%",
    ...(database && { database }),
    ...(user && { user }),
    ...(password && { password }),
  });
  const owner = accountOf(process, "mysql");
  const created = [
    "mysql",
    "performance_schema",
    "sys",
    "auto.cnf",
    "ibdata1",
    "mysql/accounts.json",
    ...(database ? [database] : []),
  ];
  if (owner) for (const name of created) files.setOwner(`${path}/${name}`, owner.uid, owner.gid);
  note(process, "Database files initialized");
  note(process, "Starting temporary server");
  note(process, "Temporary server started.");
  if (isRandom) note(process, `GENERATED ROOT PASSWORD: ${rootPassword}`);
  if (database) note(process, `Creating database ${database}`);
  if (user && password) {
    note(process, `Creating user ${user}`);
    if (database) note(process, `Giving user ${user} access to schema ${database}`);
  }
  printLines(process, 1, [""]);
}

function initialized(process: ProcessView, server: Step, path: string): Step {
  process.state["phase"] = "init";
  const account = accountOf(process, "mysql");
  const database = setting(process, "DATABASE");
  const password = setting(process, "ROOT_PASSWORD");
  const name = isMariaDb(process) ? "mariadbd" : "mysqld";
  const step = runInitFiles(process, {
    folder: "/docker-entrypoint-initdb.d",
    script: "/usr/local/bin/docker-entrypoint.sh",
    prefix: entrypointLine(process, ""),
    server: { argv: [name, "--skip-networking", `--datadir=${path}`], ...(account && { credentials: account }) },
    client: (file) => [
      isMariaDb(process) ? "mariadb" : "mysql",
      "-uroot",
      ...(database ? [`--database=${database}`] : []),
      "-e",
      `source ${file}`,
    ],
    env: { ...process.env, ...(password && { MYSQL_PWD: password }) },
    stopSignal: "TERM",
  });
  if (step) return step;
  note(process, "Stopping temporary server");
  note(process, "Temporary server stopped");
  printLines(process, 1, [""]);
  note(process, `${isMariaDb(process) ? "MariaDB" : "MySQL"} init process done. Ready for start up.`);
  printLines(process, 1, [""]);
  return server;
}

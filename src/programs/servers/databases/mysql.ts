/** mysqld and mariadbd with the entrypoint of their official images. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { isoTime, printLines } from "../log.ts";
import { flagOf, type MessageRequest, server } from "../server.ts";
import { mysqlRules } from "../sql/mysql-rules.ts";
import { runScript } from "../sql/session.ts";
import { makeFolders, Storage } from "../sql/storage.ts";
import { secretOf } from "./postgres.ts";

interface Product {
  name: "MySQL" | "MariaDB";
  /** The image's version, with the package's suffix in the entrypoint's lines. */
  version: string;
  packageVersion: string;
  prefixes: readonly string[];
}

function productOf({ env }: ProcessView): Product {
  const mariadb = env["MARIADB_VERSION"];
  if (mariadb === undefined) {
    const version = (env["MYSQL_VERSION"] ?? "9.5.0").replace(/-.*/, "");
    return { name: "MySQL", version, packageVersion: `${version}-1.el9`, prefixes: ["MYSQL"] };
  }
  const version = mariadb.replace(/^1:/, "").replace(/\+.*/, "");
  return { name: "MariaDB", version, packageVersion: mariadb, prefixes: ["MARIADB", "MYSQL"] };
}

function setting(process: ProcessView, name: string): string {
  for (const prefix of productOf(process).prefixes) {
    const value = secretOf(process, `${prefix}_${name}`);
    if (value !== "") return value;
  }
  return "";
}

const FOLDER = "/var/lib/mysql";

function dataFolder({ argv }: ProcessView): string {
  return (flagOf(argv, "datadir") ?? FOLDER).replace(/\/$/, "");
}

function entry({ nowMs }: ProcessView, level: string, message: string): string {
  return `${isoTime(nowMs).slice(0, 19).replace("T", " ")}+00:00 [${level}] [Entrypoint]: ${message}`;
}

function noPassword(process: ProcessView): string[] {
  const first = entry(process, "ERROR", "Database is uninitialized and password option is not specified");
  if (productOf(process).name === "MariaDB") {
    return [
      first,
      "\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD",
    ];
  }
  return [
    first,
    "    You need to specify one of the following as an environment variable:",
    "    - MYSQL_ROOT_PASSWORD",
    "    - MYSQL_ALLOW_EMPTY_PASSWORD",
    "    - MYSQL_RANDOM_ROOT_PASSWORD",
  ];
}

/** Initializes an empty folder with users and a database, then runs the server. */
export const mysqlEntrypoint: Program = {
  run(process): Step {
    const { state, files } = process;
    const argv = process.argv.slice(1);
    const { name, packageVersion } = productOf(process);
    const daemon = name === "MySQL" ? "mysqld" : "mariadbd";
    const command = argv[0]?.startsWith("-") ? [daemon, ...argv] : argv;
    if (!/^(mysqld|mariadbd)$/.test(command[0] ?? "") || /^--(help|version|verbose)$/.test(command[1] ?? ""))
      return { type: "exec", argv: command };
    const folder = dataFolder(process);
    try {
      if (state["untilMs"] === undefined) {
        const started = entry(process, "Note", `Entrypoint script for ${name} Server ${packageVersion} started.`);
        printLines(process, 1, [started, entry(process, "Note", "Switching to dedicated user 'mysql'"), started]);
        makeFolders(files, folder, 0o755);
        if (files.find(`${folder}/mysql`)) return { type: "exec", argv: command };
        const isEmptyAllowed =
          setting(process, "ALLOW_EMPTY_PASSWORD") +
            setting(process, "ALLOW_EMPTY_ROOT_PASSWORD") +
            setting(process, "RANDOM_ROOT_PASSWORD") !==
          "";
        if (setting(process, "ROOT_PASSWORD") === "" && !isEmptyAllowed) {
          printLines(process, 2, noPassword(process));
          return { type: "exit", status: 1 };
        }
        printLines(process, 1, [entry(process, "Note", "Initializing database files")]);
        state["untilMs"] = process.nowMs + 7000;
      }
      if (process.nowMs < Number(state["untilMs"]))
        return { type: "wait", for: [{ type: "time", atMs: Number(state["untilMs"]) }] };
      initialize(process, folder, name);
      return { type: "exec", argv: command };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      printLines(process, 2, [
        `${daemon}: Can't create/write to file '${error.path}' (OS errno 13 - ${error.message})`,
      ]);
      return { type: "exit", status: 1 };
    }
  },
};

function initialize(process: ProcessView, folder: string, name: Product["name"]): void {
  const { files } = process;
  makeFolders(files, `${folder}/mysql`, 0o750);
  const random = [0, 1, 2, 3].map(() => process.random().toString(36)).join("");
  const isRandom = setting(process, "RANDOM_ROOT_PASSWORD") !== "" && setting(process, "ROOT_PASSWORD") === "";
  const users: Record<string, string> = { root: isRandom ? random : setting(process, "ROOT_PASSWORD") };
  const user = setting(process, "USER");
  if (user !== "") users[user] = setting(process, "PASSWORD");
  files.write(`${folder}/mysql/users.json`, JSON.stringify(users), 0o600);
  printLines(process, 1, [
    entry(process, "Note", "Database files initialized"),
    entry(process, "Note", "Starting temporary server"),
    entry(process, "Note", "Temporary server started."),
  ]);
  if (isRandom) printLines(process, 1, [entry(process, "Note", `GENERATED ROOT PASSWORD: ${random}`)]);
  const storage = new Storage(files, folder);
  const database = setting(process, "DATABASE");
  if (database !== "") {
    printLines(process, 1, [entry(process, "Note", `Creating database ${database}`)]);
    storage.create(database);
  }
  if (user !== "")
    printLines(process, 1, [
      entry(process, "Note", `Creating user ${user}`),
      entry(process, "Note", `Giving user ${user} access to schema ${database}`),
    ]);
  runInitScripts(process, storage, database);
  printLines(process, 1, [
    entry(process, "Note", "Stopping temporary server"),
    entry(process, "Note", "Temporary server stopped"),
    "",
    entry(process, "Note", `${name} init process done. Ready for start up.`),
    "",
  ]);
}

function runInitScripts(process: ProcessView, storage: Storage, database: string): void {
  const folder = "/docker-entrypoint-initdb.d";
  if (process.files.find(folder)?.type !== "directory") return;
  for (const name of process.files.list(folder)) {
    const isSql = name.endsWith(".sql");
    printLines(process, 1, [
      entry(
        process,
        "Note",
        `/usr/local/bin/docker-entrypoint.sh: ${isSql ? "running" : "ignoring"} ${folder}/${name}`,
      ),
    ]);
    if (!isSql) continue;
    const results = runScript(process.files.read(`${folder}/${name}`), {
      process,
      storage,
      rules: mysqlRules,
      session: sessionOf(process, database, "root"),
      id: "init",
    });
    for (const { error } of results)
      if (error) printLines(process, 2, [`ERROR ${error.number} (${error.code}) at line 1: ${error.message}`]);
  }
}

function sessionOf(process: ProcessView, database: string, user: string) {
  const { name, version } = productOf(process);
  return {
    dialect: "mysql" as const,
    nowMs: process.nowMs,
    database,
    user,
    version: name === "MySQL" ? version : `${version}-MariaDB`,
    random: () => process.random(),
    sleptMs: 0,
  };
}

function systemLine(process: ProcessView, code: string, message: string, level = "System"): string {
  const { name } = productOf(process);
  const iso = isoTime(process.nowMs);
  if (name === "MariaDB") return `${iso.slice(0, 10)}  ${iso.slice(11, 19)} 0 [Note] ${message}`;
  return `${iso.replace("Z", "000Z")} 0 [${level}] [${code}] [Server] ${message}`;
}

export const mysqld = server({
  ports: ({ argv }) => [Number(flagOf(argv, "port") ?? 3306)],
  refuse: (process) => {
    const { name, version } = productOf(process);
    if (process.argv.some((arg) => arg === "--version" || arg === "-V"))
      return {
        lines: [
          `${process.argv[0]}  Ver ${version} for Linux on x86_64 (${name === "MySQL" ? "MySQL Community Server - GPL" : "mariadb.org binary distribution"})`,
        ],
        status: 0,
      };
    if (process.files.find(`${dataFolder(process)}/mysql`)) return undefined;
    return {
      lines: [
        systemLine(process, "MY-010095", "Failed to access data directory. Please run with --initialize.", "ERROR"),
      ],
      status: 1,
    };
  },
  banner: (process) => [
    systemLine(
      process,
      "MY-010116",
      `/usr/sbin/mysqld (mysqld ${productOf(process).version}) starting as process ${process.pid}`,
    ),
    systemLine(process, "MY-013576", "InnoDB initialization has started."),
  ],
  startMs: 1500,
  ready: (process) => {
    const { name, version } = productOf(process);
    const end = name === "MySQL" ? "MySQL Community Server - GPL." : "mariadb.org binary distribution";
    return [
      systemLine(process, "MY-013577", "InnoDB initialization has ended."),
      systemLine(
        process,
        "MY-010931",
        `${name === "MySQL" ? "/usr/sbin/mysqld" : "mariadbd"}: ready for connections. Version: '${version}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  ${end}`,
      ),
    ];
  },
  stopping: (process) => [
    systemLine(
      process,
      "MY-013172",
      `Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${productOf(process).version}).`,
    ),
    systemLine(process, "MY-010910", `/usr/sbin/mysqld: Shutdown complete (mysqld ${productOf(process).version})`),
  ],
  stop: { ms: 1200 },
  message: answer,
  memoryBytes: () => 380_000_000,
});

/** The body is `{ user, password?, database, sql, session }`; the answer is `{ results, version }` or `{ refused }`. */
function answer(process: ProcessView, { protocol, body, from }: MessageRequest): ServedAnswer {
  if (protocol !== "mysql" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const folder = dataFolder(process);
  const [user, database] = [String(body["user"] ?? ""), String(body["database"] ?? "")];
  const { version, name } = productOf(process);
  const say = (reply: JsonValue, afterMs = 2): ServedAnswer => ({ type: "message", body: reply, afterMs });
  if (body["ping"] === true) return say({ results: [], version });
  const users = JSON.parse(process.files.read(`${folder}/mysql/users.json`)) as Record<string, string>;
  const password = body["password"] === undefined ? "" : String(body["password"]);
  if (!Object.hasOwn(users, user) || users[user] !== password) {
    const host = from === "127.0.0.1" || body["isLocal"] === true ? "localhost" : from;
    return say({
      refused: {
        number: 1045,
        code: "28000",
        message: `Access denied for user '${user}'@'${host}' (using password: ${password === "" ? "NO" : "YES"})`,
      },
    });
  }
  const storage = new Storage(process.files, folder);
  if (database !== "" && !storage.has(database))
    return say({ refused: { number: 1049, code: "42000", message: `Unknown database '${database}'` } });
  const session = sessionOf(process, database, user);
  const results = runScript(String(body["sql"] ?? ""), {
    process,
    storage,
    rules: mysqlRules,
    session,
    id: String(body["session"] ?? ""),
  });
  return say(
    {
      results,
      version: name === "MySQL" ? version : `${version}-MariaDB`,
      database: session.database,
    } as unknown as JsonValue,
    2 + session.sleptMs,
  );
}

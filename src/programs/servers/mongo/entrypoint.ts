/**
 * The entrypoint of the official image. At the first start it creates the user of MONGO_INITDB_ROOT_USERNAME and runs the
 * files of its init folder. docker-library/mongo: docker-entrypoint.sh.
 */
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { runInitFiles } from "../database-entrypoint.ts";
import { printLines } from "../log.ts";
import { flagOf } from "../server.ts";
import { Databases, ENGINE_FILE, folderOf } from "./store.ts";
import { usersIn, writeUsers } from "./users.ts";

const INIT_FOLDER = "/docker-entrypoint-initdb.d";

export const mongoEntrypoint: Program = {
  run(process): Step {
    const first = process.argv[1] ?? "";
    const argv = first.startsWith("-") || first === "" ? ["mongod", ...process.argv.slice(1)] : process.argv.slice(1);
    if (argv[0] !== "mongod") return { type: "exec", argv };
    const [user, password] = [settingOf(process, "ROOT_USERNAME"), settingOf(process, "ROOT_PASSWORD")];
    if ((user === "") !== (password === "")) {
      printLines(process, 2, [
        "error: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'",
        "       both must be specified for a user to be created",
      ]);
      return { type: "exit", status: 1 };
    }
    const all = flagOf(argv, "bind_ip") === undefined && !argv.includes("--bind_ip_all") ? ["--bind_ip_all"] : [];
    const step = initialize(process, argv, user, password);
    return step ?? { type: "exec", argv: [...argv, ...(user === "" ? [] : ["--auth"]), ...all] };
  },
};

/** Undefined when the data folder is ready. */
function initialize(process: ProcessView, argv: readonly string[], user: string, password: string): Step | undefined {
  const { files, state } = process;
  const folder = folderOf({ argv });
  const hasFiles = files.find(INIT_FOLDER)?.type === "directory" && files.list(INIT_FOLDER).length > 0;
  if (state["phase"] === undefined) {
    const isNew = files.find(folder)?.type === "directory" && !files.find(`${folder}/${ENGINE_FILE}`);
    if (!isNew || (user === "" && !hasFiles)) return undefined;
    const databases = new Databases({ argv, files, charge: (steps) => process.charge(steps) });
    if (user !== "" && usersIn(databases).length === 0)
      writeUsers(databases, [{ user, db: "admin", password, roles: [{ role: "root", db: "admin" }] }]);
    state["phase"] = "init";
  }
  if (hasFiles) {
    const step = runFiles(process, folder);
    if (step) return step;
  }
  printLines(process, 1, ["", "MongoDB init process complete; ready for start up.", ""]);
  return undefined;
}

function runFiles(process: ProcessView, folder: string): Step | undefined {
  const shell = process.files.find("/usr/bin/mongosh") ? "mongosh" : "mongo";
  const database = settingOf(process, "DATABASE") || "test";
  return runInitFiles(process, {
    folder: INIT_FOLDER,
    script: "/usr/local/bin/docker-entrypoint.sh",
    extension: "js",
    server: { argv: ["mongod", "--dbpath", folder, "--bind_ip", "127.0.0.1"] },
    client: (file) => [shell, "--host", "127.0.0.1", "--quiet", database, file],
    env: process.env,
    stopSignal: "TERM",
  });
}

/** A setting from its variable or from the file that `…_FILE` names. */
function settingOf({ env, files }: ProcessView, name: "ROOT_USERNAME" | "ROOT_PASSWORD" | "DATABASE"): string {
  const variable = `MONGO_INITDB_${name}`;
  const path = env[`${variable}_FILE`];
  return env[variable] || (path && files.find(path) ? files.read(path).trimEnd() : "");
}

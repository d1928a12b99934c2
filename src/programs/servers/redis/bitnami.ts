/** The entrypoint of Bitnami's image: variables become options of redis-server. */
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { isoTime, printLines } from "../log.ts";

/** `redis 10:00:00.00 INFO  ==> text` */
function note(process: ProcessView, text: string, level = "INFO "): void {
  const clock = isoTime(process.nowMs).slice(11, 22);
  printLines(process, 2, [
    `\u001b[38;5;6mredis \u001b[38;5;5m${clock} \u001b[0m\u001b[38;5;2m${level}\u001b[0m ==> ${text}`,
  ]);
}

export const bitnamiRedisEntrypoint: Program = {
  run(process): Step {
    const { argv, env } = process;
    const command = argv.slice(1);
    if (!/(^|\/)run\.sh$/.test(command[0] ?? "")) return { type: "exec", argv: command };
    const password = settingOf(process, "REDIS_PASSWORD");
    note(process, "");
    note(process, "Welcome to the Bitnami redis container");
    note(process, "");
    if (password === "" && env["ALLOW_EMPTY_PASSWORD"] !== "yes") {
      note(
        process,
        "The REDIS_PASSWORD environment variable is empty or not set. Set the environment variable ALLOW_EMPTY_PASSWORD=yes to allow the container to be started with blank passwords. This is recommended only for development.",
        "ERROR",
      );
      return { type: "exit", status: 1 };
    }
    note(process, "** Starting Redis **");
    return { type: "exec", argv: ["redis-server", ...optionsOf(process, password), ...command.slice(1)] };
  },
};

function optionsOf(process: ProcessView, password: string): string[] {
  const { env } = process;
  const primaryPassword = settingOf(process, "REDIS_MASTER_PASSWORD");
  const isReplica = /^(slave|replica)$/.test(env["REDIS_REPLICATION_MODE"] ?? "");
  return [
    ...["--port", env["REDIS_PORT_NUMBER"] ?? "6379", "--dir", "/bitnami/redis/data"],
    ...["--appendonly", env["REDIS_AOF_ENABLED"] ?? "yes"],
    ...(password === "" ? [] : ["--requirepass", password]),
    ...(primaryPassword === "" ? [] : ["--masterauth", primaryPassword]),
    ...(isReplica ? ["--replicaof", env["REDIS_MASTER_HOST"] ?? "", env["REDIS_MASTER_PORT_NUMBER"] ?? "6379"] : []),
  ];
}

/** A variable, or the content of the file that `NAME_FILE` names. */
function settingOf({ env, files }: ProcessView, name: string): string {
  const path = env[`${name}_FILE`];
  return env[name] || (path && files.find(path) ? files.read(path).trimEnd() : "");
}

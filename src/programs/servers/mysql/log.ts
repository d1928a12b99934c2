/** Lines of the servers' logs and of their entrypoints. */
import type { ProcessView } from "../../../shell/program.ts";

type Facts = Pick<ProcessView, "env" | "nowMs">;

export function isMariaDb({ env }: Pick<ProcessView, "env">): boolean {
  return env["MARIADB_VERSION"] !== undefined;
}

/** `8.4.7`, `12.1.2-MariaDB-ubu2404` */
export function versionOf({ env }: Pick<ProcessView, "env">): string {
  const mariaDb = env["MARIADB_VERSION"];
  if (mariaDb === undefined) return (env["MYSQL_VERSION"] ?? "9.5.0").replace(/-.*$/, "");
  return `${mariaDb.replace(/^1:/, "").replace(/\+.*$/, "")}-MariaDB-ubu2404`;
}

export function productOf(process: Pick<ProcessView, "env">): string {
  return isMariaDb(process) ? "mariadbd" : "/usr/sbin/mysqld";
}

/** Where a line of MySQL comes from, if not from the server itself, by its code. */
const SUBSYSTEMS: Readonly<Record<string, string>> = { "MY-013576": "InnoDB", "MY-013577": "InnoDB" };

/** `2026-05-01T10:00:00.000000Z 0 [System] [MY-010116] [Server] text`; MariaDB: `2026-05-01 10:00:00 0 [Note] text`. */
export function serverLine(
  process: Facts,
  message: string,
  level: "System" | "Warning" | "ERROR",
  code: string,
): string {
  const iso = new Date(process.nowMs).toISOString();
  if (isMariaDb(process))
    return `${iso.slice(0, 19).replace("T", " ")} 0 [${level === "System" ? "Note" : level}] ${message}`;
  return `${iso.slice(0, 23)}000Z 0 [${level}] [${code}] [${SUBSYSTEMS[code] ?? "Server"}] ${message}`;
}

/** `2026-05-01 10:00:00+00:00 [Note] [Entrypoint]: text` */
export function entrypointLine({ nowMs }: Facts, message: string, level = "Note"): string {
  return `${new Date(nowMs).toISOString().slice(0, 19).replace("T", " ")}+00:00 [${level}] [Entrypoint]: ${message}`;
}

/** Lines of PostgreSQL's log and the version that it reports. */
import type { ProcessView } from "../../../shell/program.ts";
import { plainTime } from "../log.ts";

/** `2026-05-01 10:00:00.000 UTC [1] LOG:  text` */
export function logLine({ nowMs, pid }: { nowMs: number; pid: number }, message: string, level = "LOG"): string {
  return `${plainTime(nowMs)} UTC [${pid}] ${level}:  ${message}`;
}

/** `16.4` */
export function versionOf({ env }: Pick<ProcessView, "env">): string {
  return (env["PG_VERSION"] ?? "18.1").replace(/-.*$/, "");
}

export function majorOf(process: Pick<ProcessView, "env">): string {
  return versionOf(process).split(".")[0] ?? "18";
}

/** `PostgreSQL 16.4 (Debian 16.4-1.pgdg130+1) on x86_64-pc-linux-gnu, compiled by …` */
export function fullVersion(process: ProcessView): string {
  const version = versionOf(process);
  const isAlpine = process.files.find("/etc/alpine-release") !== undefined;
  const isArm = process.host.architecture === "aarch64";
  const platform = `${process.host.architecture}-${isAlpine ? "unknown-linux-musl" : isArm ? "unknown-linux-gnu" : "pc-linux-gnu"}`;
  const build = isAlpine ? "compiled by gcc (Alpine 14.2.0) 14.2.0" : "compiled by gcc (Debian 14.2.0-19) 14.2.0";
  const packaged = isAlpine ? version : `${version} (Debian ${version}-1.pgdg130+1)`;
  return `PostgreSQL ${packaged} on ${platform}, ${build}, 64-bit`;
}

/** The lines of a start, between the first line and `ready`. */
export function startLines(process: { nowMs: number; pid: number }, version: string, isSocketOnly: boolean): string[] {
  return [
    logLine(process, `starting ${version}`),
    ...(isSocketOnly
      ? []
      : [
          logLine(process, 'listening on IPv4 address "0.0.0.0", port 5432'),
          logLine(process, 'listening on IPv6 address "::", port 5432'),
        ]),
    logLine(process, 'listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"'),
  ];
}

/** The lines of a fast shutdown. */
export function stopLines(process: { nowMs: number; pid: number }, request = "fast"): string[] {
  const { nowMs, pid } = process;
  return [
    logLine(process, `received ${request} shutdown request`),
    logLine(process, "aborting any active transactions"),
    logLine(process, `background worker "logical replication launcher" (PID ${pid + 6}) exited with exit code 1`),
    logLine({ nowMs, pid: pid + 1 }, "shutting down"),
    logLine({ nowMs, pid: pid + 1 }, "checkpoint starting: shutdown immediate"),
    logLine(
      { nowMs, pid: pid + 1 },
      "checkpoint complete: wrote 3 buffers (0.0%); 0 WAL file(s) added, 0 removed, 0 recycled; write=0.004 s, sync=0.002 s, total=0.011 s",
    ),
    logLine(process, "database system is shut down"),
  ];
}

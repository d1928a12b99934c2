/** The server's state that is not on disk, and its options. */
import { isJsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { printLines, timeParts } from "../log.ts";
import type { Keyspace } from "./store.ts";

export function optionsIn({ state }: ProcessView): Record<string, string> {
  return state["options"] as Record<string, string>;
}

export function versionOf({ env }: Pick<ProcessView, "env">): string {
  return env["REDIS_VERSION"] ?? "8.4.0";
}

/** 7.2 of 7.2.12. */
export function versionNumber(process: ProcessView): number {
  return Number(/^\d+\.\d+/.exec(versionOf(process))?.[0] ?? 8.4);
}

export function databases({ state }: ProcessView): Record<string, Keyspace> {
  state["databases"] ??= {};
  return state["databases"] as unknown as Record<string, Keyspace>;
}

export interface Address {
  host: string;
  port: number;
}

/** The primary of a replica; undefined for a primary. */
export function primaryOf({ state }: ProcessView): Address | undefined {
  const { primary } = state;
  return isJsonObject(primary) ? { host: String(primary["host"]), port: Number(primary["port"]) } : undefined;
}

/** `1:M 01 May 2026 10:00:00.000 * Ready to accept connections tcp` */
export function logLine(process: ProcessView, message: string, level = "*"): string {
  const { day, monthName, year, clock, millis } = timeParts(process.nowMs);
  const role = process.state["isSentinel"] === true ? "X" : process.state["primary"] === undefined ? "M" : "S";
  return `${process.pid}:${role} ${day} ${monthName} ${year} ${clock}.${millis} ${level} ${message}`;
}

export function log(process: ProcessView, message: string, level = "*"): void {
  printLines(process, 1, [logLine(process, message, level)]);
}

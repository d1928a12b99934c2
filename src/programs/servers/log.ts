/** Lines of servers' logs and the forms of their times. */

import { FileError } from "../../files/errors.ts";
import { bytesOfText } from "../../lib/bytes.ts";
import type { ProcessView } from "../../shell/program.ts";

export function printLines(process: ProcessView, fd: number, lines: readonly string[]): void {
  if (lines.length > 0) process.write(fd, bytesOfText(`${lines.join("\n")}\n`));
}

/**
 * Appends to a log file. Images link such files to /dev/stdout and /dev/stderr. False: the file cannot be written.
 */
export function appendLog(process: ProcessView, path: string, line: string): boolean {
  const entry = process.files.findLink(path);
  const target = entry?.type === "link" ? entry.target : path;
  const fd = STANDARD_STREAMS[target];
  if (fd !== undefined) {
    printLines(process, fd, [line]);
    return true;
  }
  try {
    process.files.append(path, bytesOfText(`${line}\n`));
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

const STANDARD_STREAMS: Readonly<Record<string, number>> = {
  "/dev/stdout": 1,
  "/proc/self/fd/1": 1,
  "/proc/1/fd/1": 1,
  "/dev/stderr": 2,
  "/proc/self/fd/2": 2,
  "/proc/1/fd/2": 2,
};

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

interface Parts {
  year: string;
  month: string;
  monthName: string;
  dayName: string;
  day: string;
  clock: string;
  millis: string;
}

export function timeParts(atMs: number): Parts {
  const date = new Date(atMs);
  const [year = "", month = "", day = ""] = date.toISOString().slice(0, 10).split("-");
  return {
    year,
    month,
    monthName: MONTHS[date.getUTCMonth()] ?? "",
    dayName: DAYS[date.getUTCDay()] ?? "",
    day,
    clock: date.toISOString().slice(11, 19),
    millis: date.toISOString().slice(20, 23),
  };
}

/** `2026-01-31T13:05:09.123Z` */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** `2026/01/31 13:05:09`: nginx's error log, Go's log package. */
export function slashTime(atMs: number): string {
  const { year, month, day, clock } = timeParts(atMs);
  return `${year}/${month}/${day} ${clock}`;
}

/** `31/Jan/2026:13:05:09 +0000`: access logs. */
export function accessTime(atMs: number): string {
  const { year, monthName, day, clock } = timeParts(atMs);
  return `${day}/${monthName}/${year}:${clock} +0000`;
}

/** `Sat, 31 Jan 2026 13:05:09 GMT`: headers of HTTP. */
export function httpTime(atMs: number): string {
  const { year, monthName, day, dayName, clock } = timeParts(atMs);
  return `${dayName}, ${day} ${monthName} ${year} ${clock} GMT`;
}

/** `I0131 13:05:09.123000       1 server.go:12] text`: Kubernetes' own programs. */
export function klog(process: ProcessView, source: string, message: string, severity = "I"): string {
  const { month, day, clock, millis } = timeParts(process.nowMs);
  return `${severity}${month}${day} ${clock}.${millis}000 ${String(process.pid).padStart(7)} ${source}] ${message}`;
}

/** `2026-01-31 13:05:09.123` */
export function plainTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 23).replace("T", " ");
}

/** A line of Go's package `log/slog`, as Prometheus and its exporters print it. */
export function slogLine(
  atMs: number,
  level: "INFO" | "WARN" | "ERROR",
  source: string,
  msg: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const quoted = (value: string) => (/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value));
  const others = Object.entries(more).map(([name, value]) => ` ${name}=${quoted(value)}`);
  const line = `time=${new Date(atMs).toISOString()} level=${level} source=${source} msg=${quoted(msg)}${others.join("")}`;
  return bytesOfText(line);
}

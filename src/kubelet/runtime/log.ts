/**
 * The output of one run of a container, in lines with their instants, bounded as by the rotation of log files. A line is
 * in the log once it is complete; the last one without a newline follows when the stream ends.
 * Kubernetes: pkg/kubelet/kuberuntime/logs/logs.go, pkg/kubelet/logs/container_log_manager.go
 */
import type { LogOptions, LogPage } from "../../cluster/container-access.ts";
import type { Bytes } from "../../files/entry.ts";
import { MAX_OUTPUT_BYTES } from "../../lib/container-limits.ts";
import { formatTime } from "../../lib/time.ts";

export type StreamName = "stdout" | "stderr";

export interface ContainerLog {
  /** Number of the container's start. */
  start: number;
  /** Complete lines without their newline: instant (ms), stream (1 stdout, 2 stderr), text. Oldest first. */
  lines: [number, 1 | 2, Bytes][];
  /** Lines that were dropped before the first one. */
  dropped: number;
  /** Octets of the dropped lines; absent: 0. */
  droppedBytes?: number;
  /** Octets of the lines, with their instants. */
  sizeBytes: number;
  /** The beginning of a line of each stream. */
  open: Partial<Record<StreamName, Bytes>>;
  /** The last line that belongs to a stream without a newline at its end. */
  unfinished?: number;
}

/** A line that is longer is cut, as by containerd. */
export const MAX_LINE_BYTES = 16 * 1024;

export function newLog(start: number): ContainerLog {
  return { start, lines: [], dropped: 0, sizeBytes: 0, open: {} };
}

/** Adds output. `log` is changed. */
export function appendOutput(log: ContainerLog, stream: StreamName, atMs: number, data: Bytes): void {
  let text = (log.open[stream] ?? "") + data;
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n")) {
    addLine(log, stream, atMs, text.slice(0, end));
    text = text.slice(end + 1);
  }
  while (text.length > MAX_LINE_BYTES) {
    addLine(log, stream, atMs, text.slice(0, MAX_LINE_BYTES));
    text = text.slice(MAX_LINE_BYTES);
  }
  if (text === "") delete log.open[stream];
  else log.open[stream] = text;
}

/** The streams have ended. */
export function endLog(log: ContainerLog, atMs: number): void {
  for (const stream of ["stdout", "stderr"] as const) {
    const text = log.open[stream];
    if (text === undefined) continue;
    addLine(log, stream, atMs, text);
    log.unfinished = log.dropped + log.lines.length - 1;
  }
  log.open = {};
}

function addLine(log: ContainerLog, stream: StreamName, atMs: number, text: Bytes): void {
  log.lines.push([atMs, stream === "stdout" ? 1 : 2, text]);
  log.sizeBytes += lineBytes(text);
  if (log.sizeBytes <= MAX_OUTPUT_BYTES) return;
  // The boundary follows from the octets that were ever written, not from the moments at which the log was rotated.
  const { droppedBytes = 0 } = log;
  const boundary = Math.ceil((droppedBytes + log.sizeBytes - MAX_OUTPUT_BYTES) / ROTATED_BYTES) * ROTATED_BYTES;
  let first = 0;
  let bytes = droppedBytes;
  while (first < log.lines.length - 1 && bytes < boundary) bytes += lineBytes(log.lines[first++]![2]);
  log.lines.splice(0, first);
  log.dropped += first;
  log.sizeBytes -= bytes - droppedBytes;
  log.droppedBytes = bytes;
}

/** Octets that a line counts: its text, its instant and its stream. */
export function lineBytes(text: Bytes): number {
  return text.length + LINE_BYTES;
}

/** Passes over lines that are rotated away by the lines that follow: at least `MAX_OUTPUT_BYTES` octets. */
export function skipLines(log: ContainerLog, { lines, bytes }: { lines: number; bytes: number }): void {
  if (lines === 0) return;
  log.dropped += log.lines.length + lines;
  log.droppedBytes = (log.droppedBytes ?? 0) + log.sizeBytes + bytes;
  log.lines = [];
  log.sizeBytes = 0;
}

/** The instant and stream of a line, as they are stored. */
const LINE_BYTES = 20;
/** Rotation drops a tenth at a time: dropping line by line would cost the square of their number. */
const ROTATED_BYTES = MAX_OUTPUT_BYTES / 10;

export interface ReadOptions extends LogOptions {
  /** Cluster time minus real time, ms. */
  offsetMs?: number;
}

/** The lines that the options ask for. */
export function readLines(
  log: ContainerLog,
  options: ReadOptions,
  state: Pick<LogPage, "isOver" | "wakeAtMs">,
): LogPage {
  const after = positionOf(options.cursor, log.start);
  const from = Math.max(0, (after ?? 0) - log.dropped);
  let wanted = log.lines.map((line, i) => ({ line, i })).slice(from);
  if (after === undefined && options.sinceMs !== undefined) {
    const { sinceMs } = options;
    wanted = wanted.filter(({ line }) => line[0] >= sinceMs);
  }
  if (options.stream === "Stdout") wanted = wanted.filter(({ line }) => line[1] === 1);
  if (options.stream === "Stderr") wanted = wanted.filter(({ line }) => line[1] === 2);
  if (after === undefined && options.tailLines !== undefined) {
    wanted = options.tailLines === 0 ? [] : wanted.slice(-options.tailLines);
  }
  const text = wanted
    .map(({ line: [atMs, , content], i }) => {
      const prefix = options.timestamps ? `${nanoseconds(atMs - (options.offsetMs ?? 0))} ` : "";
      return prefix + content + (i + log.dropped === log.unfinished ? "" : "\n");
    })
    .join("");
  const cursor = `${log.start}:${log.dropped + log.lines.length}`;
  return { text: options.limitBytes === undefined ? text : text.slice(0, options.limitBytes), cursor, ...state };
}

/** The start that a cursor belongs to. */
export function startOfCursor(cursor: string): number {
  return Number(cursor.split(":")[0]);
}

function positionOf(cursor: string | undefined, start: number): number | undefined {
  if (cursor === undefined) return undefined;
  const [of, position] = cursor.split(":").map(Number);
  return of === start ? (position ?? 0) : 0;
}

/** RFC 3339 with nanoseconds: `2026-01-01T00:00:00.123000000Z`. */
function nanoseconds(atMs: number): string {
  const milliseconds = String(((atMs % 1000) + 1000) % 1000).padStart(3, "0");
  return `${formatTime(atMs).replace(/Z$/, "")}.${milliseconds}000000Z`;
}

/** The last lines, for the termination message of a container that failed: at most 80 lines and 2048 bytes. */
export function lastLines(log: ContainerLog, { maxLines, maxBytes }: { maxLines: number; maxBytes: number }): Bytes {
  const { text } = readLines(log, { previous: false, timestamps: false, tailLines: maxLines }, { isOver: true });
  return text.slice(Math.max(0, text.length - maxBytes));
}

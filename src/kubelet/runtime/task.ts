/** Commands that the kubelet runs in a container: hooks and probes. */
import type { Bytes } from "../../files/entry.ts";

export type ProbeType = "startup" | "liveness" | "readiness";

export type TaskPurpose = "postStart" | "preStop" | ProbeType;

/** A command in progress. JSON, part of the container's run. */
export interface Task {
  purpose: TaskPurpose;
  /** Its session in the machine. */
  session: number;
  startedAtMs: number;
  /** When the kubelet gives up, ms; absent: it waits. */
  deadlineMs?: number;
  /** Output of both streams in its order, bounded. */
  output: Bytes;
}

export interface TaskEnd {
  purpose: TaskPurpose;
  atMs: number;
  /** Absent: the time was over. */
  exitCode?: number;
  output: Bytes;
}

/** Output of a probe's command that the kubelet reads. */
export const MAX_TASK_OUTPUT_BYTES = 10 * 1024;

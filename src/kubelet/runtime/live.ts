/** A container that runs, in memory: its run, what surrounds its processes, and where their output goes. */
import { MAX_OUTPUT_BYTES } from "../../lib/container-limits.ts";
import { cloneJson } from "../../lib/json.ts";
import type { System } from "../../shell/contract.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { passMarks } from "../usage/cpu-marks.ts";
import type { OpenedFiles } from "./container-files.ts";
import { appendOutput, type ContainerLog, newLog } from "./log.ts";
import { type ContainerRun, loadLog } from "./run.ts";
import { addToSession, CONTAINER_SESSION, hasRoomFor } from "./session.ts";
import { software } from "./software.ts";
import { MAX_TASK_OUTPUT_BYTES } from "./task.ts";

export interface LiveContainer {
  container: PodContainer;
  run: ContainerRun;
  files: OpenedFiles;
  system: System;
  log?: ContainerLog;
  /** The run differs from the stored one. */
  isChanged: boolean;
}

/** Output counts as steps, because it is cut into lines. */
const BYTES_PER_STEP = 100;
/** A process that wrote so much at one instant waits for the runtime, which takes its output at this pace. */
const FULL_OUTPUT_BYTES = 4 * MAX_OUTPUT_BYTES;
const OUTPUT_PAUSE_MS = 100;

export function stepsOfOutput(loggedBytes: number): number {
  return Math.floor(loggedBytes / BYTES_PER_STEP);
}

/** When a process that wrote very much at `atMs` goes on, ms; undefined for others. */
export function afterOutput(loggedBytes: number, atMs: number): number | undefined {
  return loggedBytes >= FULL_OUTPUT_BYTES ? atMs + OUTPUT_PAUSE_MS : undefined;
}

/**
 * Output of process 1 goes to the log, that of commands to their hook or probe. Clients get that of their session. Returns
 * the bytes that were logged.
 */
export function takeOutput(context: PodContext, live: LiveContainer): number {
  let logged = 0;
  const opened = live.run.sessions ?? [];
  // A command waits for a client that does not take its output. Process 1 waits for no client.
  const hasRoom = (session: number) =>
    session === CONTAINER_SESSION || opened.every((each) => each.session !== session || hasRoomFor(each));
  for (const { session, stream, atMs, data } of software().machine.takeOutput(live.run.machine, hasRoom)) {
    if (session === CONTAINER_SESSION) {
      appendOutput(logOf(context, live), stream, atMs, data);
      logged += data.length;
    }
    const task = live.run.tasks.find((one) => one.session === session);
    if (task) task.output = (task.output + data).slice(0, MAX_TASK_OUTPUT_BYTES);
    for (const opened of live.run.sessions ?? []) {
      if (opened.session === session) addToSession(opened, stream, data);
    }
  }
  return logged;
}

/** The log of the run, as a copy that may be changed. */
export function logOf({ tx, pod }: PodContext, live: LiveContainer): ContainerLog {
  const { spec } = live.container;
  live.log ??= cloneJson(loadLog(tx, pod, spec.name, live.run.start) ?? newLog(live.run.start));
  return live.log;
}

/** Whether another container of the pod listens on the port. */
export function isPortTaken(
  all: Iterable<LiveContainer>,
  asker: LiveContainer,
  { port, protocol }: { port: number; protocol: "tcp" | "udp" },
): boolean {
  return [...all].some(
    (live) =>
      live !== asker && live.run.machine.listeners.some((each) => each.port === port && each.protocol === protocol),
  );
}

/** Moves the clock of the container's processes; never backwards. */
export function moveClock(live: LiveContainer, atMs: number): void {
  passMarks(live.run, atMs);
  software().machine.setNow(live.run.machine, atMs);
  live.isChanged = true;
}

/** What processes wait for, and whether it has come. */
import { FileError } from "../files/errors.ts";
import type { FileSystem } from "../files/file-system.ts";
import { hash32 } from "../lib/prng.ts";
import type { System } from "./contract.ts";
import { isReadable, isWritable } from "./descriptors.ts";
import type { Machine, Process, WaitState } from "./machine-state.ts";
import type { HeldLease, Wait } from "./program.ts";
import type { Answer, Question } from "./question.ts";

/** Bytes at the end of a file that take part in the comparison of two of its states. */
const COMPARED_BYTES = 4096;

/** Lets the process wait until one of `waits` is true. */
export function startWaiting(process: Process, waits: readonly Wait[], files: FileSystem): void {
  process.waits = waits.map((wait) => {
    if (wait.type === "file") return { ...wait, seen: stateOfFile(wait.path, files) };
    if (wait.type !== "objects") return wait;
    const isMissed = wait.resources.some((each) => process.missedObjects?.includes(each));
    delete process.missedObjects;
    return isMissed ? { ...wait, isOver: true } : wait;
  });
}

function stateOfFile(path: string, files: FileSystem): string {
  try {
    const entry = files.find(path);
    if (!entry) return "missing";
    if (entry.type === "directory") return files.list(path).join("\0");
    if (entry.type !== "file") return entry.type;
    return `${entry.modifiedAtMs} ${entry.content.length} ${hash32(entry.content.slice(-COMPARED_BYTES))}`;
  } catch (error) {
    if (error instanceof FileError) return error.code;
    throw error;
  }
}

/** Whether the process can make a step now. Ends its wait if so. */
export function isRunnable(machine: Machine, process: Process, system: System): boolean {
  if (process.isStopped) return false;
  if (process.busyUntilMs !== undefined) {
    if (process.busyUntilMs > machine.nowMs) return false;
    process.busyUntilMs = undefined;
  }
  if (!process.waits) return true;
  if (!isInterrupted(process) && !process.waits.some((wait) => isOver(machine, process, wait, system))) return false;
  process.waits = undefined;
  process.holdsSignals = undefined;
  return true;
}

/** A signal ends the wait, unless a shell with a trap for it waits for its foreground child. */
function isInterrupted({ pending, holdsSignals, shell }: Process): boolean {
  if (!holdsSignals || !shell) return pending.length > 0;
  return pending.some((name) => shell.traps[name] === undefined && !shell.isInteractive);
}

function isOver(machine: Machine, process: Process, wait: WaitState, system: System): boolean {
  switch (wait.type) {
    case "time":
      return machine.nowMs >= wait.atMs;
    case "readable":
      return isReadable(machine, process, wait.fd);
    case "writable":
      return isWritable(machine, process, wait.fd);
    case "child":
      return wait.pid === undefined ? hasEndedChild(machine, process) : isChildGone(machine, process, wait.pid);
    case "answer":
      return process.answer !== undefined && machine.nowMs >= process.answer.atMs;
    case "file":
      return stateOfFile(wait.path, system.filesFor(process.credentials, process.pid)) !== wait.seen;
    case "objects":
      return wait.isOver === true;
    case "lease":
    case "signal":
      return false;
  }
}

/** Ends the waits of processes for objects of these resources. */
export function noteObjects(machine: Machine, resources: readonly string[]): void {
  for (const process of Object.values(machine.processes)) {
    const awaited = (process.waits ?? []).filter((wait) => wait.type === "objects");
    if (awaited.length === 0) process.missedObjects = [...new Set([...(process.missedObjects ?? []), ...resources])];
    for (const wait of awaited) if (wait.resources.some((each) => resources.includes(each))) wait.isOver = true;
  }
}

/** The resources whose objects processes of the machine wait for. */
export function awaitedObjects(machine: Machine): string[] {
  const waits = Object.values(machine.processes).flatMap((process) => process.waits ?? []);
  return [...new Set(waits.flatMap((wait) => (wait.type === "objects" ? wait.resources : [])))];
}

/** The resources of answers that processes of the machine read and that go on. */
export function streamedObjects(machine: Machine): string[] {
  return [...new Set(Object.values(machine.processes).flatMap(({ streams }) => streams ?? []))];
}

/** Remembers that an answer goes on, or that one which went on has ended. */
export function noteStream(process: Process, question: Question, answer: Answer): void {
  const open = answer.type === "http" ? answer.open : undefined;
  if (open) process.streams = [...new Set([...(process.streams ?? []), ...open.resources])];
  else if (question.type === "http" && question.resumes !== undefined) delete process.streams;
}

/** The Leases that processes of the machine hold. */
export function heldLeases(machine: Machine): HeldLease[] {
  const waits = Object.values(machine.processes).flatMap((process) => process.waits ?? []);
  return waits.flatMap((wait) => (wait.type === "lease" ? [wait] : []));
}

function hasEndedChild(machine: Machine, process: Process): boolean {
  if (Object.keys(process.exits).length > 0) return true;
  return !Object.values(machine.processes).some((each) => each.parentPid === process.pid);
}

function isChildGone(machine: Machine, process: Process, pid: number): boolean {
  const child = machine.processes[pid];
  const sawStop = child?.isStopped === true && process.shell?.isInteractive === true;
  return process.exits[pid] !== undefined || child === undefined || sawStop;
}

/** The next instant at which a process goes on by itself. */
export function nextInstant(machine: Machine): number | undefined {
  let next: number | undefined;
  for (const process of Object.values(machine.processes)) {
    if (process.isStopped) continue;
    for (const at of instantsOf(process)) if (at > machine.nowMs && (next === undefined || at < next)) next = at;
  }
  return next;
}

/** The instants at which a process that waits may go on by itself. */
export function instantsOf(process: Process): number[] {
  if (process.busyUntilMs !== undefined) return [process.busyUntilMs];
  const instants = (process.waits ?? []).flatMap((wait) => (wait.type === "time" ? [wait.atMs] : []));
  const isAsking = process.waits?.some((wait) => wait.type === "answer");
  return process.answer && isAsking ? [...instants, process.answer.atMs] : instants;
}

/**
 * Commands that a server runs while it answers a request. Such an answer is given at one instant, so the time that the
 * command takes passes for its processes alone: the machine's clock goes back afterwards, and the server reports the
 * time with its answer.
 */
import type { Bytes } from "../files/entry.ts";
import { MAX_COMMAND_OUTPUT_BYTES, MAX_COMMAND_STEPS, STEPS_PER_TURN } from "../lib/container-limits.ts";
import { earliest } from "../lib/time.ts";
import type { System } from "./contract.ts";
import type { Machine, Process } from "./machine-state.ts";
import type { CommandResult, ProcessView } from "./program.ts";
import { instantsOf, isRunnable } from "./waits.ts";

/** How the processes of a command go on. */
export interface Command {
  machine: Machine;
  system: System;
  /** Makes one step of a process. */
  step: (process: Process) => void;
  /** Answers the question of a process, if it has one without an answer. False: it has none. */
  answer: (process: Process) => boolean;
}

/**
 * Runs `argv` as a child of the server, in a process group of its own, with an empty input. Undefined: it has not ended
 * within `withinMs`, or it takes too many steps or prints too much; it goes on, and its next output is a broken pipe.
 * Throws FileError as `spawn` does.
 */
export function runCommand(
  command: Command,
  server: { process: Process; view: ProcessView },
  argv: readonly string[],
  withinMs: number,
): CommandResult | undefined {
  const { machine } = command;
  const { view, process } = server;
  const beganAtMs = machine.nowMs;
  const input = view.open("/dev/null", "read");
  const [reader, writer] = view.pipe();
  let pid: number;
  try {
    pid = view.spawn({ argv, fds: { 0: input, 1: writer, 2: writer }, newGroup: true });
  } catch (error) {
    view.close(reader);
    throw error;
  } finally {
    view.close(input);
    view.close(writer);
  }
  try {
    const isOver = () => process.exits[pid] !== undefined;
    const output = outputOf(command, pid, { read: () => view.read(reader), isOver, untilMs: beganAtMs + withinMs });
    const end = process.exits[pid];
    if (output === undefined || !end) return undefined;
    delete process.exits[pid];
    const tookMs = machine.nowMs - beganAtMs;
    return { output, status: end.status, ...(end.signal && { signal: end.signal }), tookMs };
  } finally {
    machine.nowMs = beganAtMs;
    if (machine.processes[process.pid]) view.close(reader);
  }
}

/**
 * All that the group prints until the command is over and each process has closed its output; undefined if a limit is
 * reached.
 */
function outputOf(
  command: Command,
  group: number,
  { read, isOver, untilMs }: { read: () => Bytes | undefined; isOver: () => boolean; untilMs: number },
): Bytes | undefined {
  const { machine } = command;
  const lastStep = machine.steps + MAX_COMMAND_STEPS;
  let output = "";
  while (!machine.exit && machine.steps < lastStep && output.length <= MAX_COMMAND_OUTPUT_BYTES) {
    const piece = read();
    if (piece === "" && isOver()) return output;
    if (piece) {
      output += piece;
      continue;
    }
    const members = Object.values(machine.processes).filter((process) => process.group === group);
    const turns = members.filter((process) => takeTurn(command, process));
    if (turns.length > 0 || members.some(command.answer)) continue;
    const nextMs = earliest(...members.flatMap(instantsOf).filter((atMs) => atMs > machine.nowMs));
    if (nextMs === undefined || nextMs > untilMs) return undefined;
    machine.nowMs = nextMs;
  }
  return undefined;
}

/** False if the process waits. */
function takeTurn({ machine, system, step }: Command, process: Process): boolean {
  for (let made = 0; made < STEPS_PER_TURN; made++) {
    const isGone = machine.exit !== undefined || machine.processes[process.pid] !== process;
    if (isGone || !isRunnable(machine, process, system)) return made > 0;
    machine.steps++;
    if (machine.turn.deviceBytes) machine.turn.deviceBytes = 0;
    step(process);
  }
  return true;
}

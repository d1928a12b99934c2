/** How a process ends when its program throws: one program's error must not end the requests of its cluster. */
import { FileError, OutputError } from "../files/errors.ts";
import { ApiError } from "../lib/api-error.ts";
import { InvariantError } from "../lib/assert.ts";
import { bytesOfText } from "../lib/bytes.ts";
import { Interruption } from "../lib/interruption.ts";
import type { ProcessEnd, System } from "./contract.ts";
import { BrokenPipe, DescriptorError, writeDescriptor } from "./descriptors.ts";
import type { Machine, Process } from "./machine-state.ts";

/** The end of the process; its output so far is written. Throws errors that no process may handle. */
export function endOfCrash(
  machine: Machine,
  process: Process,
  system: System,
  error: unknown,
): Omit<ProcessEnd, "atMs"> {
  if (error instanceof BrokenPipe) return { status: 141, signal: "PIPE" };
  if (error instanceof Interruption || error instanceof InvariantError || error instanceof ApiError) throw error;
  const argv = process.argv[0] ?? "";
  const name = argv.slice(argv.lastIndexOf("/") + 1);
  if (error instanceof OutputError || error instanceof DescriptorError) {
    tell(machine, process, system, `${name}: write error: ${error.message}\n`);
    return { status: 1 };
  }
  // The host has no room for its stack or for a value: as a program whose stack or heap is exhausted.
  if (!(error instanceof RangeError))
    tell(machine, process, system, `${name}: the simulation of this program failed: ${textOf(error)}\n`);
  return { status: 139, signal: "SEGV" };
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function tell(machine: Machine, process: Process, system: System, text: string): void {
  const files = system.filesFor(process.credentials, process.pid);
  try {
    writeDescriptor(machine, process, 2, bytesOfText(text), files);
  } catch (error) {
    if (!(error instanceof BrokenPipe || error instanceof DescriptorError || error instanceof FileError)) throw error;
  }
}

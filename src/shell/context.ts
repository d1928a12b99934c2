/** State and helpers of one step of the shell's evaluator. */
import type { Bytes } from "../files/entry.ts";
import { FileError } from "../files/errors.ts";
import type { FileSystem } from "../files/file-system.ts";
import type { System } from "./contract.ts";
import { DescriptorError, writeDescriptor } from "./descriptors.ts";
import type { Machine, Process } from "./machine-state.ts";
import type { Shell } from "./shell-state.ts";
import { lookUp } from "./table.ts";

export interface Context {
  machine: Machine;
  process: Process;
  shell: Shell;
  system: System;
  files: FileSystem;
}

/**
 * An error that stops more than one command. `discard` stops the commands of the current line, `exit` the shell.
 * The message was not printed yet.
 */
export class ShellError extends Error {
  override name = "ShellError";
  readonly status: number;
  readonly reach: "discard" | "exit";
  readonly builtin: string | undefined;
  /** Time until the shell ends: bash tries to fork again meanwhile. */
  readonly delayMs: number;

  constructor(
    message: string,
    options: { status?: number; reach: "discard" | "exit"; builtin?: string; delayMs?: number },
  ) {
    super(message);
    this.delayMs = options.delayMs ?? 0;
    this.status = options.status ?? 1;
    this.reach = options.reach;
    this.builtin = options.builtin;
  }
}

/** An error of an expansion or assignment: bash discards the line, other shells exit with status 2. */
export function failure(context: Context, message: string, options: { builtin?: string } = {}): ShellError {
  return context.shell.flavour === "bash"
    ? new ShellError(message, { ...options, reach: "discard" })
    : new ShellError(message, { ...options, reach: "exit", status: 2 });
}

export function hasOption(shell: Shell, name: string): boolean {
  return lookUp(shell.options, name) === true;
}

/** Options of `shopt` that are on in a shell that does not change them. */
const DEFAULT_SHOPTS: readonly string[] = [
  "cmdhist",
  "complete_fullquote",
  "extquote",
  "force_fignore",
  "globasciiranges",
  "globskipdots",
  "hostcomplete",
  "interactive_comments",
  "patsub_replacement",
  "progcomp",
  "promptvars",
  "sourcepath",
];

export function hasShopt(shell: Shell, name: string): boolean {
  return lookUp(shell.shopts, name) ?? DEFAULT_SHOPTS.includes(name);
}

/** Writes to a descriptor. The process waits afterwards if the pipe is full. Returns the text of an error. */
export function writeOut(context: Context, fd: number, data: Bytes): string | undefined {
  if (data === "") return undefined;
  const { machine, process, files } = context;
  try {
    if (!writeDescriptor(machine, process, fd, data, files)) process.waits ??= [{ type: "writable", fd }];
    return undefined;
  } catch (error) {
    if (error instanceof DescriptorError || error instanceof FileError) return error.message;
    throw error;
  }
}

/** Prints an error with the prefix of the shell: name, line, and the builtin if one reports it. */
export function complain(context: Context, message: string, builtin?: string): void {
  writeOut(context, 2, `${prefixOf(context, builtin)}${message}\n`);
}

function prefixOf({ shell }: Context, builtin: string | undefined): string {
  const who = builtin === undefined ? "" : `${builtin}: `;
  const { name, line } = shell;
  const isInteractive = shell.isInteractive || shell.isPartOfInteractive;
  switch (shell.flavour) {
    case "bash":
      return isInteractive ? `${name.replace(/^.*\//, "")}: ${who}` : `${name}: line ${line}: ${who}`;
    case "dash":
      return `${name}: ${line}: ${who}`;
    case "busybox": {
      if (isInteractive) return `${name}: ${who}`;
      const isScript = shell.runsFile === true;
      if (builtin === undefined && !isScript) return `${name}: `;
      return `${name}: ${who}line ${isScript ? line : line - 1}: `;
    }
  }
}

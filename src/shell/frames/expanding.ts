/** Expands words in a frame. Commands of substitutions run as processes meanwhile. */
import { FileError } from "../../files/errors.ts";
import { MAX_VARIABLE_LENGTH } from "../../lib/container-limits.ts";
import { type Context, failure, ShellError } from "../context.ts";
import { isGuarded } from "../control.ts";
import { addPipe, lowestFreeDescriptor, readDescriptor, setDescriptor } from "../descriptors.ts";
import type { CommandFrame, Frame } from "../frame.ts";
import type { Process } from "../machine-state.ts";
import { forkProcess } from "../processes.ts";
import { addSource, scriptOf } from "../syntax/source.ts";
import { put } from "../table.ts";
import { PendingSubstitution, WordExpander } from "../words/expand.ts";

/** Descriptors of the shell that its children do not inherit begin here. */
export const PRIVATE_DESCRIPTORS = 200;
const LAST_SUBSTITUTED_DESCRIPTOR = 63;

/** Bash waits 1, 2, 4 and 8 s before it gives up. */
const FORK_RETRIES_MS = 15_000;

/** The result of `body`; undefined if the frame must be stepped again later. */
export function expanding<T>(context: Context, frame: Frame, body: (x: WordExpander) => T): { value: T } | undefined {
  if (frame.substitution && !finishSubstitution(context, frame)) return undefined;
  try {
    const value = body(new WordExpander(context, frame));
    frame.memo = undefined;
    return { value };
  } catch (error) {
    if (!(error instanceof PendingSubstitution)) throw error;
    if (error.node.type === "ProcessSubstitution") startProcessSubstitution(context, frame, error);
    else startSubstitution(context, frame, error);
    return undefined;
  }
}

/** A child shell with these descriptors. Throws ShellError if there are too many processes. */
export function forkShell(context: Context, fds: Record<number, number>): Process {
  const inherited = Object.fromEntries(Object.entries(fds).filter(([fd]) => Number(fd) < PRIVATE_DESCRIPTORS));
  try {
    const child = forkProcess(context.machine, context.process, inherited);
    if (isGuarded(context)) child.shell!.isGuarded = true;
    return child;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw forkFailure(context);
  }
}

export function forkFailure({ shell }: Context): ShellError {
  switch (shell.flavour) {
    case "bash":
      return new ShellError("fork: retry: Resource temporarily unavailable", {
        reach: "exit",
        status: 254,
        delayMs: FORK_RETRIES_MS,
      });
    case "dash":
      return new ShellError("Cannot fork", { reach: "exit", status: 2 });
    case "busybox":
      return new ShellError("can't fork: Resource temporarily unavailable", { reach: "exit", status: 2 });
  }
}

function childFrame(context: Context, pending: PendingSubstitution): Frame {
  const source = addSource(context.machine, pending.script.text);
  const script = pending.node.script;
  const node = script && scriptOf(context.machine, source).numbers.get(script);
  if (node === undefined) throw failure(context, `${pending.node.text}: bad substitution`);
  return { type: "list", source, node, at: 0 };
}

/** `$(<file)` of bash: the content of the file, as if `cat` had been written. */
function contentFrame(context: Context, { node, script: { text } }: PendingSubstitution): Frame | undefined {
  const [statement, ...others] = node.script?.commands ?? [];
  if (context.shell.flavour !== "bash" || !node.script || !statement || others.length > 0) return undefined;
  const inner = text.slice(node.script.pos, node.script.end).trim();
  const isBare = statement.command.type === "Command" && !statement.command.name;
  if (!isBare || !/^<\s*[^<&(\s]/.test(inner)) return undefined;
  const source = addSource(context.machine, `cat ${inner}`);
  return { type: "list", source, node: 0, at: 0 };
}

function startSubstitution(context: Context, frame: Frame, pending: PendingSubstitution): void {
  const { machine, process } = context;
  const content = contentFrame(context, pending);
  const start = content ?? childFrame(context, pending);
  const [reader, writer] = addPipe(machine);
  const fd = lowestFreeDescriptor(process, PRIVATE_DESCRIPTORS);
  setDescriptor(machine, process, fd, reader);
  const child = forkShell(context, { ...process.fds, 1: writer });
  child.shell!.frames = [start];
  child.shell!.traceLevel = (child.shell!.traceLevel ?? 0) + 1;
  if (content) delete child.shell!.options["xtrace"];
  // Only dash keeps errexit in a substitution.
  if (child.shell!.flavour !== "dash") delete child.shell!.options["errexit"];
  frame.substitution = { key: pending.key, pid: child.pid, fd, output: "" };
  process.waits = [{ type: "readable", fd }];
}

/** Reads the output up to its end, then takes the status. True when both are known. */
function finishSubstitution(context: Context, frame: Frame): boolean {
  const { machine, process, files, shell } = context;
  const { substitution } = frame;
  if (!substitution) return true;
  const data = readDescriptor(machine, process, substitution.fd, files);
  if (data === undefined || data !== "") {
    substitution.output += data ?? "";
    if (substitution.output.length > MAX_VARIABLE_LENGTH) throw failure(context, "cannot allocate memory");
    process.waits = [{ type: "readable", fd: substitution.fd }];
    process.holdsSignals = true;
    return false;
  }
  const end = process.exits[substitution.pid];
  if (!end && machine.processes[substitution.pid]) {
    process.waits = [{ type: "child", pid: substitution.pid }];
    process.holdsSignals = true;
    return false;
  }
  delete process.exits[substitution.pid];
  setDescriptor(machine, process, substitution.fd, undefined);
  frame.memo ??= {};
  put(frame.memo, substitution.key, substitution.output.replace(/\0+/g, "").replace(/\n+$/, ""));
  const status = end?.status ?? 0;
  (frame as CommandFrame).substitutionStatus = status;
  // Other shells set `$?` only for a command without words.
  if (shell.flavour === "bash") shell.status = status;
  frame.substitution = undefined;
  return true;
}

/** `<(…)` and `>(…)`: the word becomes the name of a descriptor. */
function startProcessSubstitution(context: Context, frame: Frame, pending: PendingSubstitution): void {
  const { machine, process } = context;
  if (pending.node.type !== "ProcessSubstitution") return;
  const start = childFrame(context, pending);
  const [reader, writer] = addPipe(machine);
  const isInput = pending.node.operator === "<";
  let fd = LAST_SUBSTITUTED_DESCRIPTOR;
  while (process.fds[fd] !== undefined) fd--;
  setDescriptor(machine, process, fd, isInput ? reader : writer);
  const child = forkShell(context, { ...without(process.fds, fd), [isInput ? 1 : 0]: isInput ? writer : reader });
  child.shell!.frames = [start];
  context.shell.lastBackground = child.pid;
  frame.substituted = [...(frame.substituted ?? []), fd];
  frame.memo ??= {};
  put(frame.memo, pending.key, `/dev/fd/${fd}`);
}

function without(fds: Record<number, number>, fd: number): Record<number, number> {
  const { [fd]: _closed, ...rest } = fds;
  return rest;
}

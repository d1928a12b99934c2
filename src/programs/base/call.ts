/**
 * Tools that do their work in one piece. A tool reads its arguments, asks for its whole input where it needs it, and
 * writes. All strings are byte strings, arguments and paths too.
 */
import type { Bytes } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { resolvePath } from "./paths.ts";

/** Which family of tools a program belongs to: GNU and procps, or busybox. They differ in texts and exit codes. */
export type Flavour = "gnu" | "busybox";

/** Makes the program of a tool for a flavour. */
export type Tool = (flavour: Flavour) => Program;

export interface Call {
  readonly process: ProcessView;
  readonly flavour: Flavour;
  /** Name in messages: the last part of argv[0]. */
  readonly name: string;
  readonly args: readonly string[];
  /** Writes to the standard output when the tool ends. */
  print(text: Bytes): void;
  /** Writes to the standard error, in order with `print`. */
  warn(text: Bytes): void;
  /** The absolute path of an argument. */
  path(argument: string): string;
  /**
   * The whole standard input. The tool runs again from its start when the input has ended, so it must change nothing
   * before.
   */
  input(): Bytes;
  /** The whole content of a file; `-` and /dev/stdin are the standard input. @throws FileError */
  read(argument: string): Bytes;
}

/** A wrong use: the message follows the name of the tool. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly status: number | undefined;
  /** False: the hint to `--help` is left out. */
  readonly hasHint: boolean;

  constructor(message: string, { status, hasHint = true }: { status?: number; hasHint?: boolean } = {}) {
    super(message);
    this.status = status;
    this.hasHint = hasHint;
  }
}

/** Operands are missing or too many: busybox prints its usage without a message. */
export class MissingOperand extends UsageError {}

/** Thrown to wait for the rest of an input. */
class InputNeeded extends Error {
  readonly fd: number;

  constructor(fd: number) {
    super("more input is needed");
    this.fd = fd;
  }
}

/** A tool of one piece. `usageStatus` is the exit status of a wrong use (default 1). */
export function tool(
  run: (call: Call) => number | Step,
  { usageStatus = 1, bytesPerStep = 512 }: ToolOptions = {},
): Tool {
  return (flavour) => ({ run: (process) => runTool(process, flavour, run, { usageStatus, bytesPerStep }) });
}

export interface ToolOptions {
  usageStatus?: number;
  /** Bytes of input and output that take the host's time of one step. */
  bytesPerStep?: number;
}

function runTool(
  process: ProcessView,
  flavour: Flavour,
  run: (call: Call) => number | Step,
  { usageStatus, bytesPerStep }: Required<ToolOptions>,
): Step {
  const output: { fd: number; text: Bytes }[] = [];
  let bytes = 0;
  const call = makeCall(process, flavour, output, (content) => {
    bytes += content.length;
    return content;
  });
  let result: number | Step;
  try {
    result = run(call);
  } catch (error) {
    if (error instanceof InputNeeded) return { type: "wait", for: [{ type: "readable", fd: error.fd }] };
    result = reportFailure(call, error, usageStatus);
  }
  for (const { fd, text } of output) {
    bytes += text.length;
    process.write(fd, text);
  }
  process.charge(bytes / bytesPerStep);
  return typeof result === "number" ? { type: "exit", status: result } : result;
}

function reportFailure(call: Call, error: unknown, usageStatus: number): number {
  if (error instanceof UsageError) {
    call.warn(usageText(call.name, call.flavour, error));
    return error.status ?? (call.flavour === "busybox" ? 1 : usageStatus);
  }
  if (error instanceof FileError) {
    call.warn(`${call.name}: ${error.path}: ${error.message}\n`);
    return 1;
  }
  throw error;
}

/** GNU's tools that put their name before the hint, too. */
const NAMED_HINTS = new Set(["cmp", "diff", "diff3", "sdiff"]);

/** The lines that a tool prints for a wrong use. */
export function usageText(name: string, flavour: Flavour, error: UsageError): string {
  const { message, hasHint } = error;
  const isSilent = flavour === "busybox" && error instanceof MissingOperand;
  const line = message === "" || isSilent ? "" : `${name}: ${message}\n`;
  if (!hasHint) return line;
  const hinter = NAMED_HINTS.has(name) ? `${name}: ` : "";
  return flavour === "gnu"
    ? `${line}${hinter}Try '${name} --help' for more information.\n`
    : `${line}${BUSYBOX_BANNER}\n\nUsage: ${name} [OPTION]...\n`;
}

export const BUSYBOX_BANNER = "BusyBox v1.36.1 (2024-05-31 15:46:39 UTC) multi-call binary.";

function makeCall(
  process: ProcessView,
  flavour: Flavour,
  output: { fd: number; text: Bytes }[],
  counted: (content: Bytes) => Bytes,
): Call {
  const add = (fd: number, text: Bytes) => {
    const last = output.at(-1);
    if (last?.fd === fd) last.text += text;
    else output.push({ fd, text });
  };
  return {
    process,
    flavour,
    name: programName(process),
    args: process.argv.slice(1),
    print: (text) => add(1, text),
    warn: (text) => add(2, text),
    path: (argument) => resolvePath(process.cwd, argument),
    input: () => counted(readAll(process, 0)),
    read: (argument) => counted(readContent(process, argument)),
  };
}

/** The last part of argv[0]. */
export function programName(process: ProcessView): string {
  const name = process.argv[0] ?? "";
  return name.slice(name.lastIndexOf("/") + 1);
}

function readContent(process: ProcessView, argument: string): Bytes {
  const fd = descriptorOf(argument);
  if (fd !== undefined) return readAll(process, fd);
  const path = resolvePath(process.cwd, argument);
  const entry = process.files.stat(argument.endsWith("/") ? `${path}/` : path);
  if (entry.type === "directory") throw new FileError("EISDIR", path);
  if (entry.type === "file") return process.files.read(path);
  const key = `opened ${path}`;
  const opened = process.state[key];
  if (typeof opened === "number") return readAll(process, opened);
  const made = process.open(path, "read");
  process.state[key] = made;
  return readAll(process, made);
}

/** The descriptor that a path means: `-`, `/dev/stdin`, and `/dev/fd/63` of a process substitution. */
export function descriptorOf(argument: string): number | undefined {
  if (argument === "-" || argument === "/dev/stdin") return 0;
  const digits = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(argument)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Collects an input in `process.state`. An endless one takes memory until the process is killed. */
function readAll(process: ProcessView, fd: number): Bytes {
  const { state } = process;
  const [key, endKey] = [`input ${fd}`, `inputEnded ${fd}`];
  let input = typeof state[key] === "string" ? state[key] : "";
  while (state[endKey] !== true) {
    const piece = process.read(fd);
    if (piece === undefined) {
      state[key] = input;
      throw new InputNeeded(fd);
    }
    if (piece === "") state[endKey] = true;
    else input += piece;
  }
  state[key] = input;
  return input;
}

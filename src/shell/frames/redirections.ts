/** Redirections of a command: `>file`, `2>&1`, `{fd}<file`, here-documents and -strings. */
import type { Redirection } from "unbash";
import { FileError } from "../../files/errors.ts";
import { type Context, complain, hasOption } from "../context.ts";
import { addFile, hold, isAlone, lowestFreeDescriptor, setDescriptor } from "../descriptors.ts";
import type { Frame } from "../frame.ts";
import { type OpenMode, openPath } from "../open.ts";
import { assign, readVariable } from "../variables.ts";
import { expanding } from "./expanding.ts";

/** A redirection that cannot be made. The message has no prefix yet. */
class RedirectionError extends Error {
  override name = "RedirectionError";
}

const FIRST_FREE_DESCRIPTOR = 10;

/**
 * Makes the redirections from `frame.at` on. True when all are made, false if one failed (its error was printed),
 * undefined if the frame must be stepped again.
 */
export function redirect(context: Context, frame: Frame, redirections: readonly Redirection[]): boolean | undefined {
  frame.saved ??= {};
  while (frame.at < redirections.length || waitsForPipe(context, frame)) {
    if (context.process.waits) return undefined;
    const redirection = redirections[frame.at]!;
    try {
      const target = expandTarget(context, frame, redirection);
      if (target === undefined) return undefined;
      frame.at++;
      apply(context, frame, redirection, target.value);
    } catch (error) {
      if (!(error instanceof RedirectionError)) throw error;
      complain(context, error.message);
      return false;
    }
  }
  return true;
}

/** A named pipe is open when both ends are. */
function waitsForPipe({ machine, process }: Context, frame: Frame): boolean {
  for (const fd of Object.keys(frame.saved ?? {}).map(Number)) {
    const file = process.fds[fd];
    if (file === undefined || !isAlone(machine, file)) continue;
    process.waits = [{ type: machine.files[file]!.type === "pipeReader" ? "readable" : "writable", fd }];
    return true;
  }
  return false;
}

function expandTarget(context: Context, frame: Frame, redirection: Redirection): { value: string } | undefined {
  if (redirection.type === "HereDoc") {
    const { body, operator, delimiter } = redirection;
    return expanding(context, frame, (x) => {
      const text =
        delimiter?.quoted || !body.parts
          ? unescapeBody(body.text, delimiter?.quoted === true)
          : x.hereDocument(body.parts);
      return operator === "<<-" ? text.replace(/^\t+/gm, "") : text;
    });
  }
  const { target } = redirection;
  if (!target) return { value: "" };
  return expanding(context, frame, (x) => {
    if (redirection.type === "HereString") return `${x.text(target)}\n`;
    const fields = context.shell.flavour === "bash" ? x.fields(target) : [x.text(target)];
    if (fields.length !== 1) throw new RedirectionError(`${target.text}: ambiguous redirect`);
    return fields[0]!;
  });
}

function unescapeBody(text: string, isQuoted: boolean): string {
  return isQuoted ? text : text.replace(/\\([\\$`])|\\\n/g, (_all, character?: string) => character ?? "");
}

function apply(context: Context, frame: Frame, redirection: Redirection, target: string): void {
  const { machine } = context;
  if (redirection.type !== "Redirect") {
    const file = addFile(machine, { type: "text", content: target, position: 0 });
    change(context, frame, redirection, 0, file);
    return;
  }
  const { operator } = redirection;
  if (operator === "<&" || operator === ">&") {
    duplicate(context, frame, redirection, target);
    return;
  }
  const modes: Record<string, OpenMode> = { "<": "read", ">>": "append", "&>>": "append", "<>": "update" };
  const isClobbering = operator === ">" && hasOption(context.shell, "noclobber");
  const file = open(context, target, isClobbering ? "exclusive" : (modes[operator] ?? "truncate"));
  if (operator === "&>" || operator === "&>>") {
    change(context, frame, redirection, 1, file);
    put(context, frame, 2, file);
  } else change(context, frame, redirection, operator.startsWith("<") ? 0 : 1, file);
}

function duplicate(
  context: Context,
  frame: Frame,
  redirection: Redirection & { type: "Redirect" },
  target: string,
): void {
  const fallback = redirection.operator === "<&" ? 0 : 1;
  const [, digits, moves] = /^(\d+)(-?)$/.exec(target) ?? [];
  if (target === "-") {
    closeTarget(context, frame, redirection, fallback);
    return;
  }
  if (digits === undefined) {
    // `>&file` is `&>file`.
    if (redirection.operator !== ">&" || redirection.descriptor)
      throw new RedirectionError(`${target}: ambiguous redirect`);
    const file = open(context, target, "truncate");
    put(context, frame, 1, file);
    put(context, frame, 2, file);
    return;
  }
  const file = context.process.fds[Number(digits)];
  if (file === undefined) throw new RedirectionError(`${target}: Bad file descriptor`);
  change(context, frame, redirection, fallback, file);
  if (moves === "-") put(context, frame, Number(digits), undefined);
}

function closeTarget(context: Context, frame: Frame, redirection: Redirection, fallback: number): void {
  const { descriptor } = redirection;
  if (descriptor?.type === "FileDescriptorVariable") {
    const fd = Number(readVariable(context, descriptor.name));
    if (Number.isInteger(fd)) setDescriptor(context.machine, context.process, fd, undefined);
  } else put(context, frame, descriptor?.value ?? fallback, undefined);
}

/** Lets the descriptor of a redirection refer to a file. `{name}` gets a new descriptor, which stays open. */
function change(context: Context, frame: Frame, redirection: Redirection, fallback: number, file: number): void {
  const { descriptor } = redirection;
  if (descriptor?.type !== "FileDescriptorVariable") {
    put(context, frame, descriptor?.value ?? fallback, file);
    return;
  }
  const fd = lowestFreeDescriptor(context.process, FIRST_FREE_DESCRIPTOR);
  setDescriptor(context.machine, context.process, fd, file);
  assign(context, { name: descriptor.name, appends: false, value: String(fd) });
}

function put(context: Context, frame: Frame, fd: number, file: number | undefined): void {
  const { machine, process } = context;
  frame.saved ??= {};
  if (!(fd in frame.saved)) {
    const old = process.fds[fd];
    frame.saved[fd] = old ?? null;
    if (old !== undefined) hold(machine, old);
  }
  setDescriptor(machine, process, fd, file);
}

function open(context: Context, path: string, mode: OpenMode): number {
  const { machine, process, files } = context;
  try {
    return openPath(machine, process, path, mode, files);
  } catch (error) {
    if (error instanceof FileError) throw new RedirectionError(describe(context, path, mode, error));
    throw error;
  }
}

function describe({ shell }: Context, path: string, mode: OpenMode, error: FileError): string {
  if (shell.flavour === "bash") {
    return error.code === "EEXIST" ? `${path}: cannot overwrite existing file` : `${path}: ${error.message}`;
  }
  const isRead = mode === "read";
  const isMissing = error.code === "ENOENT";
  if (shell.flavour === "dash") {
    if (isRead) return `cannot open ${path}: ${isMissing ? "No such file" : error.message}`;
    return `cannot create ${path}: ${isMissing ? "Directory nonexistent" : error.message}`;
  }
  if (isRead) return `can't open ${path}: ${isMissing ? "no such file" : error.message}`;
  return `can't create ${path}: ${isMissing ? "nonexistent directory" : error.message}`;
}

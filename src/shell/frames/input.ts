/** A shell that reads its commands from the standard input, line by line. */
import { MAX_SCRIPT_LENGTH } from "../../lib/container-limits.ts";
import { type Context, failure } from "../context.ts";
import { leaveShell, pushList } from "../control.ts";
import { DescriptorError, readDescriptor } from "../descriptors.ts";
import type { InputFrame } from "../frame.ts";
import { hasOpenHereDocument } from "../syntax/problem.ts";
import { addSource, scriptOfText } from "../syntax/source.ts";

/** Reads until a command is complete, then runs it. Other commands may read the same input in between. */
export function stepInput(context: Context, frame: InputFrame): void {
  const { process, shell } = context;
  const line = nextLine(context, frame);
  if (line === undefined) {
    process.waits = [{ type: "readable", fd: 0 }];
    return;
  }
  const isEnd = line === "";
  frame.text += line;
  if (frame.text.length > MAX_SCRIPT_LENGTH) throw failure(context, "cannot allocate memory");
  if (!isEnd && (!line.endsWith("\n") || isIncomplete(frame.text))) return;
  runText(context, frame);
  if (isEnd && frame.at === 0) leaveShell(context, shell.status);
}

/** Bytes that dash and busybox read at once. Commands of the script do not get them. */
const BLOCK_BYTES = 8192;

/** A line, or the beginning of one. Bash leaves the rest of the input to the commands that it runs. */
function nextLine(context: Context, frame: InputFrame): string | undefined {
  const { machine, process, files, shell } = context;
  try {
    if (shell.flavour === "bash") return readDescriptor(machine, process, 0, files, { upTo: "\n" });
    if (!frame.block) {
      const block = readDescriptor(machine, process, 0, files, { maxBytes: BLOCK_BYTES });
      if (!block) return block;
      frame.block = block;
    }
  } catch (error) {
    if (!(error instanceof DescriptorError)) throw error;
    return "";
  }
  const end = frame.block.indexOf("\n") + 1 || frame.block.length;
  const line = frame.block.slice(0, end);
  frame.block = frame.block.slice(end);
  return line;
}

/** Runs what was read. `at` is 1 while commands of it run. */
function runText(context: Context, frame: InputFrame): void {
  const { text } = frame;
  frame.text = "";
  if (text.trim() === "") {
    frame.line += countLines(text);
    frame.at = 0;
    return;
  }
  const source = addSource(context.machine, text);
  frame.pendingLines = countLines(text);
  frame.at = 1;
  pushList(context, source, scriptOfText(text).root);
}

/** The commands have ended: the next lines follow. */
export function finishInput(frame: InputFrame): void {
  frame.line += frame.pendingLines ?? 0;
  frame.pendingLines = undefined;
  frame.at = 0;
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

export function isIncomplete(text: string): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\\n$/.test(text)) return true;
  const { problem, nodes } = scriptOfText(text);
  return problem?.isIncomplete === true || hasOpenHereDocument(nodes);
}

/** A shell on a terminal: prompts, editing of lines, history, keys that interrupt, and news about jobs. */
import { type Context, hasOption, writeOut } from "../context.ts";
import { leaveShell, popFrame, pushList } from "../control.ts";
import { readDescriptor } from "../descriptors.ts";
import type { InputFrame } from "../frame.ts";
import { expanding } from "../frames/expanding.ts";
import { isIncomplete } from "../frames/input.ts";
import { describeJob, forgetJob, updateJobs } from "../jobs.ts";
import { addSource, scriptOfText } from "../syntax/source.ts";
import type { TerminalState } from "../terminal.ts";
import { commonPrefix, completionsOf, inColumns, quoteName } from "./completion.ts";
import { expandHistory } from "./history.ts";
import { type EditResult, type EditState, insert, newEdit, typeKey } from "./line-editor.ts";
import { promptText } from "./prompt.ts";

const MAX_HISTORY = 500;

function terminalOf({ machine, process }: Context): TerminalState | undefined {
  return machine.sessions[process.session]?.terminal;
}

export function stepInteractive(context: Context, frame: InputFrame): void {
  const { process, shell, machine, files } = context;
  if (!frame.edit) {
    if (!showPrompt(context, frame)) return;
    frame.edit = newEdit(shell.history.length);
    takeTerminal(context);
  }
  for (;;) {
    const key = readDescriptor(machine, process, 0, files, shell.flavour === "dash" ? { upTo: "\n" } : { maxBytes: 1 });
    if (key === undefined) {
      process.waits = [{ type: "readable", fd: 0 }];
      return;
    }
    if (key === "" || machine.sessions[process.session] === undefined) {
      endOfInput(context);
      return;
    }
    if (shell.flavour === "dash") {
      if (!key.endsWith("\n")) {
        frame.edit.text += key;
        continue;
      }
      frame.edit.text += key.slice(0, -1);
      runLine(context, frame);
      return;
    }
    if (handle(context, frame, typeKey(frame.edit, key, shell.history))) return;
  }
}

/** Prints the prompt; false if a substitution in it runs first. */
function showPrompt(context: Context, frame: InputFrame): boolean {
  if (frame.text === "") tellAboutJobs(context);
  const prompt = expanding(context, frame, (x) => promptText(x, frame.text === "" ? "PS1" : "PS2"));
  if (!prompt) return false;
  frame.prompt = prompt.value;
  writeOut(context, 2, prompt.value);
  context.process.waits = undefined;
  return true;
}

function tellAboutJobs(context: Context): void {
  const { shell } = context;
  updateJobs(context);
  for (const job of shell.jobs.filter((each) => each.state === "done")) {
    if (!job.isNotified) writeOut(context, 2, `${describeJob(context, job)}\n`);
    forgetJob(context, job);
  }
}

/** The terminal belongs to the shell, which edits the line itself; dash leaves that to the terminal. */
function takeTerminal(context: Context): void {
  const terminal = terminalOf(context);
  if (!terminal) return;
  terminal.foreground = context.process.group;
  if (context.shell.flavour === "dash") return;
  terminal.isCooked = false;
  terminal.echoes = false;
  terminal.ready += terminal.line;
  terminal.line = "";
}

function giveTerminal(context: Context): void {
  const terminal = terminalOf(context);
  if (!terminal) return;
  terminal.isCooked = true;
  terminal.echoes = true;
}

/** True if the step ends: a line runs, or the shell leaves. */
function handle(context: Context, frame: InputFrame, result: EditResult): boolean {
  writeOut(context, 2, result.output);
  switch (result.event) {
    case "line":
      writeOut(context, 2, "\n");
      runLine(context, frame);
      return true;
    case "end":
      endOfInput(context);
      return true;
    case "clear":
      writeOut(
        context,
        2,
        `${frame.prompt ?? ""}${frame.edit!.text}${"\b".repeat(frame.edit!.text.length - frame.edit!.cursor)}`,
      );
      return false;
    case "complete":
    case "list":
      complete(context, frame, frame.edit!, result.event === "list");
      return false;
    default:
      return false;
  }
}

function complete(context: Context, frame: InputFrame, edit: EditState, lists: boolean): void {
  const { typed, names } = completionsOf(context, edit.text.slice(0, edit.cursor));
  if (names.length === 0) return;
  const common = commonPrefix(names);
  const added = quoteName(common.slice(typed.length)) + (names.length === 1 && !common.endsWith("/") ? " " : "");
  if (added !== "") {
    writeOut(context, 2, insert(edit, added).output);
    edit.wasTab = undefined;
  } else if (lists) {
    const width = terminalOf(context)?.columns ?? 80;
    const shown = `${frame.prompt ?? ""}${edit.text}${"\b".repeat(edit.text.length - edit.cursor)}`;
    writeOut(context, 2, `\n${inColumns(names, width)}${shown}`);
  } else writeOut(context, 2, "\x07");
}

function runLine(context: Context, frame: InputFrame): void {
  const { shell, machine } = context;
  const text = expandedLine(context, frame.edit!.text);
  frame.edit = undefined;
  giveTerminal(context);
  if (text === undefined) {
    frame.text = "";
    return;
  }
  if (text.trim() !== "" && shell.flavour !== "dash") {
    shell.history.push(text);
    if (shell.history.length > MAX_HISTORY) shell.history.shift();
  }
  frame.text += `${text}\n`;
  if (isIncomplete(frame.text)) return;
  const script = frame.text;
  frame.text = "";
  frame.line++;
  if (script.trim() === "") return;
  pushList(context, addSource(machine, script), scriptOfText(script).root);
}

/** The line after history expansion, which bash prints. Undefined if there is nothing to run. */
function expandedLine(context: Context, typed: string): string | undefined {
  const { shell } = context;
  if (shell.flavour !== "bash" || !hasOption(shell, "histexpand")) return typed;
  const expansion = expandHistory(typed, shell.history);
  if (expansion.type === "same") return typed;
  if (expansion.type === "missing") {
    writeOut(context, 2, `bash: ${expansion.event}: event not found\n`);
    return undefined;
  }
  writeOut(context, 2, `${expansion.text}\n`);
  if (!expansion.printsOnly) return expansion.text;
  shell.history.push(expansion.text);
  return undefined;
}

function endOfInput(context: Context): void {
  const { shell } = context;
  giveTerminal(context);
  if (shell.flavour === "bash") writeOut(context, 2, "exit\n");
  leaveShell(context, shell.status);
}

/** ^C: the commands of the line end, and a new prompt follows. */
export function interruptLine(context: Context): void {
  const { shell } = context;
  const frame = shell.frames[0] as InputFrame | undefined;
  const isEditing = frame?.type === "input" && frame.edit !== undefined;
  while (shell.frames.length > 1) popFrame(context);
  shell.status = 130;
  if (frame?.type === "input") {
    frame.text = "";
    frame.edit = undefined;
  }
  const showsKey = isEditing && shell.flavour !== "dash";
  writeOut(context, 2, showsKey ? "^C\n" : "\n");
  context.process.waits = undefined;
  if (hasOption(shell, "monitor")) giveTerminal(context);
}

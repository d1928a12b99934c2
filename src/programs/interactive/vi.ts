/** vi: opens, edits and saves a file in a terminal. Normal, insert and command mode with the keys in common use. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Step, Terminal } from "../../shell/program.ts";
import type { Tool } from "../base/call.ts";
import { resolvePath } from "../base/paths.ts";
import { Editor, type EditorState } from "./editor.ts";
import { runOnLines } from "./line-commands.ts";

interface ViState extends EditorState {
  isStarted?: boolean;
  name?: string;
  message?: string;
}

export const vi: Tool = () => ({
  handles: ["INT", "TERM", "HUP", "WINCH"],
  run: (process) => {
    const state = process.state as unknown as ViState;
    const terminal = process.isTerminal(1) ? process.terminal(1) : undefined;
    if (!state.isStarted) start(process, state, terminal);
    const editor = new Editor(state);
    for (let signal = process.takeSignal(); signal; signal = process.takeSignal()) {
      if (signal === "TERM" || signal === "HUP") return end(process, terminal, 1);
    }
    for (;;) {
      const data = process.read(0, { maxBytes: 1024 });
      if (data === undefined) {
        draw(process, state, terminal);
        return { type: "wait", for: [{ type: "readable", fd: 0 }, { type: "signal" }] };
      }
      if (data === "") return end(process, terminal, 1);
      for (const key of data) {
        const command = editor.press(key);
        if (command === undefined) continue;
        const isOver = runCommand(process, state, command);
        if (isOver) return end(process, terminal, 0);
      }
    }
  },
});

function start(process: ProcessView, state: ViState, terminal: Terminal | undefined): void {
  const name = process.argv.slice(1).find((argument) => !/^[-+]/.test(argument));
  state.isStarted = true;
  state.lines = [""];
  state.name = name;
  if (terminal) Object.assign(terminal, { isCooked: false, echoes: false, sendsSignals: false });
  else process.write(2, "Vim: Warning: Output is not to a terminal\nVim: Warning: Input is not from a terminal\n");
  if (name === undefined) return;
  try {
    const text = process.files.read(resolvePath(process.cwd, name));
    state.lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
    state.message = `"${name}" ${state.lines.length}L, ${text.length}B`;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.message = error.code === "ENOENT" ? `"${name}" [New File]` : `"${name}" [${error.message}]`;
  }
}

function end(process: ProcessView, terminal: Terminal | undefined, status: number): Step {
  if (terminal) {
    Object.assign(terminal, { isCooked: true, echoes: true, sendsSignals: true });
    process.write(1, `\x1b[${terminal.rows};1H\x1b[K`);
  }
  return { type: "exit", status };
}

/** A command of the last line: `:w`, `:q`, `:wq`, `:x`, `:q!`, `:w name`, `:5`, `:s/a/b/g`, `:%s/a/b/g`, `:set`. Returns true to end. */
function runCommand(process: ProcessView, state: ViState, command: string): boolean {
  const [, force, letters = "", bang, name = ""] = /^(!?)([a-z]*)(!?)\s*(.*)$/.exec(command.trim()) ?? [];
  const line = /^\d+$/.exec(command.trim());
  if (line) {
    state.row = Math.min(state.lines!.length, Math.max(1, Number(line[0]))) - 1;
    return false;
  }
  if (command.trim() === "$") {
    state.row = state.lines!.length - 1;
    return false;
  }
  const lineCommand = /^([\d.,$%]*)(s\W.*|d|[gv]!?\/.*)$/.exec(command.trim());
  if (lineCommand) {
    runOnLines(state, lineCommand[1]!, lineCommand[2]!);
    return false;
  }
  if (force) return false;
  switch (letters) {
    case "w":
    case "write":
      save(process, state, name || state.name, bang === "!");
      return false;
    case "wq":
    case "x":
    case "xit":
    case "wqa":
    case "xa":
      return save(process, state, name || state.name, bang === "!");
    case "q":
    case "quit":
    case "qa":
      if (!state.isChanged || bang === "!") return true;
      state.message = "E37: No write since last change (add ! to override)";
      return false;
    case "set":
    case "syntax":
    case "noh":
      return false;
    default:
      state.message = letters === "" ? "" : `E492: Not an editor command: ${command}`;
      return false;
  }
}

function save(process: ProcessView, state: ViState, name: string | undefined, isForced: boolean): boolean {
  if (name === undefined) {
    state.message = "E32: No file name";
    return false;
  }
  const text = `${state.lines!.join("\n")}\n`;
  try {
    if (!isForced && process.files.find(resolvePath(process.cwd, name)))
      process.files.access(resolvePath(process.cwd, name), "w");
    process.files.write(resolvePath(process.cwd, name), text);
    state.name ??= name;
    state.isChanged = false;
    state.message = `"${name}" ${state.lines!.length}L, ${text.length}B written`;
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.message =
      error.code === "EACCES" || error.code === "EROFS"
        ? `E45: 'readonly' option is set (add ! to override)`
        : `E212: Can't open file for writing: ${error.message}`;
    return false;
  }
}

function draw(process: ProcessView, state: ViState, terminal: Terminal | undefined): void {
  if (!terminal) return;
  const rows = terminal.rows - 1;
  const row = state.row ?? 0;
  const top = Math.max(0, Math.min(state.top ?? 0, row), row - rows + 1);
  state.top = top;
  const lines = Array.from({ length: rows }, (_, i) => (state.lines![top + i] ?? "~").slice(0, terminal.columns));
  const status =
    state.mode === "command"
      ? `:${state.command ?? ""}`
      : state.mode === "search"
        ? `/${state.command ?? ""}`
        : state.mode === "insert"
          ? "-- INSERT --"
          : (state.message ?? "");
  const cursor =
    state.mode === "command" || state.mode === "search"
      ? `\x1b[${terminal.rows};${(state.command ?? "").length + 2}H`
      : `\x1b[${row - top + 1};${(state.column ?? 0) + 1}H`;
  process.write(1, `\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\r\n${status}\x1b[K${cursor}`);
  state.message = "";
}

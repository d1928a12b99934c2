/**
 * Lines of a terminal that the user edits, with a history: arrow keys, ^A, ^R and the like, as programs with readline
 * offer them. The state is part of the process's state.
 */
import type { Bytes } from "../../files/entry.ts";
import { MAX_LINE_HISTORY } from "../../lib/container-limits.ts";
import { type EditState, newEdit, typeKey } from "../../shell/interactive/line-editor.ts";
import type { ProcessView } from "../../shell/program.ts";

interface LineState {
  history: string[];
  /** The line that is being typed. */
  edit?: EditState | undefined;
}

/**
 * The next line of standard input with its line feed; empty at the end of the input, undefined while it is typed. The
 * caller has shown `prompt` already. Without a terminal the line is read as it is.
 */
export function readEditedLine(process: ProcessView, prompt: string): Bytes | undefined {
  const terminal = process.isTerminal(0) ? process.terminal(0) : undefined;
  if (!terminal) return process.read(0, { upTo: "\n" });
  const state = stateOf(process);
  if (!state.edit) {
    Object.assign(terminal, { isCooked: false, echoes: false });
    state.edit = newEdit(state.history.length);
  }
  for (;;) {
    const { edit } = state;
    const key = process.read(0, { maxBytes: 1 });
    if (key === undefined) return undefined;
    const { output, event } = key === "" ? { output: "", event: "end" } : typeKey(edit, key, state.history);
    process.write(1, output);
    if (event === "line" || event === "end") {
      dropEditedLine(process);
      if (event === "end") return "";
      process.write(1, "\n");
      remember(state, edit.text);
      return `${edit.text}\n`;
    }
    if (event === "clear") process.write(1, prompt + edit.text + "\b".repeat(edit.text.length - edit.cursor));
    else if (event !== undefined) process.write(1, "\x07");
  }
}

/** Forgets the line that is being typed, as after ^C, and gives the terminal back. */
export function dropEditedLine(process: ProcessView): void {
  stateOf(process).edit = undefined;
  const terminal = process.isTerminal(0) ? process.terminal(0) : undefined;
  if (terminal) Object.assign(terminal, { isCooked: true, echoes: true });
}

function stateOf({ state }: ProcessView): LineState {
  state["lineEditor"] ??= { history: [] };
  return state["lineEditor"] as unknown as LineState;
}

function remember({ history }: LineState, line: string): void {
  if (line.trim() === "" || history.at(-1) === line) return;
  history.push(line);
  if (history.length > MAX_LINE_HISTORY) history.shift();
}

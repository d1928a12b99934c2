/** nano: opens, edits and saves a file in a terminal, with the keys of its two help lines. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Step, Terminal } from "../../shell/program.ts";
import type { Tool } from "../base/call.ts";
import { resolvePath } from "../base/paths.ts";

interface NanoState {
  isStarted?: boolean;
  lines: string[];
  row: number;
  column: number;
  top: number;
  name: string;
  message: string;
  isChanged: boolean;
  cut: string[];
  /** A question in the status line, and what was typed there. */
  prompt?: "write" | "save" | "search" | "line";
  typed: string;
  searched: string;
  /** An escape sequence that has begun. */
  escape: string;
  isCutting: boolean;
}

const CONTROL = (letter: string) => String.fromCharCode(letter.charCodeAt(0) & 31);
const KEYS: Readonly<Record<string, string>> = {
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\x1b[C": "right",
  "\x1b[D": "left",
  "\x1bOA": "up",
  "\x1bOB": "down",
  "\x1bOC": "right",
  "\x1bOD": "left",
  "\x1b[H": "home",
  "\x1b[F": "end",
  "\x1b[1~": "home",
  "\x1b[4~": "end",
  "\x1b[3~": "delete",
  "\x1b[5~": "pageUp",
  "\x1b[6~": "pageDown",
  [CONTROL("P")]: "up",
  [CONTROL("N")]: "down",
  [CONTROL("F")]: "right",
  [CONTROL("B")]: "left",
  [CONTROL("A")]: "home",
  [CONTROL("E")]: "end",
  [CONTROL("D")]: "delete",
  [CONTROL("Y")]: "pageUp",
  [CONTROL("V")]: "pageDown",
  [CONTROL("X")]: "exit",
  [CONTROL("O")]: "write",
  [CONTROL("S")]: "saveNow",
  [CONTROL("W")]: "search",
  [CONTROL("K")]: "cut",
  [CONTROL("U")]: "paste",
  [CONTROL("_")]: "line",
  [CONTROL("C")]: "cancel",
  [CONTROL("G")]: "help",
  "\x7f": "backspace",
  "\b": "backspace",
  "\r": "enter",
  "\n": "enter",
};

export const nano: Tool = () => ({
  handles: ["INT", "TERM", "HUP", "WINCH"],
  run: (process) => {
    const state = process.state as unknown as NanoState;
    const terminal = process.isTerminal(1) ? process.terminal(1) : undefined;
    if (!terminal || !process.isTerminal(0)) {
      process.write(2, "Standard input is not a terminal\n");
      return { type: "exit", status: 1 };
    }
    if (!state.isStarted) start(process, state, terminal);
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
      for (const byte of data) if (takeByte(process, state, terminal, byte)) return end(process, terminal, 0);
    }
  },
});

function start(process: ProcessView, state: NanoState, terminal: Terminal): void {
  const name = process.argv.slice(1).find((argument) => !/^[-+]/.test(argument)) ?? "";
  Object.assign(state, {
    isStarted: true,
    lines: [""],
    row: 0,
    column: 0,
    top: 0,
    name,
    message: "",
    isChanged: false,
    cut: [],
    typed: "",
    searched: "",
    escape: "",
    isCutting: false,
  });
  Object.assign(terminal, { isCooked: false, echoes: false, sendsSignals: false });
  process.write(1, "\x1b[?1049h\x1b[?2004h");
  if (name === "") return;
  try {
    const text = process.files.read(resolvePath(process.cwd, name));
    state.lines = text.split("\n");
    const count = text === "" ? 0 : state.lines.length - (text.endsWith("\n") ? 1 : 0);
    state.message = `[ Read ${count} line${count === 1 ? "" : "s"} ]`;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.message = error.code === "ENOENT" ? "[ New File ]" : `[ Error reading ${name}: ${error.message} ]`;
  }
}

function end(process: ProcessView, terminal: Terminal, status: number): Step {
  Object.assign(terminal, { isCooked: true, echoes: true, sendsSignals: true });
  process.write(1, "\x1b[?2004l\x1b[?1049l");
  return { type: "exit", status };
}

/** Takes one byte of input. True ends the editor. */
function takeByte(process: ProcessView, state: NanoState, terminal: Terminal, byte: string): boolean {
  if (state.escape !== "" || byte === "\x1b") {
    state.escape += byte;
    const rest = state.escape.slice(1);
    if (/^(?:[[O][\d;]*)?$/.test(rest)) return false;
    const key = KEYS[state.escape] ?? "";
    state.escape = "";
    return press(process, state, terminal, key, "");
  }
  return press(process, state, terminal, KEYS[byte] ?? "", byte);
}

function press(process: ProcessView, state: NanoState, terminal: Terminal, key: string, byte: string): boolean {
  if (state.prompt) return answer(process, state, key, byte);
  state.message = "";
  const isCutting = state.isCutting;
  state.isCutting = false;
  const rows = Math.max(1, terminal.rows - 4);
  switch (key) {
    case "exit":
      if (!state.isChanged) return true;
      state.prompt = "save";
      return false;
    case "write":
    case "search":
    case "line":
      state.prompt = key;
      state.typed = key === "write" ? state.name : "";
      return false;
    case "saveNow":
      save(process, state, state.name);
      return false;
    case "cut":
      if (!isCutting) state.cut = [];
      state.cut.push(...state.lines.splice(state.row, 1));
      if (state.lines.length === 0) state.lines = [""];
      state.row = Math.min(state.row, state.lines.length - 1);
      state.column = 0;
      state.isChanged = true;
      state.isCutting = true;
      return false;
    case "paste":
      state.lines.splice(state.row, 0, ...state.cut);
      state.row += state.cut.length;
      state.isChanged ||= state.cut.length > 0;
      return false;
    case "pageUp":
    case "pageDown":
      state.row = clamp(state.row + (key === "pageUp" ? -rows : rows), state.lines.length - 1);
      state.column = 0;
      return false;
    default:
      edit(state, key, byte);
      return false;
  }
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}

function edit(state: NanoState, key: string, byte: string): void {
  const line = state.lines[state.row] ?? "";
  const replace = (text: string) => {
    state.lines[state.row] = text;
    state.isChanged = true;
  };
  switch (key) {
    case "up":
    case "down":
      state.row = clamp(state.row + (key === "up" ? -1 : 1), state.lines.length - 1);
      state.column = Math.min(state.column, state.lines[state.row]!.length);
      return;
    case "left":
      if (state.column > 0) state.column--;
      else if (state.row > 0) state.column = state.lines[--state.row]!.length;
      return;
    case "right":
      if (state.column < line.length) state.column++;
      else if (state.row < state.lines.length - 1) {
        state.row++;
        state.column = 0;
      }
      return;
    case "home":
      state.column = 0;
      return;
    case "end":
      state.column = line.length;
      return;
    case "enter":
      replace(line.slice(0, state.column));
      state.lines.splice(++state.row, 0, line.slice(state.column));
      state.column = 0;
      return;
    case "backspace":
      if (state.column > 0) {
        replace(line.slice(0, state.column - 1) + line.slice(state.column));
        state.column--;
      } else if (state.row > 0) {
        state.lines.splice(state.row, 1);
        state.column = state.lines[--state.row]!.length;
        replace(state.lines[state.row]! + line);
      }
      return;
    case "delete":
      if (state.column < line.length) replace(line.slice(0, state.column) + line.slice(state.column + 1));
      else if (state.row < state.lines.length - 1) replace(line + state.lines.splice(state.row + 1, 1)[0]!);
      return;
    default:
      if (byte === "\t" || byte >= " ") {
        replace(line.slice(0, state.column) + byte + line.slice(state.column));
        state.column++;
      }
  }
}

/** A key at a question. True ends the editor. */
function answer(process: ProcessView, state: NanoState, key: string, byte: string): boolean {
  const { prompt } = state;
  if (key === "cancel") {
    state.prompt = undefined;
    state.message = "[ Cancelled ]";
    return false;
  }
  if (prompt === "save") {
    if (/^[nN]$/.test(byte)) return true;
    if (!/^[yY]$/.test(byte)) return false;
    state.prompt = "write";
    state.typed = state.name;
    process.state.exits = true;
    return false;
  }
  if (key === "backspace") state.typed = state.typed.slice(0, -1);
  else if (key !== "enter") state.typed += byte >= " " ? byte : "";
  else {
    state.prompt = undefined;
    if (prompt === "search") search(state);
    else if (prompt === "line") state.row = clamp(Number.parseInt(state.typed, 10) - 1 || 0, state.lines.length - 1);
    else if (save(process, state, state.typed) && process.state.exits === true) return true;
  }
  return false;
}

function search(state: NanoState): void {
  const wanted = state.typed === "" ? state.searched : state.typed;
  state.searched = wanted;
  const count = state.lines.length;
  for (let i = 0; i <= count; i++) {
    const row = (state.row + i) % count;
    const found = state.lines[row]!.toLowerCase().indexOf(wanted.toLowerCase(), i === 0 ? state.column + 1 : 0);
    if (found < 0) continue;
    Object.assign(state, { row, column: found, message: row < state.row ? "[ Search Wrapped ]" : "" });
    return;
  }
  state.message = `[ "${wanted}" not found ]`;
}

function save(process: ProcessView, state: NanoState, name: string): boolean {
  if (name === "") return false;
  const text = state.lines.join("\n");
  try {
    process.files.write(resolvePath(process.cwd, name), text === "" || text.endsWith("\n") ? text : `${text}\n`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state.message = `[ Error writing ${name}: ${error.message} ]`;
    return false;
  }
  if (!text.endsWith("\n") && text !== "") state.lines.push("");
  const count = state.lines.length - 1;
  Object.assign(state, { name, isChanged: false, message: `[ Wrote ${count} line${count === 1 ? "" : "s"} ]` });
  return true;
}

const HELP: readonly (readonly [string, string])[] = [
  ["^G Help", "^X Exit"],
  ["^O Write Out", "^R Read File"],
  ["^W Where Is", "^\\ Replace"],
  ["^K Cut", "^U Paste"],
];

function statusLine(state: NanoState): string {
  if (state.prompt === "save") return "Save modified buffer?                     Y Yes   N No   ^C Cancel";
  if (state.prompt === "write") return `File Name to Write: ${state.typed}`;
  if (state.prompt === "search") return `Search${state.searched === "" ? "" : ` [${state.searched}]`}: ${state.typed}`;
  return state.prompt === "line" ? `Enter line number, column number: ${state.typed}` : state.message;
}

function draw(process: ProcessView, state: NanoState, { rows, columns }: Terminal): void {
  const height = Math.max(1, rows - 4);
  if (state.row < state.top) state.top = state.row;
  if (state.row >= state.top + height) state.top = state.row - height + 1;
  const title = `  GNU nano 7.2${" ".repeat(Math.max(2, Math.floor(columns / 2) - 18))}${state.name || "New Buffer"}${state.isChanged ? " *" : ""}`;
  const shown = Array.from({ length: height }, (_, i) =>
    (state.lines[state.top + i] ?? "").replaceAll("\t", "        ").slice(0, columns),
  );
  const status = statusLine(state);
  const centred = state.prompt ? status : " ".repeat(Math.max(0, Math.floor((columns - status.length) / 2))) + status;
  const help = [0, 1].map((row) =>
    HELP.map((pair) => pair[row]!.padEnd(Math.floor(columns / HELP.length)))
      .join("")
      .slice(0, columns),
  );
  const screen = [
    `\x1b[7m${title.padEnd(columns).slice(0, columns)}\x1b[0m`,
    ...shown,
    centred.slice(0, columns),
    ...help,
  ];
  const before = (state.lines[state.row] ?? "").slice(0, state.column).replaceAll("\t", "        ").length;
  const cursor = state.prompt ? [rows - 2, status.length + 1] : [state.row - state.top + 2, before + 1];
  process.write(1, `\x1b[H${screen.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[${cursor[0]};${cursor[1]}H`);
}

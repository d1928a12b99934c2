/** less and more: without a terminal they pass the text on; in a terminal they show it screen by screen. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Tool } from "../base/call.ts";
import { readOptions } from "../base/options.ts";
import { resolvePath } from "../base/paths.ts";
import { withUsage } from "../processes/waiting.ts";

interface PagerState {
  text?: string;
  isRead?: boolean;
  isEnded?: boolean;
  top?: number;
  isRaw?: boolean;
  failed?: boolean;
  wasEchoing?: boolean;
}

export const pager: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, { short: "EFMNRSXeimnsdfulcp:x:" });
      return page(process, options.operands);
    }),
});

function page(process: ProcessView, names: readonly string[]): Step {
  const state = process.state as PagerState;
  const step = readText(process, names, state);
  if (step) return step;
  const terminal = process.isTerminal(1) ? process.terminal(1) : undefined;
  const text = state.text ?? "";
  const lines = text.split("\n");
  const rows = (terminal?.rows ?? 24) - 1;
  if (!terminal || names.length === 0 || lines.length <= rows + 1) {
    process.write(1, text);
    return { type: "exit", status: state.failed ? 1 : 0 };
  }
  if (!state.isRaw) {
    state.isRaw = true;
    state.wasEchoing = terminal.echoes;
    Object.assign(terminal, { isCooked: false, echoes: false });
    state.top = 0;
    show(process, lines, rows, state);
  }
  for (;;) {
    const key = process.read(0, { maxBytes: 1 });
    if (key === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    const last = Math.max(0, lines.length - 1 - rows);
    if (key === "" || key === "q" || key === "\x03") {
      Object.assign(terminal, { isCooked: true, echoes: state.wasEchoing ?? true });
      process.write(1, "\r\x1b[K");
      return { type: "exit", status: 0 };
    }
    const moves: Record<string, number> = {
      " ": rows,
      f: rows,
      b: -rows,
      "\r": 1,
      "\n": 1,
      j: 1,
      k: -1,
      d: Math.floor(rows / 2),
      u: -Math.floor(rows / 2),
      g: -lines.length,
      G: lines.length,
    };
    const move = moves[key];
    if (move === undefined) continue;
    state.top = Math.max(0, Math.min(last, (state.top ?? 0) + move));
    show(process, lines, rows, state);
  }
}

function readText(process: ProcessView, names: readonly string[], state: PagerState): Step | undefined {
  if (state.isRead) return undefined;
  if (names.length === 0) {
    for (;;) {
      const data = process.read(0);
      if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      if (data === "") break;
      state.text = (state.text ?? "") + data;
    }
  }
  for (const name of names) {
    try {
      state.text = (state.text ?? "") + process.files.read(resolvePath(process.cwd, name));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      process.write(2, `${name}: ${error.message}\n`);
      state.failed = true;
    }
  }
  state.isRead = true;
  return undefined;
}

function show(process: ProcessView, lines: readonly string[], rows: number, { top = 0 }: PagerState): void {
  const shown = lines.slice(top, top + rows);
  const isEnd = top + rows >= lines.length - 1;
  process.write(1, `\x1b[H\x1b[J${shown.join("\r\n")}\r\n${isEnd ? "\x1b[7m(END)\x1b[m" : ":"}`);
}

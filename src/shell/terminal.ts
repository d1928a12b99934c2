/**
 * The line discipline of a terminal. Linux: drivers/tty/n_tty.c, as far as programs of a container see it: echo, editing
 * of the line, end of input, and keys that send signals.
 */
import type { Bytes } from "../files/entry.ts";
import type { SignalName } from "./program.ts";

export interface TerminalState {
  columns: number;
  rows: number;
  /** False: bytes are delivered at once (stty -icanon). */
  isCooked: boolean;
  echoes: boolean;
  /** Keys such as ^C send signals (stty isig). */
  sendsSignals: boolean;
  /** The line that is being typed. */
  line: Bytes;
  /** Bytes that a read gives. */
  ready: Bytes;
  /** Ends of input (^D on an empty line) that follow `ready`. */
  ends: number;
  isHungUp?: true;
  /** Process group that receives the signals of keys. */
  foreground: number;
}

export function newTerminal(size: { columns: number; rows: number }, foreground: number): TerminalState {
  return {
    columns: size.columns,
    rows: size.rows,
    isCooked: true,
    echoes: true,
    sendsSignals: true,
    line: "",
    ready: "",
    ends: 0,
    foreground,
  };
}

const KEYS: Record<string, SignalName> = { "\x03": "INT", "\x1c": "QUIT", "\x1a": "TSTP" };
const MAX_LINE_BYTES = 4096;

export interface TypedInput {
  /** Bytes to show. */
  echo: Bytes;
  /** Signals for the foreground group, in order. */
  signals: SignalName[];
}

/** Bytes that arrive from the keyboard. Changes the terminal; the caller shows the echo and sends the signals. */
export function typeInto(terminal: TerminalState, data: Bytes): TypedInput {
  const typed: TypedInput = { echo: "", signals: [] };
  for (const key of data) typeKey(terminal, key, typed);
  return typed;
}

function typeKey(terminal: TerminalState, key: string, typed: TypedInput): void {
  const signal = terminal.sendsSignals ? KEYS[key] : undefined;
  if (signal) {
    typed.signals.push(signal);
    typed.echo += echoOf(terminal, key);
    // The kernel drops what was typed before and not read.
    terminal.line = "";
    terminal.ready = "";
    return;
  }
  if (!terminal.isCooked) {
    terminal.ready += key;
    typed.echo += echoOf(terminal, key);
    return;
  }
  typed.echo += editLine(terminal, key === "\r" ? "\n" : key);
}

/** Returns the echo. */
function editLine(terminal: TerminalState, key: string): Bytes {
  switch (key) {
    case "\x7f":
    case "\b":
      return erase(terminal, Math.min(1, terminal.line.length));
    case "\x15":
      return erase(terminal, terminal.line.length);
    case "\x17":
      return erase(terminal, /\S*\s*$/.exec(terminal.line)![0].length);
    case "\x04":
      if (terminal.line === "") terminal.ends++;
      terminal.ready += terminal.line;
      terminal.line = "";
      return "";
    case "\n":
      terminal.ready += `${terminal.line}\n`;
      terminal.line = "";
      return terminal.echoes ? "\r\n" : "";
    default:
      if (terminal.line.length < MAX_LINE_BYTES) terminal.line += key;
      return echoOf(terminal, key);
  }
}

function erase(terminal: TerminalState, count: number): Bytes {
  const gone = terminal.line.slice(terminal.line.length - count);
  terminal.line = terminal.line.slice(0, terminal.line.length - count);
  let echo = "";
  for (const key of gone) echo += "\b \b".repeat(echoOf(terminal, key).length);
  return echo;
}

/** Control characters are shown as `^C`. */
function echoOf(terminal: TerminalState, key: string): Bytes {
  if (!terminal.echoes) return "";
  if (key === "\n" || key === "\r") return "\r\n";
  const code = key.charCodeAt(0);
  if (code < 32 && key !== "\t") return `^${String.fromCharCode(code + 64)}`;
  return key === "\x7f" ? "^?" : key;
}

/** As `readDescriptor`. One read of a cooked terminal gives one line at most. */
export function readTerminal(
  terminal: TerminalState | undefined,
  options: { maxBytes?: number; upTo?: string },
): Bytes | undefined {
  if (!terminal) return "";
  if (terminal.ready === "") {
    if (terminal.ends === 0) return terminal.isHungUp ? "" : undefined;
    terminal.ends--;
    return "";
  }
  const stop = terminal.isCooked ? "\n" : options.upTo;
  const found = stop === undefined ? -1 : terminal.ready.indexOf(stop);
  const end = Math.min(found === -1 ? terminal.ready.length : found + 1, options.maxBytes ?? Number.POSITIVE_INFINITY);
  const piece = terminal.ready.slice(0, end);
  terminal.ready = terminal.ready.slice(end);
  return piece;
}

/** Output as the terminal sends it: a new line begins at the left edge. */
export function terminalOutput(terminal: TerminalState | undefined, data: Bytes): Bytes {
  const isRaw = terminal?.isCooked === false && !terminal.echoes && !terminal.sendsSignals;
  return isRaw ? data : data.replaceAll("\n", "\r\n");
}

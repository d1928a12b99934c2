/** Tools that handle their input piece by piece, so that they work behind a program that never ends. */
import type { Bytes } from "../../files/entry.ts";
import { FileError, OutputError } from "../../files/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { descriptorOf, type Flavour, programName, type Tool, UsageError, usageText } from "./call.ts";
import { quoted } from "./messages.ts";
import { resolvePath } from "./paths.ts";

/** The surroundings of a streaming tool. Unlike a tool of one piece it writes at once. */
export interface StreamCall {
  readonly process: ProcessView;
  readonly flavour: Flavour;
  readonly name: string;
  readonly args: readonly string[];
  print(text: Bytes): void;
  warn(text: Bytes): void;
}

export interface Filter {
  /** Files to read in order; `-` is the standard input. */
  readonly names: readonly string[];
  /** A piece of input. `isLast`: the file ends with it, and it may be empty. Returns true when no more is wanted. */
  piece(data: Bytes, source: { name: string; isLast: boolean }): boolean;
  /** After the last file. Returns the exit status; `failed` says that a file could not be read. */
  end(failed: boolean): number;
  /** The text for a file that cannot be read, without the tool's name. Undefined: no text. Null: no failure. */
  problem?(name: string, error: FileError): string | undefined | null;
}

export interface StreamOptions {
  usageStatus?: number;
  /** Words before the name of a file that cannot be opened. */
  gnu?: "plain" | "open";
  busybox?: "plain" | "open";
}

/** `begin` runs at the start and after each wait, and keeps what it must remember in `state`. */
export function streamTool(begin: (call: StreamCall, state: JsonObject) => Filter, options: StreamOptions = {}): Tool {
  return (flavour): Program => ({ run: (process) => runStream(process, flavour, begin, options) });
}

function runStream(
  process: ProcessView,
  flavour: Flavour,
  begin: (call: StreamCall, state: JsonObject) => Filter,
  options: StreamOptions,
): Step {
  const { state } = process;
  const call = streamCall(process, flavour);
  try {
    state.filter ??= {};
    const own = state.filter as JsonObject;
    return pump(process, call, begin(call, own), options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.write(2, usageText(call.name, flavour, error));
    return { type: "exit", status: error.status ?? (flavour === "busybox" ? 1 : (options.usageStatus ?? 1)) };
  }
}

/** The parts of a call that need no memory. */
export function streamCall(process: ProcessView, flavour: Flavour): StreamCall {
  return {
    process,
    flavour,
    name: programName(process),
    args: process.argv.slice(1),
    print: (text) => {
      if (text !== "" && !process.write(1, text)) process.state.isFull = true;
    },
    warn: (text) => void process.write(2, text),
  };
}

function pump(process: ProcessView, call: StreamCall, filter: Filter, options: StreamOptions): Step {
  const { state } = process;
  for (let at = Number(state.at ?? 0); at < filter.names.length; state.at = ++at) {
    const name = filter.names[at]!;
    try {
      const step = readOne(process, filter, name);
      if (step === "done") break;
      if (step !== "next") return step;
    } catch (error) {
      if (!(error instanceof FileError) || error instanceof OutputError) throw error;
      const text = filter.problem ? filter.problem(name, error) : problemText(name, error, call.flavour, options);
      if (text) call.warn(`${call.name}: ${text}\n`);
      if (text !== null) state.failed = true;
      delete state.fd;
    }
  }
  return { type: "exit", status: filter.end(state.failed === true) };
}

function readOne(process: ProcessView, filter: Filter, name: string): Step | "next" | "done" {
  const { state } = process;
  if (takeFull(state)) return { type: "wait", for: [{ type: "writable", fd: 1 }] };
  const path = resolvePath(process.cwd, name);
  if (state.fd === undefined) {
    const known = descriptorOf(name);
    const entry = known === undefined ? process.files.stat(path) : undefined;
    if (entry?.type === "directory") throw new FileError("EISDIR", path);
    if (entry?.type === "file") return filter.piece(process.files.read(path), { name, isLast: true }) ? "done" : "next";
    state.fd = known ?? process.open(path, "read");
  }
  const fd = Number(state.fd);
  for (;;) {
    const data = process.read(fd);
    if (data === undefined) return { type: "wait", for: [{ type: "readable", fd }] };
    const isLast = data === "";
    if (filter.piece(data, { name, isLast })) return "done";
    if (isLast) {
      delete state.fd;
      return "next";
    }
    if (takeFull(state)) return { type: "wait", for: [{ type: "writable", fd: 1 }] };
  }
}

/** Whether the last write filled the output. */
function takeFull(state: JsonObject): boolean {
  const isFull = state.isFull === true;
  delete state.isFull;
  return isFull;
}

function problemText(name: string, error: FileError, flavour: Flavour, options: StreamOptions): string {
  const isDirectory = error.code === "EISDIR";
  if (flavour === "gnu") {
    if (isDirectory && options.gnu === "open") return `error reading ${quoted(name)}: ${error.message}`;
    return options.gnu === "open"
      ? `cannot open ${quoted(name)} for reading: ${error.message}`
      : `${name}: ${error.message}`;
  }
  if (isDirectory) return options.busybox === "open" ? "read error: Is a directory" : `${name}: ${error.message}`;
  return options.busybox === "open" ? `can't open '${name}': ${error.message}` : `${name}: ${error.message}`;
}

export interface LineFilter {
  readonly names: readonly string[];
  /** A line without its newline. Returns true when no more is wanted. */
  line(text: Bytes, source: { name: string; hasNewline: boolean }): unknown;
  /** After each file. */
  endOfFile?(name: string): void;
  end(failed: boolean): number;
  problem?(name: string, error: FileError): string | undefined | null;
  /** Ends a line; default "\n". */
  separator?: string;
}

/** As `streamTool`, by lines. A last line without a newline is a line. */
export function lineTool(
  begin: (call: StreamCall, state: JsonObject) => LineFilter,
  options: StreamOptions = {},
): Tool {
  return streamTool((call, state) => byLines(call.process, begin(call, state), state), options);
}

/** Steps of a line, beyond its octets. */
const STEPS_PER_LINE = 1 / 4;

function byLines(process: ProcessView, filter: LineFilter, state: JsonObject): Filter {
  const separator = filter.separator ?? "\n";
  return {
    names: filter.names,
    problem: filter.problem,
    end: (failed) => filter.end(failed),
    piece: (data, { name, isLast }) => {
      const partial = typeof state.partial === "string" ? state.partial : "";
      if (!isLast && !data.includes(separator)) {
        // A line without an end must not be searched again with each piece.
        if (data !== "") state.partial = partial + data;
        return false;
      }
      const text = partial + data;
      delete state.partial;
      let from = 0;
      for (
        let end = text.indexOf(separator, Math.max(0, partial.length - separator.length));
        end >= 0;
        end = text.indexOf(separator, from)
      ) {
        const line = text.slice(from, end);
        from = end + 1;
        process.charge(STEPS_PER_LINE);
        if (filter.line(line, { name, hasNewline: true }) === true) return true;
      }
      const rest = text.slice(from);
      if (!isLast) {
        if (rest !== "") state.partial = rest;
        return false;
      }
      if (rest !== "" && filter.line(rest, { name, hasNewline: false }) === true) return true;
      filter.endOfFile?.(name);
      return false;
    },
  };
}

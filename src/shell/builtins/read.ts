/** read and mapfile. */

import { FileError } from "../../files/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import { type Context, writeOut } from "../context.ts";
import { DescriptorError, openFileOf, readDescriptor } from "../descriptors.ts";
import { assign, NAME, readVariable, splitElement } from "../variables.ts";
import { type Builtin, type BuiltinCall, type Options, readOptions, refuse } from "./builtin.ts";

const USAGE =
  "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]";

interface Reading {
  data: string;
  /** Characters that were taken from the input and are not part of `data`: quoted ones are marked by position. */
  quoted: number[];
  escaped: boolean;
  until?: number;
  echoed?: boolean;
}

export const read: Builtin = (call) => {
  const { context, frame } = call;
  const { flavour } = context.shell;
  const options = readOptions(
    call,
    flavour === "bash" ? "ersa:d:i:n:N:p:t:u:" : flavour === "dash" ? "p:r" : "sp:n:d:rt:u:",
    USAGE,
  );
  if (typeof options === "number") return options;
  const bad = options.rest.find((name) => !NAME.test(splitElement(name)?.name ?? name));
  if (bad !== undefined)
    return flavour === "bash"
      ? refuse(call, `\`${bad}': not a valid identifier`)
      : refuse(call, `${bad}: bad variable name`, 2);
  const state = (frame.builtin ?? begin(call, options)) as unknown as Reading;
  frame.builtin = state as unknown as JsonObject;
  return readOn(call, options, state);
};

function begin({ context }: BuiltinCall, options: Options): Reading {
  const fd = Number(options.values["u"] ?? 0);
  const isTerminal = openFileOf(context.machine, context.process, fd)?.type === "terminal";
  const prompt = options.values["p"];
  if (prompt !== undefined && (isTerminal || context.shell.flavour !== "bash")) writeOut(context, 2, prompt);
  const timeout = options.values["t"];
  const reading: Reading = { data: "", quoted: [], escaped: false };
  if (timeout !== undefined) reading.until = context.machine.nowMs + Number(timeout) * 1000;
  if (isTerminal && options.flags.includes("s")) setEcho(context, fd, false);
  return reading;
}

function setEcho({ machine, process }: Context, fd: number, isOn: boolean): void {
  const file = openFileOf(machine, process, fd);
  const terminal = file?.type === "terminal" ? machine.sessions[file.session]?.terminal : undefined;
  if (terminal) terminal.echoes = isOn;
}

function readOn(call: BuiltinCall, options: Options, state: Reading): number | "wait" {
  const { context } = call;
  const { machine, process } = context;
  const fd = Number(options.values["u"] ?? 0);
  const exactly = options.values["N"];
  const limit = Number(exactly ?? options.values["n"] ?? Number.POSITIVE_INFINITY);
  const delimiter = exactly !== undefined ? undefined : (options.values["d"] ?? "\n").slice(0, 1) || "\0";
  if (options.values["t"] === "0") return probe(call, fd);
  while (state.data.length < limit) {
    const piece = take(call, fd, { maxBytes: limit - state.data.length, upTo: delimiter });
    if (typeof piece === "number") return piece;
    if (piece === undefined) {
      if (state.until !== undefined && machine.nowMs >= state.until) return finish(call, options, state, 142);
      process.waits = [
        { type: "readable", fd },
        ...(state.until === undefined ? [] : [{ type: "time" as const, atMs: state.until }]),
      ];
      return "wait";
    }
    if (piece === "") return finish(call, options, state, 1);
    if (add(state, piece, delimiter, options.flags.includes("r"))) return finish(call, options, state, 0);
  }
  return finish(call, options, state, 0);
}

/** `read -t 0`: whether input is there. */
function probe({ context }: BuiltinCall, fd: number): number {
  const file = openFileOf(context.machine, context.process, fd);
  if (file?.type === "pipeReader") return context.machine.pipes[file.pipe]!.data === "" ? 1 : 0;
  return file === undefined ? 1 : 0;
}

function take(
  call: BuiltinCall,
  fd: number,
  options: { maxBytes: number; upTo?: string },
): string | number | undefined {
  const { machine, process, files } = call.context;
  const maxBytes = Number.isFinite(options.maxBytes) ? options.maxBytes : undefined;
  try {
    return readDescriptor(machine, process, fd, files, { maxBytes, upTo: options.upTo });
  } catch (error) {
    if (error instanceof DescriptorError) {
      if (call.context.shell.flavour !== "bash") return 1;
      return refuse(call, `${fd === 0 ? "read error: 0" : `${fd}: invalid file descriptor`}: ${error.message}`);
    }
    if (error instanceof FileError) return refuse(call, `read error: ${fd}: ${error.message}`);
    throw error;
  }
}

/** Adds input. True at the delimiter. A backslash quotes the next character, and joins lines. */
function add(state: Reading, piece: string, delimiter: string | undefined, isRaw: boolean): boolean {
  const text = delimiter === "\0" || !piece.includes("\0") ? piece : piece.replace(/\0+/g, "");
  for (const character of text) {
    if (state.escaped) {
      state.escaped = false;
      if (character === "\n") continue;
      state.quoted.push(state.data.length);
      state.data += character;
    } else if (!isRaw && character === "\\") state.escaped = true;
    else if (character === delimiter) return true;
    else state.data += character;
  }
  return false;
}

function finish(call: BuiltinCall, options: Options, state: Reading, status: number): number {
  const { context, frame } = call;
  frame.builtin = undefined;
  const fd = Number(options.values["u"] ?? 0);
  if (options.flags.includes("s")) setEcho(context, fd, true);
  const array = options.values["a"];
  const quoted = new Set(state.quoted);
  const ifs = readVariable(context, "IFS") ?? " \t\n";
  if (array !== undefined) {
    const items = splitLine(state.data, quoted, ifs, Number.POSITIVE_INFINITY).map((value) => ({
      value,
      appends: false,
    }));
    assign(context, { name: array, appends: false, items });
    return status;
  }
  if (options.rest.length === 0) {
    const value =
      options.values["N"] === undefined && context.shell.flavour !== "bash"
        ? (splitLine(state.data, quoted, ifs, 1)[0] ?? "")
        : state.data;
    assign(context, { name: "REPLY", appends: false, value });
    return status;
  }
  const values =
    options.values["N"] === undefined ? splitLine(state.data, quoted, ifs, options.rest.length) : [state.data];
  for (const [i, name] of options.rest.entries()) {
    const element = splitElement(name);
    assign(context, { name: element?.name ?? name, key: element?.key, appends: false, value: values[i] ?? "" });
  }
  return status;
}

/** Fields of a line; the last one takes the rest, without the spaces of IFS at its end. */
function splitLine(text: string, quoted: ReadonlySet<number>, ifs: string, count: number): string[] {
  const isSeparator = (at: number) => at < text.length && !quoted.has(at) && ifs.includes(text[at]!);
  const isWhite = (at: number) => isSeparator(at) && " \t\n".includes(text[at]!);
  const fields: string[] = [];
  let at = 0;
  while (isWhite(at)) at++;
  while (at < text.length) {
    if (fields.length === count - 1) {
      fields.push(lastField(text, at, { isSeparator, isWhite }));
      return fields;
    }
    const start = at;
    while (at < text.length && !isSeparator(at)) at++;
    fields.push(text.slice(start, at));
    while (isWhite(at)) at++;
    if (isSeparator(at) && !isWhite(at)) {
      // The separator belongs to the field before it.
      at++;
      while (isWhite(at)) at++;
    }
  }
  return fields;
}

function lastField(
  text: string,
  start: number,
  is: { isSeparator(at: number): boolean; isWhite(at: number): boolean },
): string {
  let end = text.length;
  while (end > start && is.isWhite(end - 1)) end--;
  // One separator at the end is dropped if the field has no other.
  if (end > start && is.isSeparator(end - 1) && !is.isWhite(end - 1)) {
    let inner = start;
    while (inner < end - 1 && !is.isSeparator(inner)) inner++;
    if (inner === end - 1) {
      end--;
      while (end > start && is.isWhite(end - 1)) end--;
    }
  }
  return text.slice(start, end);
}

export const mapfile: Builtin = (call) => {
  const { context, frame } = call;
  const options = readOptions(call, "d:n:O:s:tu:C:c:");
  if (typeof options === "number") return options;
  const fd = Number(options.values["u"] ?? 0);
  const state = (frame.builtin ?? { data: "" }) as { data: string };
  frame.builtin = state as unknown as JsonObject;
  for (;;) {
    const piece = take(call, fd, { maxBytes: Number.POSITIVE_INFINITY });
    if (typeof piece === "number") return piece;
    if (piece === undefined) {
      context.process.waits = [{ type: "readable", fd }];
      return "wait";
    }
    if (piece === "") break;
    state.data += piece;
  }
  frame.builtin = undefined;
  const delimiter = (options.values["d"] ?? "\n").slice(0, 1) || "\0";
  let lines = state.data.split(delimiter).map((line) => line + delimiter);
  const last = lines.pop()!;
  if (last !== delimiter) lines.push(last.slice(0, -1));
  lines = lines.slice(Number(options.values["s"] ?? 0));
  const count = Number(options.values["n"] ?? 0);
  if (count > 0) lines = lines.slice(0, count);
  const origin = Number(options.values["O"] ?? 0);
  const items = lines.map((line, i) => ({
    key: String(origin + i),
    value: options.flags.includes("t") && line.endsWith(delimiter) ? line.slice(0, -1) : line,
    appends: false,
  }));
  assign(context, { name: options.rest[0] ?? "MAPFILE", appends: options.values["O"] !== undefined, items });
  return 0;
};

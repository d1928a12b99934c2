/** head and tail. Both stream; tail follows files and named pipes. */
import type { Bytes } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Step, Wait } from "../../shell/program.ts";
import { descriptorOf, type Flavour, type Tool, UsageError, usageText } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { resolvePath } from "../base/paths.ts";
import { parseSize } from "../base/sizes.ts";
import { type StreamCall, streamCall, streamTool } from "../base/streams.ts";
import { namesOf } from "./cat.ts";

const HEAD_RULES = {
  short: "c:n:qvz",
  long: { bytes: "c", lines: "n", quiet: "q", silent: "q", verbose: "v", "zero-terminated": "z" },
  numberOption: "n",
};

export const head = streamTool(
  (call, state) => {
    const options = readOptions(call, HEAD_RULES);
    const names = namesOf(options.operands);
    const unit = options.last("c", "n") ?? "n";
    const text = options.value(unit) ?? "10";
    const size = parseSize(text.replace(/^-/, ""));
    if (size === undefined) throw new UsageError(countProblem(call.flavour, unit, text), { hasHint: false });
    const isAllBut = text.startsWith("-");
    const hasTitles = options.has("v") || (names.length > 1 && !options.has("q"));
    return {
      names,
      problem: (name, error) => headProblem(call, name, error),
      piece: (data, { name, isLast }) => {
        if (state.file !== name || state.isDone === true) {
          if (hasTitles && (state.file === undefined || state.isDone === true))
            call.print(`${state.titles ? "\n" : ""}==> ${titleOf(name)} <==\n`);
          Object.assign(state, { file: name, titles: true, taken: 0, held: "", isDone: false });
        }
        const isEnough = isAllBut
          ? allBut(call, state, data, { unit, size })
          : firstOnes(call, state, data, { unit, size, separator: options.has("z") ? "\0" : "\n" });
        if (isLast) state.isDone = true;
        return isEnough && names.length === 1;
      },
      end: (failed) => (failed ? 1 : 0),
    };
  },
  { gnu: "open", busybox: "plain" },
);

function headProblem(call: StreamCall, name: string, error: FileError): string {
  if (call.flavour === "busybox") return `${name}: ${error.code === "EISDIR" ? "Input/output error" : error.message}`;
  return error.code === "EISDIR"
    ? `error reading ${quoted(name)}: ${error.message}`
    : `cannot open ${quoted(name)} for reading: ${error.message}`;
}

function countProblem(flavour: Flavour, unit: string, text: string): string {
  if (flavour === "busybox") return `invalid number '${text}'`;
  return `invalid number of ${unit === "c" ? "bytes" : "lines"}: ${quoted(text)}`;
}

function titleOf(name: string): string {
  return name === "-" ? "standard input" : name;
}

/** Prints what is left of the first lines or bytes. Returns true when there is nothing left. */
function firstOnes(
  call: StreamCall,
  state: Record<string, unknown>,
  data: Bytes,
  { unit, size, separator }: { unit: string; size: number; separator: string },
): boolean {
  const left = size - Number(state.taken);
  if (left <= 0) return true;
  if (unit === "c") {
    call.print(data.slice(0, left));
    state.taken = Number(state.taken) + Math.min(left, data.length);
    return Number(state.taken) >= size;
  }
  let end = 0;
  let lines = 0;
  while (lines < left) {
    const next = data.indexOf(separator, end);
    if (next < 0) {
      end = data.length;
      break;
    }
    end = next + 1;
    lines++;
  }
  call.print(data.slice(0, end));
  state.taken = Number(state.taken) + lines;
  return Number(state.taken) >= size;
}

/** Prints all but the last lines or bytes, which are held back. */
function allBut(
  call: StreamCall,
  state: Record<string, unknown>,
  data: Bytes,
  { unit, size }: { unit: string; size: number },
): boolean {
  const text = String(state.held ?? "") + data;
  const cut = unit === "c" ? Math.max(0, text.length - size) : startOfLast(text, size);
  call.print(text.slice(0, cut));
  state.held = text.slice(cut);
  return false;
}

/** Where the last `count` lines begin. */
function startOfLast(text: string, count: number): number {
  if (count === 0) return text.length;
  let at = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let i = 0; i < count; i++) {
    at = text.lastIndexOf("\n", at - 1);
    if (at < 0) return 0;
    if (at === 0 && i < count - 1) return 0;
  }
  return at + 1;
}

const TAIL_RULES = {
  short: "c:fFn:qs:vz",
  long: {
    bytes: "c",
    follow: "?",
    lines: "n",
    "max-unchanged-stats": ":",
    pid: ":",
    quiet: "q",
    silent: "q",
    retry: "-",
    "sleep-interval": "s",
    verbose: "v",
    "zero-terminated": "z",
  },
  numberOption: "n",
};

interface Followed {
  name: string;
  path: string;
  /** Bytes that were printed. */
  position: number;
  exists: boolean;
}

/** State of tail between its calls. */
interface TailState {
  at?: number;
  held?: string;
  /** The held part ends within a line. */
  isInLine?: boolean;
  skipped?: number;
  fd?: number;
  failed?: boolean;
  followed?: Followed[];
  lastTitle?: string;
  isFollowing?: boolean;
}

export const tail: Tool = (flavour) => ({
  run: (process) => {
    const call = streamCall(process, flavour);
    try {
      const args = call.args.map((argument, i) => (i === 0 && /^\+\d+$/.test(argument) ? `-n${argument}` : argument));
      const options = readOptions({ args, flavour }, { ...TAIL_RULES });
      return new Tail(process, call, options).run();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      call.warn(usageText(call.name, flavour, error));
      return { type: "exit", status: 1 };
    }
  },
});

class Tail {
  readonly #process: ProcessView;
  readonly #call: StreamCall;
  readonly #options: Options;
  readonly #state: TailState;
  readonly #names: readonly string[];
  readonly #unit: string;
  readonly #size: number;
  readonly #isFromStart: boolean;

  constructor(process: ProcessView, call: StreamCall, options: Options) {
    this.#process = process;
    this.#call = call;
    this.#options = options;
    this.#state = process.state as TailState;
    this.#names = namesOf(options.operands);
    this.#unit = options.last("c", "n") ?? "n";
    const text = options.value(this.#unit) ?? "10";
    const size = parseSize(text.replace(/^[-+]/, ""));
    if (size === undefined) throw new UsageError(countProblem(call.flavour, this.#unit, text), { hasHint: false });
    this.#size = size;
    this.#isFromStart = text.startsWith("+");
  }

  run(): Step {
    const state = this.#state;
    for (state.at ??= 0; state.at < this.#names.length; state.at++) {
      const step = this.#start(this.#names[state.at]!);
      if (step) return step;
    }
    if (this.#call.flavour === "busybox" && state.failed && !state.followed && this.#names.length === 1) {
      this.#call.warn("tail: no files\n");
      return { type: "exit", status: 1 };
    }
    if (!this.#follows()) return { type: "exit", status: state.failed ? 1 : 0 };
    return this.#follow();
  }

  #follows(): boolean {
    return this.#options.has("f", "F", "follow");
  }

  #retries(): boolean {
    return this.#options.has("F", "retry");
  }

  /** Prints the end of one file. Returns a step if the process must wait. */
  #start(name: string): Step | undefined {
    const state = this.#state;
    const path = resolvePath(this.#process.cwd, name);
    try {
      const known = descriptorOf(name);
      const entry = known === undefined ? this.#process.files.stat(path) : undefined;
      if (entry?.type === "directory") throw new FileError("EISDIR", path);
      if (entry?.type === "file") {
        const content = this.#process.files.read(path);
        this.#title(name);
        this.#call.print(content.slice(this.#startOf(content)));
        this.#remember({ name, path, position: content.length, exists: true });
        return undefined;
      }
      if (entry?.type === "device" && entry.device === "null") {
        this.#remember({ name, path, position: 0, exists: true });
        return undefined;
      }
      state.fd ??= known ?? this.#process.open(path, "read");
      return this.#drain(name, state.fd);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#fail(name, error);
      if (this.#retries()) this.#remember({ name, path, position: 0, exists: false });
      return undefined;
    }
  }

  /** Reads a pipe to its end and keeps only what may be printed. */
  #drain(name: string, fd: number): Step | undefined {
    const state = this.#state;
    for (;;) {
      const data = this.#process.read(fd);
      if (data === undefined) return { type: "wait", for: [{ type: "readable", fd }] };
      if (data === "") break;
      const held = state.held ?? "";
      if (!this.#isFromStart && this.#unit === "n" && !data.includes("\n") && state.isInLine) {
        // A line without an end must not be searched again with each piece.
        state.held = held + data;
        continue;
      }
      state.isInLine = !data.endsWith("\n");
      const text = held + data;
      if (this.#isFromStart) {
        const cut = this.#startOf(text);
        if (state.skipped === undefined && cut >= text.length) {
          state.held = text;
          continue;
        }
        this.#call.print(state.skipped === undefined ? text.slice(cut) : data);
        state.skipped = 1;
        state.held = "";
      } else {
        state.held = text.slice(this.#startOf(text));
      }
    }
    this.#title(name);
    this.#call.print(this.#isFromStart ? "" : (state.held ?? ""));
    delete state.held;
    delete state.isInLine;
    delete state.fd;
    delete state.skipped;
    return undefined;
  }

  #startOf(content: Bytes): number {
    if (this.#isFromStart) {
      if (this.#unit === "c") return Math.max(0, this.#size - 1);
      let at = 0;
      for (let line = 1; line < this.#size; line++) {
        const next = content.indexOf("\n", at);
        if (next < 0) return content.length;
        at = next + 1;
      }
      return at;
    }
    return this.#unit === "c" ? Math.max(0, content.length - this.#size) : startOfLast(content, this.#size);
  }

  #title(name: string): void {
    // busybox counts only the files that it could open.
    const missing = this.#call.flavour === "busybox" ? this.#names.filter((each) => !this.#isThere(each)).length : 0;
    const isMany = this.#names.length - missing > 1;
    if (!this.#options.has("v") && (!isMany || this.#options.has("q"))) return;
    if (this.#state.lastTitle === name) return;
    this.#call.print(`${this.#state.lastTitle === undefined ? "" : "\n"}==> ${titleOf(name)} <==\n`);
    this.#state.lastTitle = name;
  }

  #remember(file: Followed): void {
    this.#state.followed ??= [];
    this.#state.followed.push(file);
  }

  #isThere(name: string): boolean {
    return (
      descriptorOf(name) !== undefined || this.#process.files.find(resolvePath(this.#process.cwd, name)) !== undefined
    );
  }

  #fail(name: string, error: FileError): void {
    const isGnu = this.#call.flavour === "gnu";
    if (error.code === "EISDIR" && isGnu) this.#call.warn(`tail: error reading ${quoted(name)}: ${error.message}\n`);
    else
      this.#call.warn(
        `tail: ${isGnu ? `cannot open ${quoted(name)} for reading` : `can't open '${name}'`}: ${error.message}\n`,
      );
    this.#state.failed = true;
  }

  /** Prints what was appended, and waits for the next change of a file. */
  #follow(): Step {
    const followed = this.#state.followed ?? [];
    if (followed.length === 0) {
      if (this.#state.failed && this.#call.flavour === "gnu") this.#call.warn("tail: no files remaining\n");
      return { type: "exit", status: this.#state.failed ? 1 : 0 };
    }
    const waits: Wait[] = followed.map((file) => {
      this.#catchUp(file);
      return { type: "file", path: file.path };
    });
    return { type: "wait", for: waits };
  }

  #catchUp(file: Followed): void {
    const entry = this.#process.files.find(file.path);
    const isGnu = this.#call.flavour === "gnu";
    if (entry?.type !== "file") {
      if (file.exists && this.#retries() && entry === undefined && isGnu) {
        this.#call.warn(`tail: ${quoted(file.name)} has become inaccessible: No such file or directory\n`);
      }
      if (entry === undefined) file.exists = false;
      return;
    }
    if (!file.exists) {
      if (!this.#retries()) return;
      if (isGnu) this.#call.warn(`tail: ${quoted(file.name)} has appeared;  following new file\n`);
      Object.assign(file, { exists: true, position: 0 });
    }
    const content = this.#process.files.read(file.path);
    if (content.length < file.position) {
      if (isGnu) this.#call.warn(`tail: ${file.name}: file truncated\n`);
      file.position = 0;
    }
    if (content.length === file.position) return;
    this.#title(file.name);
    this.#call.print(content.slice(file.position));
    file.position = content.length;
  }
}

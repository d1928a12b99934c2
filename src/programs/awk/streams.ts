/** Inputs and outputs of awk: files and commands by name, and records of an input. */
import { FileError } from "../../files/errors.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import type { ProcessView } from "../../shell/program.ts";
import { descriptorOf } from "../base/call.ts";
import { resolvePath } from "../base/paths.ts";
import { AwkError, AwkWait } from "./errors.ts";
import type { Journal } from "./journal.ts";
import { findRegex } from "./regexes.ts";

export interface InputState {
  text: string;
  fd: number | null;
  pid: number | null;
  isEnded: boolean;
}

interface OutputState {
  fd: number;
  pid: number | null;
}

export interface StreamsState {
  inputs: Record<string, InputState>;
  outputs: Record<string, OutputState>;
  /** Output that was not written yet. */
  pending: string;
}

const FLUSH_BYTES = 16_384;

export class Streams {
  readonly state: StreamsState;
  readonly #process: ProcessView;
  readonly #journal: Journal;
  /** Positions of inputs: `text` is cut when the state is stored. */
  readonly #positions = new Map<InputState, number>();

  readonly #mayWait: boolean;

  /** `mayWait`: an action may be given up and run again, so it may wait for a full output. */
  constructor(process: ProcessView, journal: Journal, options: { mayWait: boolean; state?: StreamsState }) {
    this.#process = process;
    this.#journal = journal;
    this.#mayWait = options.mayWait;
    this.state = options.state ?? { inputs: {}, outputs: {}, pending: "" };
  }

  /** A copy for the store, without what was read. */
  copy(): StreamsState {
    const { inputs, outputs, pending } = this.state;
    const copied = Object.entries(inputs).map(([key, input]) => [key, this.copyOf(input)]);
    return { inputs: Object.fromEntries(copied), outputs: { ...outputs }, pending };
  }

  copyOf(input: InputState): InputState {
    return { ...input, text: input.text.slice(this.#positions.get(input) ?? 0) };
  }

  print(text: string): void {
    this.state.pending += text;
    if (this.state.pending.length > MAX_FILE_BYTES) throw new AwkError("out of memory");
    if (this.#mayWait) this.flushIfLarge();
  }

  takePending(): string {
    const { pending } = this.state;
    this.state.pending = "";
    return pending;
  }

  flushIfLarge(): void {
    if (this.state.pending.length >= FLUSH_BYTES) this.flush();
  }

  /** Writes what was printed. @throws AwkWait while the output is full */
  flush(): void {
    const { pending } = this.state;
    if (pending === "") return;
    this.#write(1, pending);
    this.state.pending = "";
  }

  #write(fd: number, text: string): void {
    this.#journal.once(() => {
      if ((this.#mayWait || fd === 1) && !this.#process.canWrite(fd)) throw new AwkWait({ type: "writable", fd });
      this.#process.write(fd, text);
      return true;
    });
  }

  /** Prints into a file or a command. */
  printInto(operator: ">" | ">>" | "|", name: string, text: string): void {
    if (operator !== "|" && (name === "/dev/stdout" || name === "-")) {
      this.print(text);
      return;
    }
    if (operator !== "|" && name === "/dev/stderr") {
      this.flush();
      this.#write(2, text);
      return;
    }
    const key = `${operator === "|" ? "|" : ">"}${name}`;
    let output = this.state.outputs[key];
    if (!output) {
      output = operator === "|" ? this.#startReader(name) : this.#openFile(name, operator);
      this.state.outputs[key] = output;
    }
    this.#write(output.fd, text);
  }

  #openFile(name: string, operator: ">" | ">>"): OutputState {
    const path = resolvePath(this.#process.cwd, name);
    const opened = this.#journal.once(() => {
      try {
        return this.#process.open(path, operator === ">" ? "write" : "append");
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        return error.message;
      }
    });
    if (typeof opened === "string")
      throw new AwkError(`cannot open "${name}" for output (${opened})`, { isFile: true });
    return { fd: opened, pid: null };
  }

  /** A command that reads what is printed. */
  #startReader(command: string): OutputState {
    this.flush();
    return this.#journal.once((): OutputState => {
      const [reader, writer] = this.#process.pipe();
      const pid = this.#spawn(command, { 0: reader, 1: 1, 2: 2 });
      this.#process.close(reader);
      return { fd: writer, pid };
    });
  }

  #spawn(command: string, fds: Readonly<Record<number, number>>): number {
    return this.#process.spawn({ argv: ["/bin/sh", "-c", command], fds });
  }

  /** The input of `getline < name` or `name | getline`. Undefined if it cannot be opened. */
  input(kind: "file" | "command", name: string): InputState | undefined {
    const key = `${kind} ${name}`;
    let input = this.state.inputs[key];
    if (!input) {
      const opened = kind === "file" ? this.openInput(name) : this.#startWriter(name);
      if (typeof opened === "string") return undefined;
      input = opened;
      this.state.inputs[key] = input;
    }
    return input;
  }

  #startWriter(command: string): InputState {
    this.flush();
    const started = this.#journal.once((): InputState => {
      const [reader, writer] = this.#process.pipe();
      const pid = this.#spawn(command, { 0: 0, 1: writer, 2: 2 });
      this.#process.close(writer);
      return { text: "", fd: reader, pid, isEnded: false };
    });
    return { ...started };
  }

  /** Opens a file for reading. A text is the reason why it cannot. */
  openInput(name: string): InputState | string {
    const found = this.#journal.once((): InputState | string => {
      const known = descriptorOf(name);
      if (known !== undefined) return { text: "", fd: known, pid: null, isEnded: false };
      try {
        const path = resolvePath(this.#process.cwd, name);
        const entry = this.#process.files.stat(path);
        if (entry.type === "directory") return "Is a directory";
        if (entry.type !== "file") {
          return { text: "", fd: this.#process.open(path, "read"), pid: null, isEnded: false };
        }
        return { text: this.#process.files.read(path), fd: null, pid: null, isEnded: true };
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        return error.message;
      }
    });
    // An entry of the journal must not change.
    return typeof found === "string" ? found : { ...found };
  }

  /** The next record without its separator; undefined at the end. @throws AwkWait */
  record(input: InputState, separator: string, braces: boolean): string | undefined {
    let from = this.#positions.get(input) ?? 0;
    for (;;) {
      if (separator === "") {
        while (input.text[from] === "\n") from++;
      }
      const found = endOfRecord(input, from, separator, braces);
      if (found) {
        this.#positions.set(input, found[1]);
        return input.text.slice(from, found[0]);
      }
      if (!input.isEnded) {
        input.text = input.text.slice(from);
        from = 0;
        this.#positions.set(input, 0);
        // A record without an end must not be searched again with each piece.
        while (!this.#fill(input, separator));
        continue;
      }
      const rest = input.text.slice(from);
      input.text = "";
      this.#positions.set(input, 0);
      if (rest === "") return undefined;
      return separator === "" ? rest.replace(/\n+$/, "") : rest;
    }
  }

  /** False: more must be read before a record can end. */
  #fill(input: InputState, separator: string): boolean {
    const fd = input.fd!;
    const piece = this.#journal.once(() => {
      const data = this.#process.read(fd);
      if (data === undefined) throw new AwkWait({ type: "readable", fd });
      return data;
    });
    if (piece === "") input.isEnded = true;
    else input.text += piece;
    return input.isEnded || separator.length !== 1 || piece.includes(separator);
  }

  /** Runs a command to its end. Returns its exit status. */
  system(command: string): number {
    this.flush();
    const pid = this.#journal.once(() => this.#spawn(command, { 0: 0, 1: 1, 2: 2 }));
    return this.#exitOf(pid);
  }

  #exitOf(pid: number): number {
    return this.#journal.once(() => {
      const status = this.#process.takeExit(pid);
      if (status === undefined) throw new AwkWait({ type: "child", pid });
      return status;
    });
  }

  /** Closes a file or a command. `missing` is the result if it is not open. */
  close(name: string, missing: number): number {
    let status = missing;
    for (const key of [`>${name}`, `|${name}`]) {
      const output = this.state.outputs[key];
      if (output) status = this.#closeOutput(key, output);
    }
    for (const key of [`file ${name}`, `command ${name}`]) {
      const input = this.state.inputs[key];
      if (!input) continue;
      this.#closeDescriptor(input.fd);
      status = input.pid === null ? 0 : this.#exitOf(input.pid);
      delete this.state.inputs[key];
    }
    return status;
  }

  #closeOutput(key: string, output: OutputState): number {
    this.flush();
    this.#closeDescriptor(output.fd);
    const status = output.pid === null ? 0 : this.#exitOf(output.pid);
    delete this.state.outputs[key];
    return status;
  }

  #closeDescriptor(fd: number | null): void {
    if (fd === null || fd < 3) return;
    this.#journal.once(() => {
      this.#process.close(fd);
      return true;
    });
  }

  closeAll(): void {
    this.flush();
    for (const [key, output] of Object.entries(this.state.outputs)) this.#closeOutput(key, output);
    for (const input of Object.values(this.state.inputs)) {
      if (input.pid !== null) this.#closeDescriptor(input.fd);
    }
  }
}

/** Where a record ends and where the next one begins; undefined if more input may change that. */
function endOfRecord(
  input: InputState,
  from: number,
  separator: string,
  braces: boolean,
): readonly [number, number] | undefined {
  const { text, isEnded } = input;
  if (separator.length === 1) {
    const end = text.indexOf(separator, from);
    return end < 0 ? undefined : [end, end + 1];
  }
  const match = findRegex(separator === "" ? "\\n\\n+" : separator, text, from, braces);
  if (!match || match[1] === match[0]) return undefined;
  // A longer separator may follow.
  return match[1] === text.length && !isEnded ? undefined : match;
}

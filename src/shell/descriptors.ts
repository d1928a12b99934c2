/** Open files, pipes and descriptors: reading, writing, and the end of both. */
import { type Bytes, fileBytes } from "../files/entry.ts";
import type { FileSystem } from "../files/file-system.ts";
import { MAX_OUTPUT_BYTES, PIPE_BUFFER_BYTES } from "../lib/container-limits.ts";
import { readEndless } from "./endless-devices.ts";
import type { Machine, OpenFile, Process } from "./machine-state.ts";
import { readTerminal, terminalOutput } from "./terminal.ts";

/** The process wrote to a pipe without readers and does not ignore SIGPIPE: the signal ends it. */
export class BrokenPipe extends Error {
  override name = "BrokenPipe";
}

/** A descriptor that is not open, or not for this. The message is that of strerror(3). */
export class DescriptorError extends Error {
  override name = "DescriptorError";
}

const BAD_DESCRIPTOR = "Bad file descriptor";
/** Bytes that a session's client has not taken before the writer waits. */
const SESSION_BUFFER_BYTES = 4 * MAX_OUTPUT_BYTES;

/** Bytes of output that count as a step. */
const OUTPUT_BYTES_PER_STEP = 512;

type NewFile = OpenFile extends infer Each ? (Each extends OpenFile ? Omit<Each, "references"> : never) : never;

/** Adds an open file without references; `setDescriptor` gives it the first one. */
export function addFile(machine: Machine, file: NewFile): number {
  const id = machine.nextFile++;
  machine.files[id] = { ...file, references: 0 };
  if (file.type === "pipeReader") {
    machine.pipes[file.pipe]!.readers++;
    machine.pipes[file.pipe]!.hadReader = true;
  }
  if (file.type === "pipeWriter") {
    machine.pipes[file.pipe]!.writers++;
    machine.pipes[file.pipe]!.hadWriter = true;
  }
  return id;
}

/** A pipe, as ids of open files: [read end, write end]. */
export function addPipe(machine: Machine): [number, number] {
  const pipe = newPipe(machine, true);
  return [addFile(machine, { type: "pipeReader", pipe }), addFile(machine, { type: "pipeWriter", pipe })];
}

function newPipe(machine: Machine, isOpen: boolean): number {
  const pipe = machine.nextPipe++;
  machine.pipes[pipe] = { data: "", readers: 0, writers: 0, hadReader: isOpen, hadWriter: isOpen };
  return pipe;
}

/** One end of a named pipe. The other end may be opened later: reads and writes wait for it. */
export function addNamedPipeEnd(machine: Machine, path: string, type: "pipeReader" | "pipeWriter"): number {
  let pipe = machine.namedPipes[path];
  if (pipe === undefined) {
    pipe = newPipe(machine, false);
    machine.namedPipes[path] = pipe;
  }
  return addFile(machine, { type, pipe, path });
}

/** Whether the other end of a named pipe is missing: the open waits for it. */
export function isAlone(machine: Machine, id: number): boolean {
  const file = machine.files[id];
  if (file?.type !== "pipeReader" && file?.type !== "pipeWriter") return false;
  const pipe = machine.pipes[file.pipe]!;
  return file.type === "pipeReader" ? !pipe.hadWriter : !pipe.hadReader;
}

export function hold(machine: Machine, file: number): void {
  machine.files[file]!.references++;
}

/** Gives up one reference. The last one closes the file. */
export function release(machine: Machine, id: number): void {
  const file = machine.files[id];
  if (!file || --file.references > 0) return;
  delete machine.files[id];
  if (file.type !== "pipeReader" && file.type !== "pipeWriter") return;
  const pipe = machine.pipes[file.pipe]!;
  if (file.type === "pipeReader") pipe.readers--;
  else pipe.writers--;
  if (pipe.readers > 0 || pipe.writers > 0) return;
  delete machine.pipes[file.pipe];
  if (file.path !== undefined) delete machine.namedPipes[file.path];
}

/** Lets `fd` refer to an open file; closes the one before. */
export function setDescriptor(machine: Machine, process: Process, fd: number, file: number | undefined): void {
  if (file !== undefined) hold(machine, file);
  const old = process.fds[fd];
  if (file === undefined) delete process.fds[fd];
  else process.fds[fd] = file;
  if (old !== undefined) release(machine, old);
}

export function lowestFreeDescriptor(process: Process, from = 0): number {
  let fd = from;
  while (process.fds[fd] !== undefined) fd++;
  return fd;
}

export function openFileOf(machine: Machine, process: Process, fd: number): OpenFile | undefined {
  const id = process.fds[fd];
  return id === undefined ? undefined : machine.files[id];
}

export interface ReadOptions {
  maxBytes?: number;
  upTo?: string;
}

/**
 * Data of a descriptor, "" at the end of the input, undefined if the process must wait.
 * Throws DescriptorError and FileError.
 */
export function readDescriptor(
  machine: Machine,
  process: Process,
  fd: number,
  files: FileSystem,
  options: ReadOptions = {},
): Bytes | undefined {
  const file = openFileOf(machine, process, fd);
  if (!file) throw new DescriptorError(BAD_DESCRIPTOR);
  switch (file.type) {
    case "file": {
      if (!file.canRead) throw new DescriptorError(BAD_DESCRIPTOR);
      const opened = files.asOpened();
      return takeAt(file, opened.find(file.path) ? opened.read(file.path) : "", options);
    }
    case "text":
      return takeAt(file, file.content, options);
    case "pipeReader": {
      const pipe = machine.pipes[file.pipe]!;
      if (pipe.data === "") return pipe.writers === 0 && pipe.hadWriter ? "" : undefined;
      const piece = pieceOf(pipe.data, options);
      pipe.data = pipe.data.slice(piece.length);
      return piece;
    }
    case "input":
      return readInput(machine, file.session, options);
    case "terminal":
      return readTerminal(machine.sessions[file.session]?.terminal, options);
    case "null":
      return "";
    case "zero":
    case "full":
    case "random":
      return readEndless(machine, process, file.type, options);
    default:
      throw new DescriptorError(BAD_DESCRIPTOR);
  }
}

function readInput(machine: Machine, id: number, options: ReadOptions): Bytes | undefined {
  const session = machine.sessions[id];
  if (!session) return "";
  if (session.input === "") return session.inputEnded ? "" : undefined;
  const piece = pieceOf(session.input, options);
  session.input = session.input.slice(piece.length);
  return piece;
}

function takeAt(file: { position: number }, content: Bytes, options: ReadOptions): Bytes {
  const at = file.position;
  let end = Math.min(content.length, at + (options.maxBytes ?? content.length));
  if (options.upTo !== undefined) {
    const found = content.indexOf(options.upTo, at);
    if (found !== -1) end = Math.min(end, found + 1);
  }
  file.position = Math.max(at, end);
  return content.slice(at, end);
}

/** The beginning of `data` that one read gives. */
function pieceOf(data: Bytes, { maxBytes, upTo }: ReadOptions): Bytes {
  let end = Math.min(data.length, maxBytes ?? data.length);
  if (upTo !== undefined) {
    const found = data.indexOf(upTo);
    if (found !== -1) end = Math.min(end, found + 1);
  }
  return data.slice(0, end);
}

/** Whether a read would not wait. */
export function isReadable(machine: Machine, process: Process, fd: number): boolean {
  const file = openFileOf(machine, process, fd);
  if (!file) return true;
  switch (file.type) {
    case "pipeReader": {
      const pipe = machine.pipes[file.pipe]!;
      return pipe.data !== "" || (pipe.writers === 0 && pipe.hadWriter);
    }
    case "input": {
      const session = machine.sessions[file.session];
      return session === undefined ? true : session.input !== "" || session.inputEnded;
    }
    case "terminal": {
      const terminal = machine.sessions[file.session]?.terminal;
      return terminal === undefined ? true : terminal.ready !== "" || terminal.ends > 0 || terminal.isHungUp === true;
    }
    default:
      return true;
  }
}

/** Whether the next write would not wait. */
export function isWritable(machine: Machine, process: Process, fd: number): boolean {
  const file = openFileOf(machine, process, fd);
  if (file?.type === "pipeWriter") {
    const pipe = machine.pipes[file.pipe]!;
    return pipe.readers > 0 ? pipe.data.length < PIPE_BUFFER_BYTES : pipe.hadReader;
  }
  if (file?.type !== "output" && file?.type !== "terminal") return true;
  const session = machine.sessions[file.session];
  return session?.isClosed === true || pendingOutput(machine, file.session) < SESSION_BUFFER_BYTES;
}

/** Output is cut into lines, kept and sent: each part of it takes the host's time. */
function chargeOutput(machine: Machine, process: Process, data: Bytes): void {
  const steps = Math.floor(data.length / OUTPUT_BYTES_PER_STEP);
  machine.steps += steps;
  process.streak.steps += steps;
}

function pendingOutput(machine: Machine, session: number): number {
  let bytes = 0;
  for (const chunk of machine.output) if (chunk.session === session) bytes += chunk.data.length;
  return bytes;
}

/**
 * Writes all. False: the process must wait until the descriptor is writable before its next write.
 * Throws BrokenPipe, DescriptorError and FileError.
 */
export function writeDescriptor(
  machine: Machine,
  process: Process,
  fd: number,
  data: Bytes,
  files: FileSystem,
): boolean {
  const file = openFileOf(machine, process, fd);
  if (!file) throw new DescriptorError(BAD_DESCRIPTOR);
  switch (file.type) {
    case "file":
      if (!file.canWrite) throw new DescriptorError(BAD_DESCRIPTOR);
      if (data !== "") writeFile(file, data, files.asOpened());
      return true;
    case "pipeWriter": {
      const pipe = machine.pipes[file.pipe]!;
      if (pipe.readers === 0 && pipe.hadReader) refuseBrokenPipe(process);
      pipe.data += data;
      return isWritable(machine, process, fd);
    }
    case "output":
      if (machine.sessions[file.session]?.isClosed) refuseBrokenPipe(process);
      addOutput(machine, file.session, file.stream, data);
      chargeOutput(machine, process, data);
      return isWritable(machine, process, fd);
    case "terminal":
      addOutput(machine, file.session, "stdout", terminalOutput(machine.sessions[file.session]?.terminal, data));
      return isWritable(machine, process, fd);
    case "full":
      throw new DescriptorError("No space left on device");
    case "null":
    case "zero":
    case "random":
      return true;
    default:
      throw new DescriptorError(BAD_DESCRIPTOR);
  }
}

/** Throws: no reader is left. */
function refuseBrokenPipe(process: Process): never {
  if (process.ignored.includes("PIPE")) throw new DescriptorError("Broken pipe");
  throw new BrokenPipe();
}

function writeFile(file: { path: string; position: number; appends: boolean }, data: Bytes, files: FileSystem): void {
  const entry = files.find(file.path);
  const sizeBytes = entry?.type === "file" ? fileBytes(entry) : 0;
  const at = file.appends ? sizeBytes : file.position;
  if (at === sizeBytes) files.append(file.path, data);
  else {
    const content = entry ? files.read(file.path) : "";
    files.write(file.path, content.slice(0, at).padEnd(at, "\0") + data + content.slice(at + data.length));
  }
  file.position = at + data.length;
}

/** Adds output of a session. The oldest output of the container itself is dropped above the limit. */
export function addOutput(machine: Machine, session: number, stream: "stdout" | "stderr", data: Bytes): void {
  if (data === "" || machine.sessions[session]?.isClosed) return;
  const last = machine.output.at(-1);
  const canJoin = last?.session === session && last.stream === stream && last.atMs === machine.nowMs;
  if (canJoin && last.data.length < PIPE_BUFFER_BYTES) last.data += data;
  else machine.output.push({ session, stream, atMs: machine.nowMs, data });
  if (session === 0 && machine.output.length > 1 && pendingOutput(machine, 0) > SESSION_BUFFER_BYTES)
    dropOldest(machine);
}

function dropOldest(machine: Machine): void {
  const oldest = machine.output.findIndex((chunk) => chunk.session === 0);
  machine.output.splice(oldest, 1);
}

/** Runs the bundled tools of just-bash as programs: input, files, clock, limits and exit codes. */
import { type BundledTool, clock, settle, type ToolResult } from "#just-bash-tools";
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import type { ProcessView } from "../../shell/program.ts";
import { type Call, descriptorOf, type Tool, tool } from "../base/call.ts";
import { joinPath, resolvePath } from "../base/paths.ts";

export interface BundledOptions {
  /** Whether these arguments make the tool read its standard input. */
  readsInput(args: readonly string[]): boolean;
  /** Changes the arguments, for options that the tool does not know. */
  prepare?(args: readonly string[]): readonly string[];
  /** The texts of errors as the real tool prints them. */
  message?(text: string, call: Call): string;
  /** `hasErrors`: the tool printed an error. */
  status?(status: number, hasErrors: boolean): number;
}

/** Work of one call, in the tool's own units: loops, tokens, records. */
const MAX_TOOL_STEPS = 1_000_000;
const MAX_TOOL_DEPTH = 500;

/** Comparisons with a limit that take the host's time of one step. */
const COMPARISONS_PER_STEP = 10;

/**
 * Limits of one call. The tool asks for them by name; sizes are bytes, depths are nesting, all others are counts. It
 * compares its loops with them, so each comparison is counted as work.
 */
class CountingLimits {
  comparisons = 0;
  readonly values: Record<string, number> = new Proxy<Record<string, number>>(
    {},
    {
      get: (_target, name) => {
        const limit = limitOf(String(name));
        return limit === MAX_TOOL_STEPS ? this.#counted(limit) : limit;
      },
    },
  );

  /** A number as far as the comparisons of the tool are concerned. */
  #counted(limit: number): number {
    const value = {
      [Symbol.toPrimitive]: (hint: string) => {
        this.comparisons++;
        return hint === "string" ? String(limit) : limit;
      },
    };
    return value as unknown as number;
  }
}

function limitOf(name: string): number {
  if (/Depth$/.test(name)) return MAX_TOOL_DEPTH;
  return /Bytes$|Size$|Length$/.test(name) ? MAX_FILE_BYTES * 2 : MAX_TOOL_STEPS;
}

/** A program of a bundled tool. */
export function bundled(command: BundledTool, options: BundledOptions): Tool {
  return tool((call) => {
    const args = options.prepare?.(call.args) ?? call.args;
    const stdin = options.readsInput(call.args) ? call.input() : "";
    const descriptors = readDescriptors(call, args);
    const result = execute(command, call, args, { stdin, descriptors });
    const isBytes = result.stdoutKind === "bytes" || result.stdoutEncoding === "binary";
    call.print(isBytes ? result.stdout : bytesOfText(result.stdout));
    if (result.stderr !== "") call.warn(bytesOfText(options.message?.(result.stderr, call) ?? result.stderr));
    return options.status?.(result.exitCode, result.stderr !== "") ?? result.exitCode;
  });
}

/** Contents of process substitutions among the arguments, by path. */
function readDescriptors(call: Call, args: readonly string[]): ReadonlyMap<string, string> {
  const names = args.filter((argument) => argument !== "-" && descriptorOf(argument) !== undefined);
  return new Map(names.map((name) => [name, call.read(name)]));
}

function execute(
  command: BundledTool,
  call: Call,
  args: readonly string[],
  input: { stdin: string; descriptors: ReadonlyMap<string, string> },
): ToolResult {
  const { process } = call;
  clock.now = process.nowMs;
  clock.random = () => process.random() / 0x1_0000_0000;
  const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, textOfBytes(value)]));
  const limits = new CountingLimits();
  const context = {
    fs: filesFor(process, input.descriptors),
    cwd: process.cwd,
    env: new Map(Object.entries(env)),
    exportedEnv: env,
    stdin: input.stdin,
    limits: limits.values,
  };
  try {
    return command.execute(args.map(textOfBytes), context).get();
  } catch (error) {
    // A limit of the tool, or a form of input that it does not take: both end the tool and not the container.
    const message = error instanceof Error ? error.message : String(error);
    return { stdout: "", stderr: `${call.name}: ${message}\n`, exitCode: 2 };
  } finally {
    process.charge(limits.comparisons / COMPARISONS_PER_STEP);
  }
}

/** The interface of just-bash's file systems over the files of the process. Every method returns a settled promise. */
function filesFor(process: ProcessView, descriptors: ReadonlyMap<string, string>): object {
  const { files } = process;
  const read = (path: string) => {
    const known = descriptors.get(path);
    if (known !== undefined) return known;
    const entry = files.stat(path);
    if (entry.type === "directory") throw new FileError("EISDIR", path);
    return entry.type === "device" ? "" : files.read(path);
  };
  const stat = (path: string, follows: boolean) => {
    if (descriptors.has(path))
      return { isFile: true, isDirectory: false, isSymbolicLink: false, mode: 0o644, size: 0, mtime: new Date(0) };
    const entry = follows ? files.stat(path) : files.findLink(path);
    if (!entry) throw new FileError("ENOENT", path);
    return {
      isFile: entry.type === "file",
      isDirectory: entry.type === "directory",
      isSymbolicLink: entry.type === "link",
      mode: entry.mode,
      size: files.sizeBytes(entry),
      mtime: new Date(entry.modifiedAtMs),
    };
  };
  const settled =
    <Arguments extends unknown[], Result>(method: (...args: Arguments) => Result) =>
    (...args: Arguments) =>
      settle(() => withNodeErrors(() => method(...args)));
  return {
    readFile: settled((path: string, options?: unknown) => (isBinary(options) ? read(path) : textOfBytes(read(path)))),
    readFileBytes: settled(read),
    readFileBuffer: settled((path: string) => Uint8Array.from(read(path), (character) => character.charCodeAt(0))),
    writeFile: settled((path: string, content: string | Uint8Array, options?: unknown) =>
      writeInto(process, path, contentBytes(content, options)),
    ),
    appendFile: settled((path: string, content: string | Uint8Array, options?: unknown) =>
      files.append(path, contentBytes(content, options)),
    ),
    exists: settled((path: string) => descriptors.has(path) || files.find(path) !== undefined),
    stat: settled((path: string) => stat(path, true)),
    lstat: settled((path: string) => stat(path, false)),
    readdir: settled((path: string) => [...files.list(path)]),
    readdirWithFileTypes: settled((path: string) =>
      files.list(path).map((name) => {
        const type = files.findLink(joinPath(path, name))?.type;
        return { name, isFile: type === "file", isDirectory: type === "directory", isSymbolicLink: type === "link" };
      }),
    ),
    readlink: settled((path: string) => {
      const entry = files.findLink(path);
      if (entry?.type !== "link") throw new FileError(entry ? "EINVAL" : "ENOENT", path);
      return entry.target;
    }),
    realpath: settled((path: string) => files.realPath(path)),
    resolvePath: (base: string, path: string) => (descriptors.has(path) ? path : resolvePath(base, path)),
    getAllPaths: () => [],
  };
}

/** `> /dev/stdout` and `> /dev/stderr` of awk write to the process's own descriptors. */
function writeInto(process: ProcessView, path: string, content: string): void {
  if (path === "/dev/stdout") process.write(1, content);
  else if (path === "/dev/stderr") process.write(2, content);
  else process.files.write(path, content);
}

function isBinary(options: unknown): boolean {
  const encoding = typeof options === "string" ? options : (options as { encoding?: string } | undefined)?.encoding;
  return encoding === "binary" || encoding === "latin1";
}

function contentBytes(content: string | Uint8Array, options: unknown): string {
  if (typeof content === "string") return isBinary(options) ? content : bytesOfText(content);
  let bytes = "";
  for (const byte of content) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The tools look for the codes of Node's errors in their messages. */
function withNodeErrors<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw Object.assign(new Error(`${error.code}: ${error.message.toLowerCase()}, '${error.path}'`), {
      code: error.code,
    });
  }
}

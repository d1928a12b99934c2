/** gzip, gunzip, zcat. Contents are bounded, so an archive that grows beyond a file's limit is refused. */
import { Gunzip, gzipSync } from "fflate";
import type { Bytes, FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { byteString, bytesOf } from "../../lib/bytes.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import { type Call, type Tool, tool } from "../base/call.ts";
import { fileProblem } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { baseName } from "../base/paths.ts";

/** `format`: it is not gzip. `damaged`: the data ends early or is wrong. `too-large`: it grows beyond the limit. */
export class CompressionError extends Error {
  override name = "CompressionError";
  readonly code: "format" | "damaged" | "too-large";

  constructor(code: CompressionError["code"]) {
    super({ format: "not in gzip format", damaged: "unexpected end of file", "too-large": "File too large" }[code]);
    this.code = code;
  }
}

export function isGzip(content: Bytes): boolean {
  return content.startsWith("\x1f\x8b");
}

/** The header has no name and no time, so equal contents give equal bytes. */
export function compress(content: Bytes, level = 6): Bytes {
  return byteString(gzipSync(bytesOf(content), { level: level as 6, mtime: 0 }));
}

/** @throws CompressionError */
export function decompress(content: Bytes, maxBytes = MAX_FILE_BYTES): Bytes {
  if (!isGzip(content)) throw new CompressionError("format");
  const parts: Bytes[] = [];
  let size = 0;
  let isComplete = false;
  const stream = new Gunzip((chunk, isLast) => {
    size += chunk.length;
    if (size > maxBytes) throw new CompressionError("too-large");
    parts.push(byteString(chunk));
    isComplete ||= isLast;
  });
  const bytes = bytesOf(content);
  try {
    // Pieces keep the decoder from growing a whole bomb at once.
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      stream.push(bytes.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= bytes.length);
  } catch (error) {
    if (error instanceof CompressionError) throw error;
    throw new CompressionError("damaged");
  }
  if (!isComplete) throw new CompressionError("damaged");
  return parts.join("");
}

const PIECE_BYTES = 4096;
/** Bytes of input and output that take the host's time of one step, beyond what each tool counts. */
export const BYTES_PER_STEP = 128;

const RULES = {
  short: "123456789acdfhklLnNqrS:tvV",
  long: {
    stdout: "c",
    decompress: "d",
    uncompress: "d",
    force: "f",
    keep: "k",
    list: "l",
    quiet: "q",
    recursive: "r",
    suffix: "S",
    test: "t",
    verbose: "v",
    fast: "1",
    best: "9",
    "no-name": "n",
  },
};

function gzipTool(isExpanding: boolean, toOutput: boolean): Tool {
  return tool((call) => {
    const options = readOptions(call, RULES);
    const expands = isExpanding || options.has("d");
    const settings = {
      expands,
      toOutput: toOutput || options.has("c"),
      keeps: options.has("k"),
      isForced: options.has("f"),
      tests: options.has("t"),
      level: Number(options.given.findLast(({ name }) => /\d/.test(name))?.name ?? 6),
    };
    const names = options.operands.length > 0 ? options.operands : ["-"];
    return Math.max(0, ...names.map((name) => handle(call, name, settings)));
  });
}

interface GzipSettings {
  expands: boolean;
  toOutput: boolean;
  keeps: boolean;
  isForced: boolean;
  tests: boolean;
  level: number;
}

/** The exit status for one file: 0, 1 for an error, 2 for a warning of GNU. */
function handle(call: Call, name: string, settings: GzipSettings): number {
  const fail = (gnu: string, busybox = gnu) => {
    call.warn(`${call.flavour === "gnu" ? "gzip" : call.name}: ${call.flavour === "gnu" ? gnu : busybox}\n`);
    return 1;
  };
  const shown = name === "-" ? "stdin" : name;
  try {
    const isInput = name === "-";
    const isNamed = /\.(gz|tgz|z)$/i.test(name) || !call.process.files.find(call.path(name));
    if (settings.expands && !isInput && !settings.toOutput && !isNamed) {
      fail(`${name}: unknown suffix -- ignored`, `${name}: unknown suffix - ignored`);
      return call.flavour === "gnu" ? 2 : 1;
    }
    const content = call.read(
      settings.expands && !isInput && !call.process.files.find(call.path(name)) ? `${name}.gz` : name,
    );
    const named = isInput || call.flavour === "busybox" ? undefined : call.process.files.stat(call.path(name));
    const made = settings.expands ? decompress(content) : withName(compress(content, settings.level), name, named);
    call.process.charge((content.length + made.length) / BYTES_PER_STEP);
    if (settings.tests) return 0;
    if (settings.toOutput || isInput) {
      call.print(made);
      return 0;
    }
    const isSuffixed = /\.(gz|tgz|z)$/i.test(name);
    if (!settings.expands && isSuffixed && !settings.isForced)
      return fail(`${name} already has .gz suffix -- unchanged`, `${name}: already has .gz suffix`);
    const { files } = call.process;
    const source = settings.expands && !files.find(call.path(name)) ? `${name}.gz` : name;
    if (settings.expands && !/\.(gz|tgz|z)$/i.test(source))
      return fail(`${name}: unknown suffix -- ignored`, `${name}: unknown suffix - ignored`);
    const target = settings.expands ? source.replace(/\.tgz$/i, ".tar").replace(/\.(gz|z)$/i, "") : `${name}.gz`;
    if (files.find(call.path(target)) && !settings.isForced)
      return fail(`${target} already exists;\tnot overwritten`, `can't open '${target}': File exists`);
    const entry = files.stat(call.path(source));
    files.write(call.path(target), made, entry.mode & 0o777);
    files.setModifiedAt(call.path(target), entry.modifiedAtMs);
    if (!settings.keeps) files.removeFile(call.path(source));
    return 0;
  } catch (error) {
    if (error instanceof CompressionError) {
      return fail(
        error.code === "format"
          ? `\n${`gzip: ${shown}: ${error.message}`}`.replace(/^\n/, "").replace(/^gzip: /, "")
          : `${shown}: ${error.message}`,
        error.code === "format" ? "invalid magic" : error.message,
      );
    }
    if (error instanceof FileError && error.code === "EISDIR")
      return fail(`${name} is a directory -- ignored`, `${name}: Is a directory`);
    return fail(`${name}: ${fileProblem(error)}`, `${name}: ${fileProblem(error)}`);
  }
}

/** GNU's gzip writes the name and the time of the file into the header. */
function withName(bytes: Bytes, name: string, entry: FileEntry | undefined): Bytes {
  if (!entry) return bytes;
  const seconds = Math.floor(entry.modifiedAtMs / 1000);
  const time = [0, 8, 16, 24].map((shift) => String.fromCharCode((seconds >>> shift) & 255)).join("");
  return `${bytes.slice(0, 3)}\x08${time}${bytes.slice(8, 10)}${baseName(name)}\0${bytes.slice(10)}`;
}

export const gzip = gzipTool(false, false);
export const gunzip = gzipTool(true, false);
export const zcat = gzipTool(true, true);

/** cp. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { baseName, joinPath } from "../base/paths.ts";
import { copyEntry } from "./tree-work.ts";

const RULES = {
  short: "abdfHiLlnPpRrsS:t:TuvxZ",
  long: {
    archive: "a",
    backup: "?",
    dereference: "L",
    force: "f",
    interactive: "i",
    "no-clobber": "n",
    "no-dereference": "P",
    "no-target-directory": "T",
    parents: "-",
    preserve: "?",
    recursive: "r",
    "remove-destination": "-",
    "symbolic-link": "s",
    "target-directory": "t",
    update: "?",
    verbose: "v",
  },
};

export const cp = tool((call) => {
  const options = readOptions(call, RULES);
  const { sources, target, isDirectory } = readTargets(call, options);
  let status = 0;
  for (const source of sources) {
    const name = source.replace(/\/+$/, "") || "/";
    const to = options.has("parents")
      ? joinPath(target, name)
      : isDirectory
        ? joinPath(target, baseName(name))
        : target;
    if (options.has("parents")) makeParents(call, target, name);
    if (!copy(call, options, source, to)) status = 1;
  }
  return status;
});

/** `-u`, or `--update` with its default `older`: existing files are replaced by newer ones only. */
export function updatesOnly(options: Options): boolean {
  return options.has("u") || ["", "older"].includes(options.value("update") ?? "all");
}

/** `-n`, `--update=none` and `--update=none-fail`: existing files stay. */
export function keepsExisting(options: Options): boolean {
  return options.has("n") || (options.value("update") ?? "").startsWith("none");
}

/** Sources and target of cp, mv, ln and install. @throws UsageError */
export function readTargets(
  call: Call,
  options: Options,
): { sources: readonly string[]; target: string; isDirectory: boolean } {
  const { files } = call.process;
  const { operands } = options;
  const into = options.value("t");
  const isDirectory = (path: string) => files.find(call.path(path))?.type === "directory";
  if (into !== undefined) {
    if (operands.length === 0) throw new MissingOperand("missing file operand");
    if (!isDirectory(into))
      throw new UsageError(`target directory ${quoted(into)}: ${notDirectory(call, into)}`, { hasHint: false });
    return { sources: operands, target: into, isDirectory: true };
  }
  if (operands.length === 0) throw new MissingOperand("missing file operand");
  if (operands.length === 1) throw new MissingOperand(`missing destination file operand after ${quoted(operands[0]!)}`);
  const target = operands.at(-1)!;
  const sources = operands.slice(0, -1);
  const isExisting = !options.has("T") && isDirectory(target);
  if (sources.length > 1 && !isExisting) {
    // busybox goes on and fails at each file.
    if (call.flavour === "busybox") return { sources, target, isDirectory: true };
    throw new UsageError(`target ${quoted(target)}: ${notDirectory(call, target)}`, { hasHint: false });
  }
  return { sources, target, isDirectory: isExisting };
}

function notDirectory(call: Call, path: string): string {
  return call.process.files.find(call.path(path)) ? "Not a directory" : "No such file or directory";
}

function makeParents(call: Call, target: string, name: string): void {
  const { files } = call.process;
  const parts = name.split("/").slice(0, -1);
  for (let i = 1; i <= parts.length; i++) {
    const path = call.path(joinPath(target, parts.slice(0, i).join("/")));
    if (!files.find(path)) files.makeDirectory(path);
  }
}

function copy(call: Call, options: Options, from: string, to: string): boolean {
  const { files } = call.process;
  const isRecursive = options.has("r", "R", "a");
  const keepsLinks = options.has("P", "d", "a") || (isRecursive && !options.has("L", "H"));
  const fail = (gnu: string, busybox = gnu) => {
    call.warn(`${call.name}: ${call.flavour === "gnu" ? gnu : busybox}\n`);
    return false;
  };
  if (to.endsWith("/") && !files.find(call.path(to))) {
    const isDirectory = isRecursive && files.find(call.path(from))?.type === "directory";
    if (!isDirectory && files.find(call.path(from))) {
      return fail(`cannot create regular file ${quoted(to)}: Not a directory`, `can't create '${to}': Is a directory`);
    }
  }
  let entry: FileEntry | undefined;
  try {
    const path = call.path(from);
    entry = keepsLinks && !from.endsWith("/") ? files.findLink(path) : files.find(path);
    if (!entry) throw new FileError("ENOENT", path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(`cannot stat ${quoted(from)}: ${error.message}`, `can't stat '${from}': ${error.message}`);
  }
  const existing = to.endsWith("/") ? undefined : files.find(call.path(to));
  if (entry.type === "directory" && existing && existing.type !== "directory" && call.flavour === "busybox")
    return fail("", `can't stat '${joinPath(to, baseName(from))}': Not a directory`);
  if (entry.type === "directory" && !isRecursive) {
    return fail(`-r not specified; omitting directory ${quoted(from)}`, `omitting directory '${from}'`);
  }
  if (entry.type === "directory" && isBelow(call.path(to), call.path(from))) {
    // All but the copy itself is copied.
    if (call.path(to) !== call.path(from)) copyTree(call, options, { from, to, entry, except: call.path(to) });
    return fail(
      `cannot copy a directory, ${quoted(from)}, into itself, ${quoted(to)}`,
      `recursion detected, omitting directory '${to}'`,
    );
  }
  return copyTree(call, options, { from, to, entry });
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

interface Copy {
  from: string;
  to: string;
  entry: FileEntry;
  /** A path that is left out. */
  except?: string;
}

function copyTree(call: Call, options: Options, { from, to, entry, except }: Copy): boolean {
  const { files } = call.process;
  const [source, destination] = [call.path(from), call.path(to)];
  const preserves = options.has("p", "a") || options.has("preserve");
  // busybox names a directory after its entries.
  const tellsAfter = entry.type === "directory" && call.flavour === "busybox";
  let isComplete = true;
  try {
    const existing = files.find(destination);
    if (existing && entry.type !== "directory") {
      if (existing.type === "directory") {
        const message =
          call.flavour === "gnu"
            ? `cannot overwrite directory ${quoted(to)} with non-directory`
            : `can't overwrite '${to}'`;
        call.warn(`${call.name}: ${message}\n`);
        return false;
      }
      if (source === destination || files.realPath(source) === files.realPath(destination)) {
        call.warn(
          `${call.name}: ${call.flavour === "gnu" ? `${quoted(from)} and ${quoted(to)}` : `'${from}' and '${to}'`} are the same file\n`,
        );
        return false;
      }
      if (keepsExisting(options) || (updatesOnly(options) && existing.modifiedAtMs >= entry.modifiedAtMs)) return true;
    }
    if (existing && existing.type !== "directory" && entry.type === "directory") {
      call.warn(`${call.name}: cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}\n`);
      return false;
    }
    if (options.has("s")) files.makeLink(from, destination);
    else copyWithForce(call, options, source, destination, entry, preserves && entry.type !== "directory");
    if (options.has("v") && !tellsAfter) call.print(`${quoted(from)} -> ${quoted(to)}\n`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.warn(`${call.name}: ${copyProblem(call, from, to, entry, error)}\n`);
    return false;
  }
  if (entry.type !== "directory") return true;
  for (const name of files.list(source)) {
    const child = joinPath(source, name);
    if (child === except) continue;
    const inner = (options.has("L") ? files.find(child) : undefined) ?? files.findLink(child);
    const paths = { from: joinPath(from, name), to: joinPath(to, name) };
    if (inner && !copyTree(call, options, { ...paths, entry: inner, except })) isComplete = false;
  }
  if (options.has("v") && tellsAfter) call.print(`${quoted(from)} -> ${quoted(to)}\n`);
  if (preserves)
    copyEntry(call.process, source, destination, entry, { isRecursive: true, preserves, followsLinks: false });
  return isComplete;
}

function copyWithForce(
  call: Call,
  options: Options,
  source: string,
  destination: string,
  entry: FileEntry,
  preserves: boolean,
): void {
  const { files } = call.process;
  const settings = { isRecursive: true, preserves, followsLinks: options.has("L") };
  try {
    copyEntry(call.process, source, destination, entry, settings);
  } catch (error) {
    const isForced =
      options.has("f") && error instanceof FileError && error.code === "EACCES" && files.findLink(destination);
    if (!isForced) throw error;
    files.removeFile(destination);
    copyEntry(call.process, source, destination, entry, settings);
  }
}

function copyProblem(call: Call, from: string, to: string, entry: FileEntry, error: FileError): string {
  const isReading = error.path === call.path(from) && error.code === "EACCES";
  if (call.flavour === "busybox")
    return isReading ? `can't open '${from}': ${error.message}` : `can't create '${to}': ${error.message}`;
  if (isReading) return `cannot open ${quoted(from)} for reading: ${error.message}`;
  if (entry.type === "directory") return `cannot create directory ${quoted(to)}: ${error.message}`;
  if (error.code === "ENOSPC" || error.code === "EFBIG") return `error writing ${quoted(to)}: ${error.message}`;
  return `cannot create ${entry.type === "link" ? "symbolic link" : "regular file"} ${quoted(to)}: ${error.message}`;
}

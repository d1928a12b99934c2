/** mkdir, mkfifo, touch, truncate, ln, readlink, realpath, mktemp. */
import { FileError } from "../../files/errors.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { parseMode } from "../base/modes.ts";
import { readOptions } from "../base/options.ts";
import { directoryName } from "../base/paths.ts";

const MKDIR_RULES = { short: "m:pvZ", long: { mode: "m", parents: "p", verbose: "v" } };

export const mkdir = tool((call) => {
  const options = readOptions(call, MKDIR_RULES);
  if (options.operands.length === 0) throw new MissingOperand("missing operand");
  const mode = readMode(options.value("m"));
  let status = 0;
  for (const name of options.operands) {
    try {
      makeDirectories(call, name, { mode, makesParents: options.has("p"), isVerbose: options.has("v") });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const shown =
        call.flavour === "gnu"
          ? `cannot create directory ${quoted(shownPart(call, name, error))}`
          : `can't create directory '${busyboxPart(call, name, error, options.has("p"))}'`;
      call.warn(`${call.name}: ${shown}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

/** GNU names the part of the path that failed, when it makes parents. */
function shownPart(call: Call, name: string, error: FileError): string {
  const path = call.path(name);
  return path.startsWith(`${error.path}/`) && (error.code === "EEXIST" || error.code === "ENOTDIR")
    ? name.slice(0, name.length - (path.length - error.path.length))
    : name;
}

/** busybox shows a parent with a slash at its end. */
function busyboxPart(call: Call, name: string, error: FileError, makesParents: boolean): string {
  const part = makesParents ? shownPart(call, name, error) : name;
  return part === name ? name : `${part}/`;
}

function readMode(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const change = parseMode(text);
  if (!change) throw new UsageError(`invalid mode ${quoted(text)}`, { hasHint: false });
  return change(0o777, true);
}

function makeDirectories(
  call: Call,
  name: string,
  options: { mode?: number; makesParents: boolean; isVerbose: boolean; isParent?: boolean },
): void {
  const { files } = call.process;
  const path = call.path(name);
  const tell = (made: string) => {
    if (options.isVerbose)
      call.print(
        call.flavour === "gnu"
          ? `mkdir: created directory ${quoted(made)}\n`
          : `created directory: '${made}${options.isParent ? "/" : ""}'\n`,
      );
  };
  if (options.makesParents) {
    const existing = files.find(path);
    if (existing?.type === "directory") return;
    if (existing) throw new FileError("EEXIST", path);
    const parent = directoryName(name.replace(/\/+$/, ""));
    const parentEntry = files.find(call.path(parent));
    if (!parentEntry) makeDirectories(call, parent, { ...options, mode: undefined, isParent: true });
    else if (parentEntry.type !== "directory") throw new FileError("ENOTDIR", call.path(parent));
  }
  files.makeDirectory(path);
  if (options.mode !== undefined) files.setMode(path, options.mode);
  tell(name);
}

export const mkfifo = tool((call) => {
  const options = readOptions(call, { short: "m:", long: { mode: "m" } });
  if (options.operands.length === 0) throw new MissingOperand("missing operand");
  const mode = readMode(options.value("m")) ?? 0o644;
  let status = 0;
  for (const name of options.operands) {
    try {
      call.process.files.makeSpecial(call.path(name), "fifo", mode & 0o666);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.warn(`mkfifo: ${call.flavour === "gnu" ? `cannot create fifo ${quoted(name)}` : name}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

const LN_RULES = {
  short: "bfinrsS:t:Tv",
  long: {
    force: "f",
    symbolic: "s",
    "no-dereference": "n",
    relative: "r",
    "target-directory": "t",
    "no-target-directory": "T",
    verbose: "v",
  },
};

/** A hard link is a copy: the file system has no two names of one file. */
export const ln = tool((call) => {
  const options = readOptions(call, LN_RULES);
  const { files } = call.process;
  const { operands } = options;
  if (operands.length === 0) throw new MissingOperand("missing file operand");
  const into = options.value("t");
  const destination = into ?? (operands.length === 1 ? "." : operands.at(-1)!);
  const sources = into !== undefined || operands.length === 1 ? operands : operands.slice(0, -1);
  const existing = options.has("n") ? files.findLink(call.path(destination)) : files.find(call.path(destination));
  const isDirectory = existing?.type === "directory" && !options.has("T");
  if (sources.length > 1 && !isDirectory)
    throw new UsageError(`target ${quoted(destination)} is not a directory`, { hasHint: false });
  let status = 0;
  for (const source of sources) {
    const last = source.replace(/\/+$/, "").split("/").at(-1)!;
    const name = isDirectory ? `${destination.replace(/\/$/, "")}/${last}` : destination;
    if (
      !link(call, source, name, {
        isSymbolic: options.has("s"),
        isForced: options.has("f"),
        isRelative: options.has("r"),
        isVerbose: options.has("v"),
      })
    )
      status = 1;
  }
  return status;
});

function link(
  call: Call,
  source: string,
  name: string,
  options: { isSymbolic: boolean; isForced: boolean; isRelative: boolean; isVerbose: boolean },
): boolean {
  const { files } = call.process;
  const path = call.path(name);
  const isGnu = call.flavour === "gnu";
  const kind = options.isSymbolic ? "symbolic" : "hard";
  try {
    const original = options.isSymbolic ? undefined : files.findLink(call.path(source));
    if (!options.isSymbolic && !original) {
      call.warn(
        isGnu
          ? `ln: failed to access ${quoted(source)}: No such file or directory\n`
          : `ln: ${source}: No such file or directory\n`,
      );
      return false;
    }
    if (original?.type === "directory") {
      call.warn(
        isGnu ? `ln: ${source}: hard link not allowed for directory\n` : `ln: ${name}: Operation not permitted\n`,
      );
      return false;
    }
    const known = files.findLink(path);
    if (known && options.isForced && known.type !== "directory") files.removeFile(path);
    if (options.isSymbolic)
      files.makeLink(options.isRelative ? relativePath(directoryName(path), call.path(source)) : source, path);
    else if (files.findLink(path)) throw new FileError("EEXIST", path);
    else files.write(path, files.read(call.path(source)), original?.mode);
    if (options.isVerbose)
      call.print(
        isGnu
          ? `${quoted(name)} ${options.isSymbolic ? "->" : "=>"} ${quoted(source)}\n`
          : `'${name}' -> '${source}'\n`,
      );
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.warn(
      isGnu
        ? `ln: failed to create ${kind} link ${quoted(name)}: ${error.message}\n`
        : `ln: ${name}: ${error.message}\n`,
    );
    return false;
  }
}

/** The path from a directory to a target, both absolute. */
export function relativePath(directory: string, target: string): string {
  const from = directory.split("/").filter(Boolean);
  const to = target.split("/").filter(Boolean);
  let common = 0;
  while (common < from.length && common < to.length && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => ".."), ...to.slice(common)].join("/") || ".";
}

const READLINK_RULES = {
  short: "femnqsvz",
  long: {
    canonicalize: "f",
    "canonicalize-existing": "e",
    "canonicalize-missing": "m",
    "no-newline": "n",
    verbose: "v",
    zero: "z",
  },
};

export const readlink = tool((call) => {
  const options = readOptions(call, READLINK_RULES);
  const { files } = call.process;
  if (options.operands.length === 0) throw new MissingOperand("missing operand");
  const end = options.has("z") ? "\0" : options.has("n") && options.operands.length === 1 ? "" : "\n";
  let status = 0;
  for (const name of options.operands) {
    try {
      if (options.has("f", "e", "m")) {
        call.print(
          canonical(
            call,
            name,
            options.has("e") || call.flavour === "busybox" ? "all" : options.has("m") ? "none" : "parents",
          ) + end,
        );
        continue;
      }
      const entry = files.findLink(call.path(name));
      if (entry?.type !== "link") throw new FileError(entry ? "EINVAL" : "ENOENT", name);
      call.print(entry.target + end);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (options.has("v")) call.warn(`${call.name}: ${name}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

const REALPATH_RULES = {
  short: "emLPqsz",
  long: {
    "canonicalize-existing": "e",
    "canonicalize-missing": "m",
    quiet: "q",
    strip: "s",
    "no-symlinks": "s",
    zero: "z",
    "relative-to": ":",
    "relative-base": ":",
  },
};

export const realpath = tool((call) => {
  const options = readOptions(call, REALPATH_RULES);
  if (options.operands.length === 0) throw new MissingOperand("missing operand");
  const end = options.has("z") ? "\0" : "\n";
  const base = options.value("relative-to");
  let status = 0;
  for (const name of options.operands) {
    try {
      const needs = options.has("e") || call.flavour === "busybox" ? "all" : options.has("m") ? "none" : "parents";
      const path = options.has("s") ? call.path(name) : canonical(call, name, needs);
      call.print((base === undefined ? path : relativePath(canonical(call, base, "none"), path)) + end);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (!options.has("q")) call.warn(`realpath: ${name}: ${error.message}\n`);
      status = 1;
    }
  }
  return status;
});

/** The path without links. `needs` says which parts must exist. @throws FileError */
function canonical(call: Call, name: string, needs: "all" | "parents" | "none"): string {
  const { files } = call.process;
  const path = name.startsWith("/") ? name : `${call.process.cwd}/${name}`;
  if (name === "") throw new FileError("ENOENT", name);
  try {
    return files.realPath(path);
  } catch (error) {
    if (!(error instanceof FileError) || needs === "all" || error.code !== "ENOENT") throw error;
    const entry = files.findLink(call.path(name));
    if (entry?.type === "link")
      return canonical(
        call,
        entry.target.startsWith("/") ? entry.target : `${directoryName(path)}/${entry.target}`,
        needs,
      );
    const trimmed = path.replace(/\/+$/, "");
    const parent = directoryName(trimmed);
    const last = trimmed.slice(trimmed.lastIndexOf("/") + 1);
    const realParent = needs === "none" ? canonical(call, parent, needs) : files.realPath(parent);
    return `${realParent === "/" ? "" : realParent}/${last}`;
  }
}

const MKTEMP_RULES = {
  short: "dp:qtu",
  long: { directory: "d", "dry-run": "u", quiet: "q", suffix: ":", tmpdir: "?" },
};
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

export const mktemp = tool((call) => {
  const options = readOptions(call, MKTEMP_RULES);
  const { files, env } = call.process;
  const template = options.operands[0] ?? "tmp.XXXXXXXXXX";
  const folder = options.value("p") || options.value("tmpdir") || env.TMPDIR || "/tmp";
  const isInFolder = options.operands.length === 0 || options.has("p", "t", "tmpdir");
  const full = (isInFolder ? `${folder.replace(/\/$/, "")}/${template}` : template) + (options.value("suffix") ?? "");
  const run = full.match(/X{3,}(?=[^X]*$)/)?.[0];
  if (!run || (call.flavour === "busybox" && run.length < 6)) {
    if (call.flavour === "busybox") throw new UsageError(`${full}: Invalid argument`, { hasHint: false });
    throw new UsageError(`too few X's in template ${quoted(template)}`, { hasHint: false });
  }
  const at = full.lastIndexOf(run);
  const letters = Array.from(run, () => LETTERS[call.process.random() % LETTERS.length]).join("");
  const made = full.slice(0, at) + letters + full.slice(at + run.length);
  try {
    if (!options.has("u")) {
      if (options.has("d")) files.makeDirectory(call.path(made), 0o700);
      else files.write(call.path(made), "", 0o600);
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const kind = options.has("d") ? "directory" : "file";
    if (!options.has("q"))
      call.warn(
        call.flavour === "gnu"
          ? `mktemp: failed to create ${kind} via template ${quoted(full)}: ${error.message}\n`
          : `mktemp: ${error.message}\n`,
      );
    return 1;
  }
  call.print(`${made}\n`);
  return 0;
});

/** mv. Between mounts it copies and removes, as rename(2) gives EXDEV. */
import { FileError } from "../../files/errors.ts";
import { type Call, tool } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { baseName, joinPath } from "../base/paths.ts";
import { keepsExisting, readTargets, updatesOnly } from "./cp.ts";
import { copyEntry, preserve, removeTree } from "./tree-work.ts";

const RULES = {
  short: "bfinS:t:Tuv",
  long: {
    force: "f",
    interactive: "i",
    "no-clobber": "n",
    "target-directory": "t",
    "no-target-directory": "T",
    update: "?",
    verbose: "v",
  },
};

export const mv = tool((call) => {
  const options = readOptions(call, RULES);
  const { sources, target, isDirectory } = readTargets(call, options);
  let status = 0;
  for (const source of sources) {
    const name = source.replace(/\/+$/, "") || "/";
    if (!move(call, options, source, isDirectory ? joinPath(target, baseName(name)) : target)) status = 1;
  }
  return status;
});

function move(call: Call, options: Options, from: string, to: string): boolean {
  const { files } = call.process;
  const [source, target] = [call.path(from), call.path(to)];
  const isGnu = call.flavour === "gnu";
  const fail = (message: string) => {
    call.warn(`${call.name}: ${message}\n`);
    return false;
  };
  try {
    const entry = files.findLink(source);
    if (!entry) throw new FileError("ENOENT", source);
    const existing = files.findLink(target);
    if (existing && keepsExisting(options)) return true;
    if (existing && updatesOnly(options) && existing.modifiedAtMs >= entry.modifiedAtMs) return true;
    if (source === target && !isGnu) return true;
    if (source === target)
      return fail(
        isGnu ? `${quoted(from)} and ${quoted(to)} are the same file` : `can't rename '${from}': Invalid argument`,
      );
    if (target.startsWith(`${source}/`)) {
      return fail(
        isGnu
          ? `cannot move ${quoted(from)} to a subdirectory of itself, ${quoted(to)}`
          : `can't rename '${from}': Invalid argument`,
      );
    }
    if (existing?.type === "directory" && entry.type !== "directory") {
      return fail(
        isGnu
          ? `cannot overwrite directory ${quoted(to)} with non-directory`
          : `can't rename '${from}': Is a directory`,
      );
    }
    if (existing && existing.type !== "directory" && entry.type === "directory") {
      return fail(
        isGnu
          ? `cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`
          : `can't rename '${from}': Not a directory`,
      );
    }
    moveEntry(call, source, target);
    if (options.has("v")) call.print(isGnu ? `renamed ${quoted(from)} -> ${quoted(to)}\n` : `'${from}' -> '${to}'\n`);
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isMissing = error.code === "ENOENT" && !files.findLink(source);
    if (isGnu)
      return fail(
        isMissing
          ? `cannot stat ${quoted(from)}: ${error.message}`
          : `cannot move ${quoted(from)} to ${quoted(to)}: ${error.message}`,
      );
    return fail(`can't rename '${from}': ${error.message}`);
  }
}

function moveEntry(call: Call, source: string, target: string): void {
  const { files } = call.process;
  try {
    files.rename(source, target);
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== "EXDEV") throw error;
    copyAll(call, source, target);
    removeTree(files, source, {
      report: (_path, problem) => {
        throw problem;
      },
    });
  }
}

function copyAll(call: Call, source: string, target: string): void {
  const { files } = call.process;
  const entry = files.findLink(source);
  if (!entry) throw new FileError("ENOENT", source);
  copyEntry(call.process, source, target, entry, {
    isRecursive: true,
    preserves: entry.type !== "directory",
    followsLinks: false,
  });
  if (entry.type !== "directory") return;
  for (const name of files.list(source)) copyAll(call, joinPath(source, name), joinPath(target, name));
  preserve(files, target, entry);
}

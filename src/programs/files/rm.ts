/** rm, rmdir, unlink. */
import { FileError } from "../../files/errors.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { baseName, directoryName } from "../base/paths.ts";
import { removeTree } from "./tree-work.ts";

const RM_RULES = {
  short: "dfiIrRv",
  long: {
    dir: "d",
    force: "f",
    interactive: "?",
    "one-file-system": "-",
    "no-preserve-root": "-",
    "preserve-root": "?",
    recursive: "r",
    verbose: "v",
  },
};

export const rm = tool((call) => {
  const options = readOptions(call, RM_RULES);
  if (options.operands.length === 0) {
    if (options.has("f")) return 0;
    throw new MissingOperand("missing operand");
  }
  const settings = {
    isForced: options.has("f"),
    isRecursive: options.has("r", "R"),
    takesEmpty: options.has("d"),
    isVerbose: options.has("v"),
    mayRemoveRoot: options.has("no-preserve-root"),
  };
  return options.operands.map((name) => remove(call, name, settings)).every(Boolean) ? 0 : 1;
});

interface RemoveSettings {
  isForced: boolean;
  isRecursive: boolean;
  takesEmpty: boolean;
  isVerbose: boolean;
  mayRemoveRoot: boolean;
}

function remove(call: Call, name: string, settings: RemoveSettings): boolean {
  const { files } = call.process;
  const path = call.path(name);
  const isGnu = call.flavour === "gnu";
  const complain = (message: string) => {
    call.warn(`${call.name}: ${message}\n`);
    return false;
  };
  const report = (shown: string, message: string) => {
    call.warn(`${call.name}: ${isGnu ? `cannot remove ${quoted(shown)}` : `can't remove '${shown}'`}: ${message}\n`);
    return false;
  };
  try {
    const isDots = /(^|\/)\.\.?\/*$/.test(name);
    if ((settings.isRecursive && (path === "/" || isDots)) || (isDots && !isGnu)) {
      if (path !== "/" || !isGnu) {
        call.warn(
          isGnu
            ? `rm: refusing to remove '.' or '..' directory: skipping ${quoted(name)}\n`
            : "rm: can't remove '.' or '..'\n",
        );
        return false;
      }
      if (!settings.mayRemoveRoot) {
        call.warn(
          "rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n",
        );
        return false;
      }
    }
    const entry = files.findLink(path);
    if (!entry) throw new FileError("ENOENT", path);
    if (entry.type === "directory" && !settings.isRecursive) {
      if (!settings.takesEmpty) return isGnu ? report(name, "Is a directory") : complain(`'${name}' is a directory`);
      files.removeDirectory(path);
      if (settings.isVerbose) call.print(`removed directory ${quoted(name)}\n`);
      return true;
    }
    const shown = (full: string) =>
      full === path ? name : name.replace(/\/+$/, "") + full.slice(path === "/" ? 0 : path.length);
    return removeTree(files, path, {
      report: (full, error) => report(shown(full), error.message),
      onRemove: (full, isDirectory) => {
        if (settings.isVerbose)
          call.print(
            isGnu
              ? `removed ${isDirectory ? "directory " : ""}${quoted(shown(full))}\n`
              : `removed ${isDirectory ? "directory: " : ""}'${shown(full)}'\n`,
          );
      },
    });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (settings.isForced && (error.code === "ENOENT" || error.code === "ENOTDIR")) return true;
    return report(name, error.message);
  }
}

const RMDIR_RULES = { short: "pv", long: { parents: "p", verbose: "v", "ignore-fail-on-non-empty": "-" } };

export const rmdir = tool((call) => {
  const options = readOptions(call, RMDIR_RULES);
  if (options.operands.length === 0) throw new MissingOperand("missing operand");
  let status = 0;
  for (const operand of options.operands) {
    for (let name = operand; ; name = directoryName(name)) {
      try {
        if (options.has("v")) call.print(`rmdir: removing directory, ${quoted(name)}\n`);
        call.process.files.removeDirectory(call.path(name));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        if (error.code === "ENOTEMPTY" && options.has("ignore-fail-on-non-empty")) break;
        const what =
          call.flavour === "busybox"
            ? `'${name}'`
            : `failed to remove ${name === operand ? "" : "directory "}${quoted(name)}`;
        call.warn(`rmdir: ${what}: ${error.message}\n`);
        status = 1;
        break;
      }
      if (!options.has("p") || !baseName(name) || directoryName(name) === "." || directoryName(name) === "/") break;
    }
  }
  return status;
});

export const unlink = tool((call) => {
  const { operands } = readOptions(call, { short: "" });
  if (operands.length !== 1)
    throw new UsageError(operands.length === 0 ? "missing operand" : `extra operand ${quoted(operands[1]!)}`);
  try {
    call.process.files.removeFile(call.path(operands[0]!));
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.warn(
      `unlink: ${call.flavour === "gnu" ? `cannot unlink ${quoted(operands[0]!)}` : `can't remove file '${operands[0]}'`}: ${error.message}\n`,
    );
    return 1;
  }
});

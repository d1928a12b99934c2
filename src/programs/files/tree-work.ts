/** Copies and removals of whole trees, for cp, mv, rm and install. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { FileSystem } from "../../files/file-system.ts";
import type { ProcessView } from "../../shell/program.ts";
import { joinPath } from "../base/paths.ts";

export interface CopyOptions {
  isRecursive: boolean;
  /** Mode, owner and times of the original. */
  preserves: boolean;
  followsLinks: boolean;
}

/** Copies one entry onto a path that may exist. @throws FileError */
export function copyEntry(
  process: ProcessView,
  from: string,
  to: string,
  entry: FileEntry,
  options: CopyOptions,
): void {
  const { files } = process;
  if (entry.type === "link") {
    if (files.findLink(to)) files.removeFile(to);
    files.makeLink(entry.target, to);
    return;
  }
  if (entry.type === "directory") {
    if (!files.find(to)) files.makeDirectory(to, entry.mode & 0o777);
  } else if (entry.type === "fifo" || entry.type === "socket") {
    files.makeSpecial(to, entry.type, entry.mode);
  } else if (entry.type === "file") {
    files.copyFile(from, to, entry.mode & 0o777);
  } else {
    files.write(to, "", 0o644);
  }
  if (options.preserves) preserve(files, to, entry);
}

/** Gives a path the mode, the owner and the time of an entry. Only root may give away files: others keep their own. */
export function preserve(files: FileSystem, path: string, entry: FileEntry): void {
  if (entry.type === "link") return;
  try {
    files.setOwner(path, entry.uid, entry.gid);
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== "EPERM") throw error;
  }
  files.setMode(path, entry.mode);
  files.setModifiedAt(path, entry.modifiedAtMs);
}

/** Removes an entry and all below it. `report` takes the errors; returns false if there was one. */
export function removeTree(
  files: FileSystem,
  path: string,
  {
    onRemove,
    report,
  }: { onRemove?: (path: string, isDirectory: boolean) => void; report: (path: string, error: FileError) => void },
): boolean {
  const entry = files.findLink(path);
  if (!entry) return true;
  let isComplete = true;
  try {
    if (entry.type !== "directory") {
      files.removeFile(path);
      onRemove?.(path, false);
      return true;
    }
    for (const name of files.list(path)) {
      if (!removeTree(files, joinPath(path, name), { onRemove, report })) isComplete = false;
    }
    if (!isComplete) return false;
    files.removeDirectory(path);
    onRemove?.(path, true);
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    report(path, error);
    return false;
  }
}

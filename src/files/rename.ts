/** Moves an entry within one tree. Linux: fs/namei.c (`vfs_rename`) */
import type { FileEntry } from "./entry.ts";
import { FileError } from "./errors.ts";
import { isWithin, joinPath } from "./paths.ts";
import type { Tree } from "./tree.ts";
import type { Place } from "./walk.ts";

interface MoveOptions {
  /** Throws if the process may not remove or create the entries. */
  check(): void;
  isMountPoint(path: string): boolean;
  pid: number;
  /** The target as the process named it, for errors. */
  to: string;
}

/** False if both are the same entry: nothing changes. Throws what Linux' rename does, in its order. */
export function movePlace(source: Place, target: Place, { check, isMountPoint, pid, to }: MoveOptions): boolean {
  const { tree } = source.mount;
  const isDirectory = source.entry!.type === "directory";
  const isSame = source.path === target.path;
  if (!isSame && isDirectory && isWithin(target.path, source.path)) throw new FileError("EINVAL", to);
  if (!isSame && isWithin(source.path, target.path)) throw new FileError("ENOTEMPTY", to);
  if (isSame) return false;
  check();
  if (target.entry) checkTypes(target, { isDirectory, to });
  const paths = isDirectory ? pathsBelow(tree, source.inside, pid) : [source.inside];
  const below = (inside: string) => source.path + inside.slice(source.inside.length);
  if (isMountPoint(target.path) || paths.some((path) => isMountPoint(below(path)))) throw new FileError("EBUSY", to);
  const isFull = isDirectory && target.entry && tree.names(target.inside, pid).length > 0;
  if (isFull) throw new FileError("ENOTEMPTY", to);
  const entries = paths.map((path) => [path, tree.find(path, pid)!] as const);
  for (const path of [...paths].reverse()) tree.remove(path);
  putAll(tree, entries, { from: source.inside, to: target.inside });
  return true;
}

function checkTypes({ entry }: Place, { isDirectory, to }: { isDirectory: boolean; to: string }): void {
  if (isDirectory && entry!.type !== "directory") throw new FileError("ENOTDIR", to);
  if (!isDirectory && entry!.type === "directory") throw new FileError("EISDIR", to);
}

/** Puts the entries to their new paths, or back to the old ones if there is no room for all. */
function putAll(
  tree: Tree,
  entries: readonly (readonly [string, FileEntry])[],
  { from, to }: { from: string; to: string },
): void {
  const moved = (path: string) => to + path.slice(from.length);
  let count = 0;
  try {
    for (; count < entries.length; count++) tree.put(moved(entries[count]![0]), entries[count]![1]);
  } catch (error) {
    for (const [path] of entries.slice(0, count).reverse()) tree.remove(moved(path));
    for (const [path, entry] of entries) tree.put(path, entry);
    throw error;
  }
}

/** The directory and all entries below it, parents first. */
function pathsBelow(tree: Tree, directory: string, pid: number): string[] {
  const paths = [directory];
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index]!;
    if (tree.find(path, pid)?.type !== "directory") continue;
    for (const name of tree.names(path, pid).sort()) paths.push(joinPath(path, name));
  }
  return paths;
}

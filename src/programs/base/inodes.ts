/** What stat(2) tells beyond an entry: blocks, links, and a number that stands for the inode. */
import type { FileEntry } from "../../files/entry.ts";
import type { FileSystem } from "../../files/file-system.ts";
import { hash32 } from "../../lib/prng.ts";
import { joinPath } from "./paths.ts";

/** Kilobytes on the disk, in blocks of 4 kB. */
export function blocksOf(files: FileSystem, entry: FileEntry): number {
  if (entry.type === "directory") return 4;
  return entry.type === "file" ? Math.ceil(files.sizeBytes(entry) / 4096) * 4 : 0;
}

/** A directory has a link from each directory in it, from its parent and from itself. */
export function linksOf(files: FileSystem, path: string, entry: FileEntry): number {
  if (entry.type !== "directory") return 1;
  try {
    const children = files.list(path);
    return 2 + children.filter((name) => files.findLink(joinPath(path, name))?.type === "directory").length;
  } catch {
    return 2;
  }
}

/** Follows from the path, so it stays the same as long as the file is not moved. */
export function inodeOf(path: string): number {
  return 1_000_000 + (hash32(path) % 8_000_000);
}

/**
 * A tree whose entries are computed when they are read: `/proc` and `/sys/fs/cgroup`. No entry is added or removed, and
 * only files with `write` take content.
 */

import { MAX_SETTING_BYTES } from "../lib/container-limits.ts";
import type { Bytes, FileEntry } from "./entry.ts";
import { FileError } from "./errors.ts";
import { namesOf } from "./paths.ts";
import type { Tree } from "./tree.ts";

/**
 * A file's content, a link's target, or the entries of a directory: their names, and each one by its name, so that one
 * entry of many is made alone. `pid` is the process that reads.
 */
export type VirtualNode =
  | {
      type: "file";
      content: (pid: number) => string;
      /** Takes what is written. Absent: the file is read-only. */
      write?: ((content: Bytes) => void) | undefined;
      mode?: number;
      uid?: number;
      shownSizeBytes?: number;
    }
  | { type: "link"; target: (pid: number) => string }
  | { type: "directory"; names: () => readonly string[]; entry: (name: string) => VirtualNode | undefined };

/** A directory with fixed entries. */
export function virtualDirectory(entries: Readonly<Record<string, VirtualNode>>): VirtualNode {
  return {
    type: "directory",
    names: () => Object.keys(entries),
    entry: (name) => (Object.hasOwn(entries, name) ? entries[name] : undefined),
  };
}

/** A tree below `root`. Its files belong to root, have mode 0444 and show the size 0 unless a node says otherwise. */
export function virtualTree(root: VirtualNode, modifiedAtMs: number): Tree {
  const nodeAt = (path: string): VirtualNode | undefined => {
    let node: VirtualNode | undefined = root;
    for (const name of namesOf(path)) {
      if (node?.type !== "directory") return undefined;
      node = node.entry(name);
    }
    return node;
  };
  return {
    find(path, pid) {
      const node = nodeAt(path);
      return node && entryOf(node, pid, modifiedAtMs);
    },
    names(path) {
      const node = nodeAt(path);
      return node?.type === "directory" ? [...node.names()] : [];
    },
    put(path, entry) {
      const node = nodeAt(path);
      if (node?.type !== "file" || !node.write || entry.type !== "file") throw new FileError("EROFS", path);
      node.write(entry.content);
    },
    remove(path) {
      throw new FileError("EROFS", path);
    },
    imply() {},
    usedBytes: 0,
    sizeBytes: 0,
    roomFor: () => MAX_SETTING_BYTES,
    diskRoomFor: () => undefined,
  };
}

function entryOf(node: VirtualNode, pid: number, modifiedAtMs: number): FileEntry {
  const owner = { uid: 0, gid: 0, modifiedAtMs };
  if (node.type === "directory") return { type: "directory", mode: 0o555, ...owner };
  if (node.type === "link") return { type: "link", mode: 0o777, target: node.target(pid), ...owner };
  const { mode = 0o444, shownSizeBytes = 0, uid = 0 } = node;
  return {
    ...{ type: "file", mode, shownSizeBytes, ...owner, uid },
    get content() {
      return node.content(pid);
    },
  };
}

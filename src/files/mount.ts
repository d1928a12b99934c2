/** A tree at a path of a container. */
import type { MountFacts } from "./file-system.ts";
import type { Tree } from "./tree.ts";

export interface Mount {
  /** Absolute, without a trailing slash. */
  path: string;
  tree: Tree;
  /** The path in the tree that is seen at `path`; absent: the tree's root. It may be a file. */
  subPath?: string;
  readOnly?: boolean;
  /** Its owner has made directories in it where other mounts lie below it, although it is read-only. */
  holdsMountPoints?: boolean;
  /** `overlay`, `tmpfs`, `ext4`, `proc`, … */
  fileSystemType: string;
  /** First column of df: `overlay`, `tmpfs`, `/dev/vda1`. */
  source: string;
  /** What df shows, if it differs from the tree's: the node's disk behind an overlay or a hostPath. */
  shows?: { sizeBytes: number; usedBytes: number };
}

/** What df shows. */
export function factsOf({ path, tree, fileSystemType, source, readOnly = false, shows }: Mount): MountFacts {
  const { sizeBytes, usedBytes } = shows ?? tree;
  return { path, fileSystemType, source, readOnly, sizeBytes, usedBytes };
}

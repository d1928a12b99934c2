/**
 * hostPath: a path on the node's disk.
 * Kubernetes: pkg/volume/hostpath/host_path.go (`checkTypeInternal`); containerd makes a path that is missing.
 */
import type { Credentials, FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { FileSystem } from "../../files/file-system.ts";
import { createFiles } from "../../files/mounted-files.ts";
import { joinPath, namesOf, parentPath } from "../../files/paths.ts";
import { assert } from "../../lib/assert.ts";
import type { HostPathVolumeSource, Node } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import { diskOf, nodeTree } from "./node-disk.ts";
import { VolumeTrees } from "./volume-trees.ts";
import type { OpenContext, OpenedVolume, VolumeType } from "./volume-type.ts";

const KUBELET_USER: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER"] };

/** The entries that a type accepts, and its name in the message. */
const CHECKS: Readonly<Record<string, { accepts: (entry: FileEntry) => boolean; what: string }>> = {
  Directory: { accepts: ({ type }) => type === "directory", what: "a directory" },
  DirectoryOrCreate: { accepts: ({ type }) => type === "directory", what: "a directory" },
  File: { accepts: ({ type }) => type === "file", what: "a file" },
  FileOrCreate: { accepts: ({ type }) => type === "file", what: "a file" },
  Socket: { accepts: ({ type }) => type === "socket", what: "a socket file" },
  CharDevice: { accepts: (entry) => entry.type === "device" && entry.device !== "block", what: "a character device" },
  BlockDevice: { accepts: (entry) => entry.type === "device" && entry.device === "block", what: "a block device" },
};

export const hostPath: VolumeType = {
  source: "hostPath",
  problem: (context, volume) => hostPathProblem(context, volume.hostPath!),
  open: (open, volume) => openHostPath(open, volume.hostPath!),
};

/** The kubelet's error for a path that is not of the type; undefined if it is, or if it will be made. */
export function hostPathProblem({ tx, node, nowMs }: PodContext, source: HostPathVolumeSource): string | undefined {
  const { path, type = "" } = source;
  const check = CHECKS[type];
  if (!check) return undefined;
  const trees = new VolumeTrees(tx);
  const files = filesOf({ trees, node, nowMs: () => nowMs });
  const entry = files.find(path);
  if (!entry && type === "DirectoryOrCreate") return undefined;
  if (!entry && type === "FileOrCreate") {
    return files.find(parentPath(path)) ? undefined : `open ${path}: no such file or directory`;
  }
  return entry && check.accepts(entry) ? undefined : `hostPath type check failed: ${path} is not ${check.what}`;
}

export function openHostPath({ context, trees, nowMs }: OpenContext, source: HostPathVolumeSource): OpenedVolume {
  const { node } = context;
  const tree = nodeTree(trees, node);
  const files = filesOf({ trees, node, nowMs });
  if (!files.find(source.path)) make(files, source);
  return { tree, subPath: files.realPath(source.path), ...diskOf(node, tree) };
}

function make(files: FileSystem, { path, type = "" }: HostPathVolumeSource): void {
  let made = "/";
  const names = namesOf(path);
  for (const [index, name] of names.entries()) {
    made = joinPath(made, name);
    if (files.find(made)) continue;
    if (type === "FileOrCreate" && index === names.length - 1) files.write(made, "", 0o644);
    else files.makeDirectory(made, 0o755);
  }
}

/** The node's disk as the kubelet sees it. */
function filesOf({ trees, node, nowMs }: { trees: VolumeTrees; node: Node; nowMs: () => number }): FileSystem {
  const mounts = [{ path: "/", tree: nodeTree(trees, node), fileSystemType: "ext4", source: "/dev/vda1" }];
  return createFiles({ mounts, nowMs }).filesFor(KUBELET_USER);
}

/** Whether the path exists on the node. */
export function existsOnNode({ tx, node, nowMs }: PodContext, path: string): boolean {
  try {
    return filesOf({ trees: new VolumeTrees(tx), node, nowMs: () => nowMs }).find(path) !== undefined;
  } catch (error) {
    assert(error instanceof FileError, "a look-up fails with an error of files");
    return false;
  }
}

/** The file systems of a container that runs: its image below its own layer, its volumes, and the mounts of the runtime. */

import type { Charge } from "../../files/charge.ts";
import type { Bytes, Credentials } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { FileSystem } from "../../files/file-system.ts";
import { type FilesOptions as ContainerFilesOptions, createFiles } from "../../files/mounted-files.ts";
import { LayerTree } from "../../files/tree.ts";
import type { MountTable } from "../../files/walk.ts";
import type { ImageConfig } from "../../images/image.ts";
import { hash32 } from "../../lib/prng.ts";
import type { CpuTimes } from "../../shell/load.ts";
import type { HostFacts, ProcessFacts } from "../../shell/program.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { containerLayerKey } from "../mounts/keys.ts";
import { mountFailure } from "../mounts/mount-failure.ts";
import type { PodVolumes } from "../mounts/pod-volumes.ts";

export interface OpenedFiles {
  readonly mounts: MountTable;
  /** The longest content that the file at a path may have, octets; other limits of files apart. */
  roomFor(path: string): number;
  filesFor(credentials: Credentials, pid?: number, charge?: Charge): FileSystem;
}

export interface FilesOptions {
  volumes: PodVolumes;
  image: ImageConfig;
  host: HostFacts;
  environment: Readonly<Record<string, Bytes>>;
  nowMs: () => number;
  processes: () => readonly ProcessFacts[];
  /** Processes of the container itself; absent: it has all that it sees. */
  ownProcesses?: () => readonly ProcessFacts[];
  /** Absent: the container has not started. */
  cpuTime?: () => CpuTimes;
  mountsOfProcess?: ContainerFilesOptions["mountsOfProcess"];
  /** The container starts: its layer is empty. */
  isNew: boolean;
}

/** The rights of the kubelet and the runtime. */
export const ROOT: Credentials = { uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER"] };

/** A problem is the runtime's error: a mount point that cannot be made. */
export function openFiles(
  context: PodContext,
  container: PodContainer,
  options: FilesOptions,
): OpenedFiles | { problem: string } {
  const { volumes, image, nowMs, isNew } = options;
  const { spec, record } = container;
  const { trees } = volumes;
  const key = containerLayerKey(context.pod, spec.name);
  const root = isNew ? trees.begin(key, image.files()) : trees.open(key, image.files());
  const made = volumes.mountsOf(container, { ...options, root });
  if ("problem" in made) return made;
  let draws = hash32(`${context.pod.metadata.uid}/${spec.name}/${record.starts}/files`);
  const random = () => {
    draws = hash32(String(draws));
    return draws;
  };
  try {
    const { mountsOfProcess } = options;
    return createFiles({ mounts: made.mounts, nowMs, random, mountsOfProcess });
  } catch (error) {
    if (error instanceof FileError) return { problem: mountFailure(error, context.pod, spec) };
    throw error;
  }
}

/**
 * The files of a container that has started, opened when a process first uses them: a server that waits uses none, and a
 * pod may have hundreds of mounts. Without its mounts, which cannot be opened any more, it has its image.
 */
export function openLater(context: PodContext, container: PodContainer, options: FilesOptions): OpenedFiles {
  let opened: OpenedFiles | undefined;
  const open = () => {
    const files = openFiles(context, container, options);
    if (!("problem" in files)) return files;
    const tree = new LayerTree(options.image.files());
    const root = { path: "/", tree, fileSystemType: "overlay", source: "overlay" };
    return createFiles({ mounts: [root], nowMs: options.nowMs });
  };
  return {
    get mounts() {
      opened ??= open();
      return opened.mounts;
    },
    roomFor(path) {
      opened ??= open();
      return opened.roomFor(path);
    },
    filesFor(credentials, pid, charge) {
      opened ??= open();
      return opened.filesFor(credentials, pid, charge);
    },
  };
}

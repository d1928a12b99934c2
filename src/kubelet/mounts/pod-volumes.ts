/**
 * The file systems of a pod's containers: image, own layer, volumes, and what kubelet and runtime mount.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`makeMounts`); containerd: internal/cri/opts/spec_linux_opts.go
 */
import type { Bytes } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { Mount } from "../../files/mount.ts";
import { createFiles } from "../../files/mounted-files.ts";
import { namesOf } from "../../files/paths.ts";
import { LayerTree } from "../../files/tree.ts";
import type { Pod, Volume, VolumeMount } from "../../schema/index.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { DiskGrowth } from "../node-pressure/disk-growth.ts";
import { freeDiskBytes } from "../node-pressure/pod-disk.ts";
import { kernelSettings } from "./kernel-settings.ts";
import { spaceOf } from "./node-disk.ts";
import { podFileMounts, terminationMessage } from "./pod-files.ts";
import { openProjected } from "./projected.ts";
import { projectedOf } from "./projections.ts";
import { volumeTypeOf } from "./registry.ts";
import { pinnedVersions } from "./shown-files.ts";
import { subVolume } from "./sub-path.ts";
import { type SystemFacts, systemMounts } from "./system-mounts.ts";
import { VolumeTrees } from "./volume-trees.ts";
import type { OpenContext, OpenedVolume } from "./volume-type.ts";

export interface ContainerOptions extends SystemFacts {
  /** The image's files below the container's own layer. */
  root: LayerTree;
  /** For `subPathExpr`. */
  environment: Readonly<Record<string, Bytes>>;
}

/** A pod's volumes in memory: opened from the state, shared by its containers, and saved. */
export class PodVolumes {
  readonly #open: OpenContext;
  readonly #volumes = new Map<string, OpenedVolume>();
  readonly #growth: DiskGrowth;

  /** `nowMs` is the time of the pod's processes. */
  constructor(context: PodContext, nowMs: () => number) {
    this.#open = { context, trees: new VolumeTrees(context.tx, () => freeDiskBytes(context)), nowMs };
    this.#growth = new DiskGrowth(context, this.#open.trees);
  }

  /** Whether files came to take much more or less of the disk, or more than they may, since the last call. */
  hasNewsOfDisk(): boolean {
    return this.#growth.isNews();
  }

  /**
   * The mounts of a container, parents first. A problem is the message of CreateContainerConfigError. `createFiles`
   * makes the file system of them; see `mount-failure.ts` for its errors.
   */
  mountsOf(container: PodContainer, options: ContainerOptions): { mounts: Mount[] } | { problem: string } {
    const { spec } = container;
    const readOnly = spec.securityContext?.readOnlyRootFilesystem === true;
    const { root: tree } = options;
    const shows = spaceOf(this.#open.context.node, tree);
    const root: Mount = { path: "/", tree, readOnly, fileSystemType: "overlay", source: "overlay", shows };
    const privileged = spec.securityContext?.privileged === true;
    const sysctls = sysctlsOf(this.#open.context.pod);
    const kernel = kernelSettings(this.#open, { privileged });
    const facts = { ...options, sysctls, kernel, mountLines: () => mountLines([root, ...mounts]) };
    const mounts: Mount[] = [...systemMounts(facts, { privileged }), ...podFileMounts(this.#open, container)];
    for (const mount of spec.volumeMounts ?? []) {
      const made = this.#mount(container, mount, options.environment);
      if ("problem" in made) return made;
      mounts.push(made);
    }
    for (const { devicePath } of spec.volumeDevices ?? []) mounts.push(blockDevice(devicePath));
    const depth = ({ path }: Mount) => namesOf(path).length;
    return { mounts: [root, ...mounts.sort((a, b) => depth(a) - depth(b))] };
  }

  /** Reads a file of a volume, for `fileKeyRef`; undefined if it cannot be read. */
  readFile(volume: string, path: string): Bytes | undefined {
    const opened = this.#volume(volume);
    if (!opened) return undefined;
    const mounts = [{ ...opened, path: "/" }];
    const files = createFiles({ mounts, nowMs: this.#open.nowMs }).filesFor({
      ...{ uid: 0, gid: 0, groups: [], capabilities: ["DAC_OVERRIDE"] },
    });
    try {
      return files.read(`/${path}`);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  terminationMessage(container: PodContainer): Bytes {
    return terminationMessage(this.#open, container);
  }

  /** Prepares the volumes once, when all of them can be set up. */
  setUp(): void {
    for (const volume of this.#open.context.pod.spec.volumes ?? []) volumeTypeOf(volume).setUp?.(this.#open, volume);
  }

  /** Trees of the pod's volumes, for limits. */
  get trees(): VolumeTrees {
    return this.#open.trees;
  }

  /** Writes the layers that changed. */
  save(): void {
    this.#open.trees.save();
  }

  #mount(
    container: PodContainer,
    mount: VolumeMount,
    environment: Readonly<Record<string, Bytes>>,
  ): Mount | { problem: string } {
    const { name } = container.spec;
    const hasSubPath = Boolean(mount.subPath || mount.subPathExpr);
    const opened = hasSubPath ? this.#pinned(container, mount.name) : this.#volume(mount.name);
    if (!opened) {
      return { problem: `cannot find volume "${mount.name}" to mount into container "${name}"` };
    }
    const part = subVolume(mount, { volume: opened, container: name, environment, nowMs: this.#open.nowMs });
    if ("problem" in part) return part;
    const path = `/${namesOf(mount.mountPath).join("/")}`;
    return { ...part.volume, path, readOnly: part.volume.readOnly === true || mount.readOnly === true };
  }

  #volume(name: string): OpenedVolume | undefined {
    const known = this.#volumes.get(name);
    if (known) return known;
    const volume = this.#spec(name);
    const opened = volume && volumeTypeOf(volume).open(this.#open, volume);
    if (opened) this.#volumes.set(name, opened);
    return opened;
  }

  /** Single files of data of the cluster stay as they were at the container's start. */
  #pinned({ spec, record }: PodContainer, name: string): OpenedVolume | undefined {
    const volume = this.#spec(name);
    if (!volume || !projectedOf(volume)) return this.#volume(name);
    return openProjected(this.#open, volume, pinnedVersions(this.#open.context, spec.name, record.starts));
  }

  #spec(name: string): Volume | undefined {
    return this.#open.context.pod.spec.volumes?.find((volume) => volume.name === name);
  }
}

/** `/proc/mounts` */
function mountLines(mounts: readonly Mount[]): string {
  const line = ({ source, path, fileSystemType, readOnly }: Mount) =>
    `${source} ${path} ${fileSystemType} ${readOnly ? "ro" : "rw"},relatime 0 0\n`;
  return mounts.map(line).join("");
}

function blockDevice(path: string): Mount {
  const attributes = { mode: 0o660, uid: 0, gid: 6, modifiedAtMs: 0 };
  const tree = new LayerTree({ "/": { type: "device", device: "block", ...attributes } });
  return { path, tree, fileSystemType: "devtmpfs", source: "devtmpfs" };
}

function sysctlsOf({ spec }: Pod): Record<string, string> {
  const sysctls = spec.securityContext?.sysctls ?? [];
  return Object.fromEntries(sysctls.map(({ name, value }) => [name, value]));
}

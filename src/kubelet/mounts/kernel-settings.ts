/**
 * Settings below /proc/sys that privileged containers have changed. Settings of the kernel itself are the node's;
 * those of a namespace belong to the pod, unless it shares that namespace with the node.
 * Kubernetes: pkg/kubelet/sysctl/allowlist.go (the names that belong to a namespace); Linux: kernel/sysctl.c
 */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { LayerTree } from "../../files/tree.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { Pod } from "../../schema/index.ts";
import { nodeTree } from "./node-disk.ts";
import { podFiles } from "./pod-files.ts";
import type { OpenContext } from "./volume-type.ts";

export interface KernelSettings {
  /** The changed value of `vm/max_map_count`; undefined while it is the default. */
  changed(path: string): string | undefined;
  /** Absent where /proc/sys is mounted read-only. Throws EINVAL for text in place of a number. */
  change?: (path: string, from: string, value: string) => void;
}

export function kernelSettings(open: OpenContext, { privileged }: { privileged: boolean }): KernelSettings {
  const placeOf = (path: string): { tree: LayerTree; file: string } =>
    isOfPod(open.context.pod, path)
      ? { tree: podFiles(open), file: `/sysctl/${path}` }
      : { tree: nodeTree(open.trees, open.context.node), file: `/proc/sys/${path}` };
  const changed = (path: string) => {
    const { tree, file } = placeOf(path);
    const entry = tree.find(file);
    return entry?.type === "file" ? textOfBytes(entry.content) : undefined;
  };
  if (!privileged) return { changed };
  return {
    changed,
    change(path, from, value) {
      const { tree, file } = placeOf(path);
      if (isNumber(from) && !isNumber(value)) throw new FileError("EINVAL", `/proc/sys/${path}`);
      const modifiedAtMs = open.nowMs();
      const entry: FileEntry = { type: "file", mode: 0o644, content: bytesOfText(value), uid: 0, gid: 0, modifiedAtMs };
      tree.put(file, entry);
    },
  };
}

const IPC_NAMESPACE = /^(kernel\/(shm|msg|sem)|fs\/mqueue\/)/;
const NETWORK_NAMESPACE = /^net\//;
const UTS_NAMESPACE = /^kernel\/(hostname|domainname)$/;

function isOfPod({ spec }: Pod, path: string): boolean {
  if (IPC_NAMESPACE.test(path)) return !spec.hostIPC;
  return (NETWORK_NAMESPACE.test(path) || UTS_NAMESPACE.test(path)) && !spec.hostNetwork;
}

function isNumber(value: string): boolean {
  return /^-?\d+$/.test(value.trim());
}

/**
 * The runtime's words for a mount that it cannot make.
 * Kubernetes: pkg/kubelet/kubelet_getters.go (folders of volumes); runc: libcontainer/rootfs_linux.go (`mountToRootfs`)
 */
import type { FileError } from "../../files/errors.ts";
import { namesOf } from "../../files/paths.ts";
import type { Container, EphemeralContainer, Pod, Volume } from "../../schema/index.ts";

/** The error of a container whose file system cannot be made. `error.path` is the mount point. */
export function mountFailure(error: FileError, pod: Pod, container: Container | EphemeralContainer): string {
  const { code, path, message } = error;
  const source = hostPathOf(pod, container, path);
  const reason = message.toLowerCase();
  const what =
    code === "ENOTDIR"
      ? `mount src=${source}, dst=${path}, dstFd=/proc/thread-self/fd/8, flags=MS_BIND|MS_REC: ${reason}`
      : `create mountpoint for ${path} mount: make mountpoint "${path}": ${reason}`;
  return `error mounting "${source}" to rootfs at "${path}": ${what}`;
}

/** Folders of plugins below a pod's folder. */
const PLUGINS: readonly [keyof Volume, string][] = [
  ["configMap", "kubernetes.io~configmap"],
  ["secret", "kubernetes.io~secret"],
  ["projected", "kubernetes.io~projected"],
  ["downwardAPI", "kubernetes.io~downward-api"],
  ["emptyDir", "kubernetes.io~empty-dir"],
];

function hostPathOf(pod: Pod, { name, volumeMounts = [] }: Container | EphemeralContainer, path: string): string {
  const folder = `/var/lib/kubelet/pods/${pod.metadata.uid}`;
  const index = volumeMounts.findIndex(({ mountPath }) => `/${namesOf(mountPath).join("/")}` === path);
  const mount = volumeMounts[index];
  if (!mount) return `${folder}/etc-hosts`;
  if (mount.subPath || mount.subPathExpr) return `${folder}/volume-subpaths/${mount.name}/${name}/${index}`;
  const volume = pod.spec.volumes?.find((one) => one.name === mount.name);
  if (volume?.hostPath) return volume.hostPath.path;
  const plugin = PLUGINS.find(([source]) => volume?.[source])?.[1];
  return plugin
    ? `${folder}/volumes/${plugin}/${mount.name}`
    : `${folder}/volumes/kubernetes.io~csi/${mount.name}/mount`;
}

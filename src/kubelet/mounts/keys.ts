/**
 * Rows of private state that hold files. They belong to no object, so they stay until they are removed.
 * Kubernetes: pkg/kubelet/kubelet_getters.go
 */
import type { ObjectKey } from "../../kinds/kind.ts";
import type { Node, PersistentVolume, Pod } from "../../schema/index.ts";

/** A volume that lives as long as its pod: emptyDir, an inline CSI volume. */
export function podVolumeKey({ metadata }: Pod, volume: string): ObjectKey {
  return `sandbar/pod-volumes/${metadata.namespace}/${metadata.uid}.${volume}`;
}

/** What kubelet and runtime keep of a pod: /etc/hosts, /etc/resolv.conf, /etc/hostname, termination messages. */
export function podFilesKey({ metadata }: Pod): ObjectKey {
  return `sandbar/pod-files/${metadata.namespace}/${metadata.uid}`;
}

/** The own layer of a container's present run. */
export function containerLayerKey({ metadata }: Pod, container: string): ObjectKey {
  return `sandbar/container-layers/${metadata.namespace}/${metadata.uid}.${container}`;
}

/** The disk of a node. */
export function nodeFilesKey({ metadata }: Node): ObjectKey {
  return `sandbar/node-files//${metadata.uid}`;
}

export function volumeFilesKey({ metadata }: PersistentVolume): ObjectKey {
  return `sandbar/volume-files//${metadata.uid}`;
}

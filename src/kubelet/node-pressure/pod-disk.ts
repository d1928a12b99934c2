/**
 * Large files of pods as their node counts them. Files that are held in the state are too small to count, so a node
 * without large files has no work.
 * Kubernetes: pkg/kubelet/eviction/helpers.go (`podDiskUsage`, `localEphemeralVolumeNames`)
 */
import { SYSTEM_DISK_BYTES } from "../../cluster/base/nodes.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKeyOf } from "../../kinds/faults.ts";
import type { Node, Pod } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import { containerLayerKey, nodeFilesKey, podVolumeKey } from "../mounts/keys.ts";
import { layerZeroBytes } from "../mounts/layer-rows.ts";
import { diskBytesOf } from "../mounts/node-disk.ts";
import { countedPods, INTERVAL_MS, NODE_PRESSURE } from "./counted-pods.ts";

/** Called at the end of a sync. The node is measured within the next interval if the pod takes more than before. */
export function countDisk(context: PodContext): void {
  const { tx, pod, state, nowMs } = context;
  const before = state.diskBytes ?? 0;
  const diskBytes = state.isFinished ? 0 : podDisk(tx, pod);
  if (diskBytes > 0) state.diskBytes = diskBytes;
  else delete state.diskBytes;
  if (diskBytes > before) tx.requeue(NODE_PRESSURE, nodeKeyOf(pod.spec.nodeName ?? ""), nowMs + INTERVAL_MS);
}

function podDisk(tx: Transaction, pod: Pod): number {
  const { initContainers = [], containers, ephemeralContainers = [], volumes = [] } = pod.spec;
  const all = [...initContainers, ...containers, ...ephemeralContainers];
  const ofContainers = all.reduce((sum, { name }) => sum + containerDisk(tx, pod, name), 0);
  return volumes
    .filter(({ emptyDir }) => emptyDir)
    .reduce((sum, { name }) => sum + layerZeroBytes(tx, podVolumeKey(pod, name)), ofContainers);
}

export function containerDisk(tx: Transaction, pod: Pod, container: string): number {
  return layerZeroBytes(tx, containerLayerKey(pod, container));
}

/** Octets of a node's disk that are free. Each pod is counted as at its last sync. */
export function freeDiskBytes({ tx, node }: { tx: Transaction; node: Node }): number {
  const takenBytes = countedPods(tx, node.metadata.name ?? "").reduce(
    (sum, { state }) => sum + (state.diskBytes ?? 0),
    SYSTEM_DISK_BYTES + layerZeroBytes(tx, nodeFilesKey(node)),
  );
  return diskBytesOf(node) - takenBytes;
}

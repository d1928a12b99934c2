/**
 * `nodefs.available<10%`. Images lie on the same disk; the kubelet removes unused images before it evicts a pod.
 * Kubernetes: pkg/kubelet/images/image_gc_manager.go (`GarbageCollect`, `DeleteUnusedImages`)
 */
import { canonicalQuantity } from "../../lib/quantity.ts";
import { diskBytesOf } from "../mounts/node-disk.ts";
import { removeUnusedImages } from "../node-state.ts";
import { tellOfNode } from "./node-events.ts";
import { containerDisk, freeDiskBytes } from "./pod-disk.ts";
import type { Signal } from "./signal.ts";

const THRESHOLD = 0.1;
/** `imageGCLowThresholdPercent`: the collector of images frees space until this part of the disk is used. */
const LOW_THRESHOLD = 0.8;
const KIBI = 1024;

export const diskSignal: Signal = {
  condition: "DiskPressure",
  pressed: { status: "True", reason: "KubeletHasDiskPressure", message: "kubelet has disk pressure" },
  begins: "NodeHasDiskPressure",
  ends: "NodeHasNoDiskPressure",
  resource: "ephemeral-storage",
  threshold: (node) => canonicalQuantity(`${Math.floor((diskBytesOf(node) * THRESHOLD) / KIBI)}Ki`),
  availableBytes: (tx, node) => freeDiskBytes({ tx, node }),
  takenBytes: ({ diskBytes = 0 }) => diskBytes,
  containerBytes: containerDisk,

  reclaim(tx, node, { begins }) {
    removeUnusedImages(tx, node);
    if (!begins) return;
    const wantedBytes = Math.floor(diskBytesOf(node) * (1 - LOW_THRESHOLD)) - freeDiskBytes({ tx, node });
    const message =
      "Failed to garbage collect required amount of images. " +
      `Attempted to free ${wantedBytes} bytes, but only found 0 bytes eligible to free.`;
    tellOfNode(tx, node, { type: "Warning", reason: "FreeDiskSpaceFailed", message });
  },
};

/**
 * `memory.available<100Mi`.
 * Kubernetes: pkg/kubelet/eviction/helpers.go (`makeSignalObservations`)
 */
import { quantityValue } from "../../lib/quantity.ts";
import { countedPods } from "./counted-pods.ts";
import { containerMemory } from "./pod-memory.ts";
import type { Signal } from "./signal.ts";

const MB = 1_000_000;
/** Memory of the node's own processes. */
const SYSTEM_BYTES = 420 * MB;

export const memorySignal: Signal = {
  condition: "MemoryPressure",
  pressed: {
    status: "True",
    reason: "KubeletHasInsufficientMemory",
    message: "kubelet has insufficient memory available",
  },
  begins: "NodeHasInsufficientMemory",
  ends: "NodeHasSufficientMemory",
  resource: "memory",
  threshold: () => "100Mi",
  availableBytes: (tx, { metadata, status }) => {
    const pods = countedPods(tx, metadata.name ?? "");
    const takenBytes = pods.reduce((sum, { state }) => sum + (state.memoryBytes ?? 0), SYSTEM_BYTES);
    return quantityValue(status.capacity?.["memory"] ?? "0") - takenBytes;
  },
  takenBytes: ({ memoryBytes = 0 }) => memoryBytes,
  containerBytes: containerMemory,
};

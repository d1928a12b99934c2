/** CPU and memory of a node: of its pods, and of the services of its system. */
import type { ContainerUsage, PodUsage } from "../../../cluster/calls.ts";
import type { Transaction } from "../../../cluster/transaction.ts";
import type { Node, Pod } from "../../../schema/index.ts";
import { podsOf } from "./page.ts";

const MB = 1024 * 1024;
/** The kubelet, the container runtime and the system. */
const SYSTEM_CPUS = 0.062;
const SYSTEM_BYTES = 420 * MB;

export interface MeasuredPod {
  pod: Pod;
  usage: PodUsage;
}

export interface Sum {
  cpuCores: number;
  cpuTimeMs: number;
  memoryBytes: number;
}

export function measuredPods(tx: Transaction, node: Node): MeasuredPod[] {
  return podsOf(tx, node).flatMap((pod) => {
    const usage = tx.calls.usage(pod);
    return usage ? [{ pod, usage }] : [];
  });
}

export function sumOf(containers: readonly ContainerUsage[]): Sum {
  const sum = { cpuCores: 0, cpuTimeMs: 0, memoryBytes: 0 };
  for (const { cpuCores, cpuTimeMs, memoryBytes } of containers) {
    sum.cpuCores += cpuCores;
    sum.cpuTimeMs += cpuTimeMs;
    sum.memoryBytes += memoryBytes;
  }
  return sum;
}

/** `ageMs`: how long the node has run. */
export function nodeSum(pods: readonly MeasuredPod[], ageMs: number): Sum {
  const own = sumOf(pods.flatMap(({ usage }) => usage.containers));
  return {
    cpuCores: own.cpuCores + SYSTEM_CPUS,
    cpuTimeMs: own.cpuTimeMs + SYSTEM_CPUS * ageMs,
    memoryBytes: own.memoryBytes + SYSTEM_BYTES,
  };
}

/**
 * Memory of pods as their node counts it. Containers with less than one step of it do not count, so a node without
 * large processes has no work.
 * Kubernetes: pkg/kubelet/eviction/helpers.go (`makeSignalObservations`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKeyOf } from "../../kinds/faults.ts";
import type { Pod } from "../../schema/index.ts";
import { containersOf, type PodContext } from "../context.ts";
import { loadRun } from "../runtime/run.ts";
import { INTERVAL_MS, NODE_PRESSURE } from "./counted-pods.ts";

/** Called at the end of a sync. The node is measured within the next interval if the pod holds more than before. */
export function countMemory(context: PodContext): void {
  const { tx, pod, state, nowMs } = context;
  const memoryBytes = state.isFinished
    ? 0
    : containersOf(context).reduce((sum, { spec, record }) => {
        const isRunning = record.shows === "running" && !record.end;
        return sum + (isRunning ? containerMemory(tx, pod, spec.name) : 0);
      }, 0);
  const before = state.memoryBytes ?? 0;
  if (memoryBytes > 0) state.memoryBytes = memoryBytes;
  else delete state.memoryBytes;
  if (memoryBytes > before) tx.requeue(NODE_PRESSURE, nodeKeyOf(pod.spec.nodeName ?? ""), nowMs + INTERVAL_MS);
}

export function containerMemory(tx: Transaction, pod: Pod, container: string): number {
  return loadRun(tx, pod, container)?.machine.memoryBytes ?? 0;
}

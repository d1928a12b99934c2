/**
 * `/stats/summary`: resources of a node, its pods and their containers. Capacities are those of the node.
 *
 * Kubernetes: staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go
 */
import { SYSTEM_DISK_BYTES } from "../../../cluster/base/nodes.ts";
import type { PodUsage } from "../../../cluster/calls.ts";
import { quantityValue } from "../../../lib/quantity.ts";
import { formatTime, parseTime } from "../../../lib/time.ts";
import type { Node, Pod } from "../../../schema/index.ts";
import { measuredPods, nodeSum, type Sum, sumOf } from "./node-usage.ts";
import { jsonPage, type KubeletPage, podsOf } from "./page.ts";

const INODES = 6_553_600;
const MAX_PROCESSES = 4_194_304;

export const summary: KubeletPage = ({ tx, request }, node) => {
  const { offsetMs } = request;
  const time = formatTime(tx.nowMs - offsetMs);
  const shown = (text: string | null | undefined) => (text ? formatTime(parseTime(text) - offsetMs) : undefined);
  const running = podsOf(tx, node).filter(({ status }) => status.startTime !== undefined);
  const measured = measuredPods(tx, node);
  const takenBytes = measured.reduce((sum, { usage }) => sum + diskOf(usage), SYSTEM_DISK_BYTES);
  const fs = fileSystem(time, amount(node, "ephemeral-storage"), takenBytes);
  const byUid = new Map(measured.map(({ pod, usage }) => [pod.metadata.uid, usage]));
  const total = nodeSum(measured, tx.nowMs - parseTime(node.metadata.creationTimestamp ?? time));
  return jsonPage({
    node: {
      nodeName: node.metadata.name,
      startTime: shown(node.metadata.creationTimestamp),
      cpu: cpu(time, total),
      memory: { ...memory(time, total), availableBytes: amount(node, "memory") - total.memoryBytes },
      network: network(time),
      fs,
      runtime: { imageFs: fs, containerFs: fs },
      rlimit: { time, maxpid: MAX_PROCESSES, curproc: running.length },
      swap: { time, swapAvailableBytes: 0, swapUsageBytes: 0 },
    },
    pods: running.map((pod) => podStats(pod, byUid.get(pod.metadata.uid), { time, shown, fs })),
  });
};

type Shown = (text: string | null | undefined) => string | undefined;

interface Around {
  time: string;
  shown: Shown;
  fs: ReturnType<typeof fileSystem>;
}

function podStats(pod: Pod, usage: PodUsage | undefined, { time, shown, fs }: Around) {
  const usages = usage?.containers ?? [];
  const { name, namespace, uid } = pod.metadata;
  const { containerStatuses = [], startTime } = pod.status;
  const containers = containerStatuses.filter(({ state }) => state?.running);
  const total = sumOf(usages);
  const usageOf = (container: string) => usages.find((each) => each.name === container) ?? NOTHING;
  return {
    podRef: { name, namespace, uid },
    startTime: shown(startTime),
    containers: containers.map((container) => ({
      name: container.name,
      startTime: shown(container.state?.running?.startedAt),
      cpu: cpu(time, usageOf(container.name)),
      memory: memory(time, usageOf(container.name)),
      rootfs: { ...fs, usedBytes: usageOf(container.name).diskBytes, inodesUsed: 0 },
      logs: { ...fs, usedBytes: 0, inodesUsed: 1 },
    })),
    cpu: cpu(time, total),
    memory: memory(time, total),
    network: network(time),
    "ephemeral-storage": { ...fs, usedBytes: usage ? diskOf(usage) : 0, inodesUsed: 0 },
    process_stats: { process_count: usages.reduce((sum, { processes }) => sum + processes, 0) },
  };
}

function amount({ status }: Node, resource: string): number {
  return quantityValue(status.capacity?.[resource] ?? "0");
}

function diskOf({ containers, volumeBytes }: PodUsage): number {
  return containers.reduce((sum, { diskBytes }) => sum + diskBytes, volumeBytes);
}

const NOTHING = { cpuCores: 0, cpuTimeMs: 0, memoryBytes: 0, diskBytes: 0 };

function cpu(time: string, { cpuCores, cpuTimeMs }: Sum) {
  return { time, usageNanoCores: Math.round(cpuCores * 1e9), usageCoreNanoSeconds: Math.round(cpuTimeMs * 1e6) };
}

function memory(time: string, { memoryBytes: bytes }: Sum) {
  return { time, usageBytes: bytes, workingSetBytes: bytes, rssBytes: bytes, pageFaults: 0, majorPageFaults: 0 };
}

function network(time: string) {
  const eth0 = { name: "eth0", rxBytes: 0, rxErrors: 0, txBytes: 0, txErrors: 0 };
  return { time, ...eth0, interfaces: [eth0] };
}

function fileSystem(time: string, capacityBytes: number, usedBytes: number) {
  const inodes = { inodesFree: INODES, inodes: INODES, inodesUsed: 0 };
  return { time, availableBytes: Math.max(0, capacityBytes - usedBytes), capacityBytes, usedBytes, ...inodes };
}

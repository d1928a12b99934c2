/**
 * `/stats/summary`: resources of a node, its pods and their containers. Nothing is measured here, so containers use no
 * CPU and no memory; capacities are those of the node.
 *
 * Kubernetes: staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go
 */
import { quantityValue } from "../../../lib/quantity.ts";
import { formatTime, parseTime } from "../../../lib/time.ts";
import type { Node, Pod } from "../../../schema/index.ts";
import { jsonPage, type KubeletPage, podsOf } from "./page.ts";

const INODES = 6_553_600;
const MAX_PROCESSES = 4_194_304;

export const summary: KubeletPage = ({ tx, request }, node) => {
  const { offsetMs } = request;
  const time = formatTime(tx.nowMs - offsetMs);
  const shown = (text: string | null | undefined) => (text ? formatTime(parseTime(text) - offsetMs) : undefined);
  const fs = fileSystem(time, amount(node, "ephemeral-storage"));
  const running = podsOf(tx, node).filter(({ status }) => status.startTime !== undefined);
  return jsonPage({
    node: {
      nodeName: node.metadata.name,
      startTime: shown(node.metadata.creationTimestamp),
      cpu: cpu(time),
      memory: { ...memory(time), availableBytes: amount(node, "memory") },
      network: network(time),
      fs,
      runtime: { imageFs: fs, containerFs: fs },
      rlimit: { time, maxpid: MAX_PROCESSES, curproc: running.length },
      swap: { time, swapAvailableBytes: 0, swapUsageBytes: 0 },
    },
    pods: running.map((pod) => podStats(pod, time, shown, fs)),
  });
};

type Shown = (text: string | null | undefined) => string | undefined;

function podStats(pod: Pod, time: string, shown: Shown, fs: ReturnType<typeof fileSystem>) {
  const { name, namespace, uid } = pod.metadata;
  const { containerStatuses = [], startTime } = pod.status;
  const containers = containerStatuses.filter(({ state }) => state?.running);
  return {
    podRef: { name, namespace, uid },
    startTime: shown(startTime),
    containers: containers.map((container) => ({
      name: container.name,
      startTime: shown(container.state?.running?.startedAt),
      cpu: cpu(time),
      memory: memory(time),
      rootfs: { ...fs, usedBytes: 0, inodesUsed: 0 },
      logs: { ...fs, usedBytes: 0, inodesUsed: 1 },
    })),
    cpu: cpu(time),
    memory: memory(time),
    network: network(time),
    "ephemeral-storage": { ...fs, usedBytes: 0, inodesUsed: 0 },
    process_stats: { process_count: containers.length },
  };
}

function amount({ status }: Node, resource: string): number {
  return quantityValue(status.capacity?.[resource] ?? "0");
}

function cpu(time: string) {
  return { time, usageNanoCores: 0, usageCoreNanoSeconds: 0 };
}

function memory(time: string) {
  return { time, usageBytes: 0, workingSetBytes: 0, rssBytes: 0, pageFaults: 0, majorPageFaults: 0 };
}

function network(time: string) {
  const eth0 = { name: "eth0", rxBytes: 0, rxErrors: 0, txBytes: 0, txErrors: 0 };
  return { time, ...eth0, interfaces: [eth0] };
}

function fileSystem(time: string, capacityBytes: number) {
  const inodes = { inodesFree: INODES, inodes: INODES, inodesUsed: 0 };
  return { time, availableBytes: capacityBytes, capacityBytes, usedBytes: 0, ...inodes };
}

/**
 * CPU, memory and disk of the containers of a pod, from the state of their processes. One model for metrics.k8s.io, the
 * kubelet's statistics and autoscalers.
 * Kubernetes: pkg/kubelet/stats/cri_stats_provider.go, sigs.k8s.io/metrics-server pkg/storage
 */
import type { ContainerUsage, PodUsage } from "../../cluster/calls.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { Pod } from "../../schema/index.ts";
import { busyCpus } from "../../shell/load.ts";
import { containersOf, type PodContainer, type PodContext } from "../context.ts";
import { lookContext } from "../look-context.ts";
import { containerLayerKey, podVolumeKey } from "../mounts/keys.ts";
import type { LiveContainer } from "../runtime/live.ts";
import { Look } from "../runtime/look.ts";
import { openProcesses } from "../runtime/outside.ts";
import { software } from "../runtime/software.ts";
import { cpuLimitOf } from "./cpu-limit.ts";
import { cpuTimeAt, MEASURE_PERIOD_MS, measuredAtMs } from "./cpu-marks.ts";
import { flowCpuMs, hasFlowChanged, keyOfPod } from "./flow-load.ts";

/** A container is measured twice before its mean is known. */
const MIN_AGE_MS = MEASURE_PERIOD_MS;
/** CPU of a server without requests, cores. */
const IDLE_SERVER_CPUS = 0.001;

/** The usage at the newest measurement. Undefined: no kubelet knows the pod, or nothing of it was measured yet. */
export function podUsage(tx: Transaction, pod: Pod): PodUsage | undefined {
  const context = lookContext(tx, pod);
  if (!context || context.state.isFinished) return undefined;
  const running = containersOf(context).filter(({ record }) => record.shows === "running" && !record.end);
  if (running.length === 0) return undefined;
  const atMs = measuredAtMs(tx.nowMs);
  // A pod may ask for its own usage. Its stored processes would ask again.
  const open = openProcesses(tx, pod);
  const look = open ? undefined : new Look(context);
  const containers = running.flatMap((container) => {
    if ((container.record.startedAtMs ?? 0) > atMs - MIN_AGE_MS) return [];
    const live = open ? open.find(container.spec.name) : look?.open(container);
    return live ? [usageOf(context, live, container, atMs)] : [];
  });
  look?.keep();
  if (containers.length === 0) return undefined;
  const processes = open ?? look!.processes;
  const changesByItself = processes.nextMs !== undefined || hasFlowChanged(tx, keyOfPod(pod), atMs - MEASURE_PERIOD_MS);
  const { trees } = processes;
  return {
    ...{ atMs, windowMs: MEASURE_PERIOD_MS, changesByItself },
    containers: containers.map((usage) => ({
      ...usage,
      diskBytes: trees.usedBytes(containerLayerKey(pod, usage.name)),
    })),
    volumeBytes: volumesOnDisk(pod).reduce((sum, name) => sum + trees.usedBytes(podVolumeKey(pod, name)), 0),
  };
}

function volumesOnDisk({ spec: { volumes = [] } }: Pod): string[] {
  return volumes.flatMap(({ name, emptyDir }) => (emptyDir && emptyDir.medium !== "Memory" ? [name] : []));
}

function usageOf(
  { tx, pod, node }: PodContext,
  live: LiveContainer,
  container: PodContainer,
  atMs: number,
): Omit<ContainerUsage, "diskBytes"> {
  const { spec, record } = container;
  const { run, system } = live;
  const usedMsAt = (instantMs: number) =>
    cpuTimeAt(run, instantMs) + flowCpuMs(tx, keyOfPod(pod), spec.name, instantMs);
  const usedMs = usedMsAt(atMs);
  const meanCpus = (usedMs - usedMsAt(atMs - MEASURE_PERIOD_MS)) / MEASURE_PERIOD_MS;
  const idle = run.machine.listeners.length > 0 ? IDLE_SERVER_CPUS : 0;
  const cpus = Math.min(cpuLimitOf(node, container), Math.max(meanCpus, busyCpus(run.machine)) + idle);
  const idleMs = idle * Math.max(0, atMs - run.machine.startedAtMs);
  return {
    name: spec.name,
    startedAtMs: record.startedAtMs ?? run.machine.startedAtMs,
    cpuCores: cpus,
    cpuTimeMs: usedMs + idleMs,
    memoryBytes: software().machine.memoryUse(run.machine, system).totalBytes,
    processes: Object.keys(run.machine.processes).length,
  };
}

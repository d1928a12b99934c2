/**
 * The stored state of containers that run: one row for each container's processes and files, one for the output of each
 * of its last two runs. They are apart from the pod's own row, so a sync that touches no process rewrites none.
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import type { Pod } from "../../schema/index.ts";
import type { Machine } from "../../shell/machine-state.ts";
import { wakeLogReaders, wakeProcessWatchers, wakeSessionClients } from "../object-watches.ts";
import { KUBELET } from "../state.ts";
import type { CpuMark } from "../usage/cpu-marks.ts";
import type { Rounds } from "../usage/rounds.ts";
import type { Happening } from "./happening.ts";
import type { ContainerLog } from "./log.ts";
import type { ProcessDefaults } from "./process-start.ts";
import { hasNews, type OpenSession } from "./session.ts";
import type { Task } from "./task.ts";

/** One run of a container, from its start to the end of process 1. JSON. */
export interface ContainerRun {
  /** Number of the start that it belongs to. */
  start: number;
  machine: Machine;
  /** Environment, working directory and user of commands that are executed in the container. */
  defaults: ProcessDefaults;
  /** Commands of hooks and probes that have not ended. */
  tasks: Task[];
  sessions?: OpenSession[];
  /** What happened while another pod's request or a session was served, and the kubelet has not seen. */
  unseen?: Happening[];
  /** When the processes go on by themselves, ms; absent: they wait for an event from outside. */
  wakeAtMs?: number;
  /** Equal requests of a process, which may be an endless loop. */
  rounds?: Rounds;
  /** CPU time at the last measurements. */
  cpuMarks?: CpuMark[];
}

export function loadRun(tx: Transaction, pod: Pod, container: string): ContainerRun | undefined {
  return tx.privateState<ContainerRun>(runKey(pod, container), KUBELET);
}

/** Clients of sessions whose output waits are woken, and readers of the log once the container has ended. */
export function storeRun(tx: Transaction, pod: Pod, container: string, run: ContainerRun | undefined): void {
  if (run?.sessions?.some((opened) => hasNews(opened, run.machine))) wakeSessionClients(tx, pod);
  if (!run || run.machine.exit) wakeLogReaders(tx, pod);
  wakeProcessWatchers(tx, pod);
  tx.setPrivateState(runKey(pod, container), KUBELET, run);
}

/** The output of one start of a container; undefined if it has none, or if it is older than the previous one. */
export function loadLog(tx: Transaction, pod: Pod, container: string, start: number): ContainerLog | undefined {
  const log = tx.privateState<ContainerLog>(logKey(pod, container, start), KUBELET);
  return log?.start === start ? log : undefined;
}

export function storeLog(tx: Transaction, pod: Pod, container: string, log: ContainerLog): void {
  wakeLogReaders(tx, pod);
  tx.setPrivateState(logKey(pod, container, log.start), KUBELET, log);
}

/** Removes all that is stored of a pod's containers. */
export function forgetContainers(tx: Transaction, pod: Pod): void {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  for (const { name } of [...initContainers, ...containers, ...ephemeralContainers]) {
    storeRun(tx, pod, name, undefined);
    for (const start of [0, 1]) tx.setPrivateState(logKey(pod, name, start), KUBELET, undefined);
  }
}

function runKey({ metadata }: Pod, container: string): ObjectKey {
  return `sandbar/container-runs/${metadata.namespace}/${metadata.uid}.${container}`;
}

/** Two rows in turn: the output of a run takes the place of the one before the previous. */
function logKey({ metadata }: Pod, container: string, start: number): ObjectKey {
  return `sandbar/container-logs/${metadata.namespace}/${metadata.uid}.${container}.${start % 2}`;
}

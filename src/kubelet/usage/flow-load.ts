/**
 * The load that flows of requests put on the containers of a pod. A load stands for an interval of time, so its CPU time
 * at any instant follows from the state. It is private state of the pod and is removed with it.
 * Kubernetes: pkg/kubelet/stats/cri_stats_provider.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey, type PrivateReader } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import type { Pod } from "../../schema/index.ts";
import { MEASURE_PERIOD_MS } from "./cpu-marks.ts";

/** Owner of the private state. */
const OWNER = "flow-load";
/** No measurement asks for an instant that is older. */
const KEPT_MS = 4 * MEASURE_PERIOD_MS;

/** CPUs that are kept busy, by the container's name. */
export type BusyCpus = Readonly<Record<string, number>>;

interface Interval {
  fromMs: number;
  /** Absent: the load lasts. */
  toMs?: number;
  cpus: BusyCpus;
}

interface PodLoad {
  /** CPU time of intervals that are no longer kept, ms, by the container's name. */
  beforeMs: BusyCpus;
  intervals: readonly Interval[];
}

const NO_LOAD: PodLoad = { beforeMs: {}, intervals: [] };

export function keyOfPod({ metadata }: Pod): ObjectKey {
  return objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
}

function loadOf(reader: PrivateReader, key: ObjectKey): PodLoad {
  return reader.privateState<PodLoad>(key, OWNER) ?? NO_LOAD;
}

/** Sets the load of a pod from now on; no CPUs end it. Returns whether it differs from the load before. */
export function setFlowLoad(tx: Transaction, key: ObjectKey, cpus: BusyCpus): boolean {
  if (!tx.getByKey(key)) return false;
  const load = loadOf(tx, key);
  const last = load.intervals.at(-1);
  const present = last && last.toMs === undefined ? last.cpus : {};
  if (equalJson({ ...present }, { ...cpus })) return false;
  const { nowMs } = tx;
  const ended = load.intervals.map((each) => ({ ...each, toMs: each.toMs ?? nowMs }));
  const isKept = ({ toMs }: { toMs: number }) => toMs > nowMs - KEPT_MS;
  const beforeMs = { ...load.beforeMs };
  for (const { cpus: busy, fromMs, toMs } of ended.filter((each) => !isKept(each))) {
    for (const [container, count] of Object.entries(busy)) {
      beforeMs[container] = (beforeMs[container] ?? 0) + count * (toMs - fromMs);
    }
  }
  const intervals: Interval[] = ended.filter(isKept);
  if (Object.keys(cpus).length > 0) intervals.push({ fromMs: nowMs, cpus });
  tx.setPrivateState(key, OWNER, { beforeMs, intervals } satisfies PodLoad);
  return true;
}

/** CPU time that flows took of a container until an instant within the newest measurements, ms. */
export function flowCpuMs(reader: PrivateReader, key: ObjectKey, container: string, untilMs: number): number {
  const { beforeMs, intervals } = loadOf(reader, key);
  let cpuMs = beforeMs[container] ?? 0;
  for (const { fromMs, toMs = untilMs, cpus } of intervals) {
    const lastedMs = Math.min(toMs, untilMs) - fromMs;
    if (lastedMs > 0) cpuMs += (cpus[container] ?? 0) * lastedMs;
  }
  return cpuMs;
}

/** Whether the load changed after an instant, so that the next measurement may differ. */
export function hasFlowChanged(reader: PrivateReader, key: ObjectKey, sinceMs: number): boolean {
  return loadOf(reader, key).intervals.some(({ fromMs, toMs = 0 }) => fromMs > sinceMs || toMs > sinceMs);
}

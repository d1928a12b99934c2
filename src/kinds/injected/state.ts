/**
 * Faults that a teacher injects, beside those of nodes and registries in `faults.ts`. They are private state of a key of
 * their own, so no client of the Kubernetes API sees them: their symptoms are computed where they show.
 */
import { Random } from "../../lib/prng.ts";
import type { ObjectKey, PrivateReader } from "../kind.ts";
import type {
  ApiErrorsFault,
  CertificateFault,
  ContainerFault,
  DnsFault,
  PartitionFault,
  SlowRegistryFault,
  SlowServiceFault,
  VolumeFault,
} from "./specs.ts";

export type FaultSpec =
  | PartitionFault
  | DnsFault
  | SlowServiceFault
  | SlowRegistryFault
  | ApiErrorsFault
  | CertificateFault
  | ContainerFault
  | VolumeFault
  | { kind: "node-down"; node: string }
  | { kind: "registry-down"; registry: string };

export type FaultKind = FaultSpec["kind"];

/** When a fault acts (cluster time, ms), and the seed of its random choices. */
export interface FaultTimes {
  fromMs: number;
  /** Absent: until it is ended. */
  untilMs?: number;
  seed: number;
}

export type InjectedFault<S extends FaultSpec = FaultSpec> = FaultTimes & {
  /** Unique in its cluster. */
  name: string;
  spec: S;
  /** Its beginning has been carried out. */
  hasBegun?: true;
};

/** Owner of the private state of all faults. */
export const FAULT = "fault";
export const INJECTED_FAULTS_KEY: ObjectKey = "sandbar/faults//injected";

/** All injected faults, in the order in which they were made. */
export function injectedFaults(reader: PrivateReader): readonly InjectedFault[] {
  return reader.privateState<InjectedFault[]>(INJECTED_FAULTS_KEY, FAULT) ?? [];
}

type Of<K extends FaultKind> = Extract<FaultSpec, { kind: K }>;

/** The faults of a kind that act at an instant. */
export function actingFaults<K extends FaultKind>(
  reader: PrivateReader & { readonly nowMs: number },
  kind: K,
): readonly InjectedFault<Of<K>>[] {
  const all = injectedFaults(reader);
  if (all.length === 0) return [];
  const { nowMs } = reader;
  const acts = ({ fromMs, untilMs = Number.POSITIVE_INFINITY }: FaultTimes) => fromMs <= nowMs && nowMs < untilMs;
  return all.filter((fault): fault is InjectedFault<Of<K>> => fault.spec.kind === kind && acts(fault));
}

const STEPS = 1_000_000;

/** Whether a fault with a rate (0 to 1) hits an event. The same event of the same fault always has the same answer. */
export function hits({ seed }: FaultTimes, rate: number, event: string): boolean {
  return rate >= 1 || new Random(`${seed}/${event}`).below(STEPS) < rate * STEPS;
}

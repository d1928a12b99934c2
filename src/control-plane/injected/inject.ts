/** Injects faults, and ends them before their time. */
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import {
  type FaultSpec,
  type FaultTimes,
  INJECTED_FAULTS_KEY,
  type InjectedFault,
  injectedFaults,
} from "../../kinds/injected/state.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { MAX_INJECTED_FAULTS } from "../../lib/container-limits.ts";
import { digestOf } from "../../lib/hash.ts";
import { hash32 } from "../../lib/prng.ts";
import { nameOf } from "../faults.ts";
import { INJECTED_FAULTS, storeFaults } from "./controller.ts";
import { hooksOf } from "./registry.ts";

export interface Injection {
  spec: FaultSpec;
  /** From now until it begins, ms; 0: at once. */
  afterMs: number;
  /** Absent: until it is ended. */
  durationMs?: number;
  /** Absent: follows from the name. */
  seed?: number;
}

export type Injected =
  | { type: "injected"; fault: InjectedFault; isNew: boolean }
  /** The field of the request, and its problem. */
  | { type: "refused"; field: string; message: string };

/** Idempotent: the same fault keeps its times and its seed. */
export function injectFault(tx: Transaction, { spec, afterMs, durationMs, seed }: Injection): Injected {
  const problem = problemOf(tx, spec);
  if (problem) return { type: "refused", ...problem };
  const name = injectedName(spec);
  const all = injectedFaults(tx);
  const present = all.find((fault) => fault.name === name);
  if (present) return { type: "injected", fault: present, isNew: false };
  if (all.length >= MAX_INJECTED_FAULTS) {
    return { type: "refused", field: "kind", message: `the cluster has ${MAX_INJECTED_FAULTS} faults already` };
  }
  const fromMs = tx.nowMs + afterMs;
  const times: FaultTimes = {
    fromMs,
    ...(durationMs !== undefined && { untilMs: fromMs + durationMs }),
    seed: seed ?? hash32(name),
  };
  // A mere symptom needs no work when it begins.
  const hasWork = hooksOf(spec).begin !== undefined;
  const fault: InjectedFault = { name, spec, ...times, ...(!hasWork && { hasBegun: true }) };
  storeFaults(tx, [...all, fault]);
  const dueAtMs = hasWork ? fromMs : times.untilMs;
  if (dueAtMs !== undefined) tx.requeue(INJECTED_FAULTS, INJECTED_FAULTS_KEY, dueAtMs);
  return { type: "injected", fault, isNew: true };
}

/** False: no such fault. */
export function endInjectedFault(tx: Transaction, name: string): boolean {
  const all = injectedFaults(tx);
  const fault = all.find((each) => each.name === name);
  if (!fault) return false;
  storeFaults(
    tx,
    all.filter((each) => each !== fault),
  );
  if (fault.hasBegun) hooksOf(fault.spec).end?.(tx, fault.spec);
  return true;
}

/** Faults of nodes and registries are named after them, all others by their fields. */
function injectedName(spec: FaultSpec): string {
  if (spec.kind === "node-down" || spec.kind === "registry-down") return nameOf(spec);
  return `${spec.kind}-${digestOf(canonicalJson({ ...spec })).slice(0, 8)}`;
}

/** A part of the fault that the cluster does not have. */
function problemOf(tx: Transaction, spec: FaultSpec): { field: string; message: string } | undefined {
  switch (spec.kind) {
    case "node-down":
      return tx.get(nodeKind, "", spec.node) ? undefined : { field: "node", message: "the cluster has no such node" };
    case "service-slow":
      return tx.get(serviceKind, spec.namespace, spec.service) ? undefined : missing("service", "Service");
    case "certificate-expired":
      if (!spec.service || tx.get(serviceKind, spec.service.namespace, spec.service.name)) return undefined;
      return missing("service", "Service");
    case "volume-full":
    case "volume-detached":
      return tx.get(persistentVolumeClaimKind, spec.namespace, spec.claim)
        ? undefined
        : missing("claim", "PersistentVolumeClaim");
    case "container-killed":
    case "out-of-memory": {
      const pod = tx.get(podKind, spec.namespace, spec.pod);
      if (!pod) return missing("pod", "pod");
      const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
      return spec.container === undefined || names.includes(spec.container)
        ? undefined
        : { field: "container", message: "the pod has no such container" };
    }
    case "partition":
    case "dns-down":
    case "registry-down":
    case "registry-slow":
    case "api-errors":
      return undefined;
  }
}

function missing(field: string, what: string): { field: string; message: string } {
  return { field, message: `the cluster has no such ${what}` };
}

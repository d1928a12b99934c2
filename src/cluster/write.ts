/** One write on its way through the write path, and the views of it that admission and strategies get. */
import type { Convert, KindDefinition, StrategyContext } from "../kinds/kind.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { AdmissionContext } from "./admission-context.ts";
import type { ControlPlaneCalls } from "./calls.ts";
import type { Transaction, WriteOptions } from "./transaction.ts";
import type { WriteSet } from "./write-set.ts";

/** The parts of the control plane that it injects, so that the write path does not depend on the API server. */
export interface WritePolicy {
  admit(context: AdmissionContext): void;
  validateAdmission(context: AdmissionContext): void;
  /** Absent: nothing answers. */
  callsOf?: (tx: Transaction) => ControlPlaneCalls;
  /** Calls conversion webhooks of custom resources. Absent: only versions are renamed. */
  convertIn?: (tx: Transaction) => Convert;
}

/** Everything about a write except its object: the stored kind, the writer and its options, and where it is written. */
export interface Write extends WriteOptions {
  /** The stored kind. */
  kind: KindDefinition;
  /** The view in which the writer sees the object, if it is not the stored kind; managedFields name its fields. */
  through?: KindDefinition;
  writeSet: WriteSet;
  /** Reads, time and randomness for admission and strategies. */
  tx: Transaction;
  policy: WritePolicy;
}

export function admissionContextOf(
  write: Write,
  object: KubernetesObject,
  change: Pick<AdmissionContext, "operation" | "old">,
): AdmissionContext {
  const { kind, manager, subresource, user, through, dryRun = false, warn = () => {}, tx } = write;
  const { expressionCost } = write.writeSet;
  return { ...change, kind, object, subresource, through, dryRun, tx, user, manager, warn, expressionCost };
}

export function strategyContextOf({ tx, dryRun = false, warn = () => {} }: Write): StrategyContext {
  return { nowMs: tx.nowMs, random: tx.random, reader: tx, dryRun, warn };
}

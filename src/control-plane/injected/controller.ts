/** Begins and ends injected faults at their instants. Nothing is due between them. */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Controller } from "../../controllers/controller.ts";
import { FAULT, INJECTED_FAULTS_KEY, type InjectedFault, injectedFaults } from "../../kinds/injected/state.ts";
import { earliest } from "../../lib/time.ts";
import { hooksOf } from "./registry.ts";

export const INJECTED_FAULTS = "injected-faults";

export const injectedFaultsController: Controller = {
  name: INJECTED_FAULTS,
  manager: "kube-controller-manager",
  watches: [],
  reconcile(tx, _key, nowMs) {
    const left = injectedFaults(tx).flatMap((fault) => proceed(tx, fault, nowMs));
    storeFaults(tx, left);
    return nextInstant(left);
  },
};

/** The fault after its beginning or end, if one is due; nothing when it is over. */
function proceed(tx: Transaction, fault: InjectedFault, nowMs: number): InjectedFault[] {
  const { spec, fromMs, untilMs = Number.POSITIVE_INFINITY } = fault;
  const hooks = hooksOf(spec);
  if (fromMs > nowMs) return [fault];
  if (!fault.hasBegun) hooks.begin?.(tx, spec);
  if (hooks.isMomentary) return [];
  if (untilMs > nowMs) return [{ ...fault, hasBegun: true }];
  hooks.end?.(tx, spec);
  return [];
}

function nextInstant(faults: readonly InjectedFault[]): number | undefined {
  return earliest(...faults.map(({ hasBegun, fromMs, untilMs }) => (hasBegun ? untilMs : fromMs)));
}

export function storeFaults(tx: Transaction, faults: readonly InjectedFault[]): void {
  tx.setPrivateState(INJECTED_FAULTS_KEY, FAULT, faults.length > 0 ? faults : undefined);
}

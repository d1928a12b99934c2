/** Changes of the cluster when a fault begins or ends. */
import type { Transaction } from "../../cluster/transaction.ts";
import type { FaultSpec } from "../../kinds/injected/state.ts";

export interface FaultHooks<S extends FaultSpec = FaultSpec> {
  /** It happens at one instant, and is over then. */
  isMomentary?: true;
  begin?(tx: Transaction, spec: S): void;
  end?(tx: Transaction, spec: S): void;
}

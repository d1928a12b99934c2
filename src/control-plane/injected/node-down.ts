/** A node that is down for a time, or from a later instant on. */
import { beginFault, endFault, nameOf } from "../faults.ts";
import type { FaultHooks } from "./hooks.ts";

export const nodeDown: FaultHooks<{ kind: "node-down"; node: string }> = {
  begin: (tx, spec) => void beginFault(tx, spec),
  end: (tx, spec) => void endFault(tx, nameOf(spec)),
};

/** A registry that is down for a time, or from a later instant on. */
import { beginFault, endFault, nameOf } from "../faults.ts";
import type { FaultHooks } from "./hooks.ts";

export const registryDown: FaultHooks<{ kind: "registry-down"; registry: string }> = {
  begin: (tx, spec) => void beginFault(tx, spec),
  end: (tx, spec) => void endFault(tx, nameOf(spec)),
};

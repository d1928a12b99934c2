/** Volumes of a claim that are full, or detached: the kernel then allows no writes. */
import type { Transaction } from "../../cluster/transaction.ts";
import { claimNamesOf } from "../../controllers/volumes/pod-claims.ts";
import { podKind } from "../../kinds/core/pod.ts";
import type { VolumeFault } from "../../kinds/injected/specs.ts";
import { bringToPresent } from "../../kubelet/interference.ts";
import type { FaultHooks } from "./hooks.ts";

export const volumeFull: FaultHooks<VolumeFault> = { begin: touchPods, end: touchPods };
export const volumeDetached: FaultHooks<VolumeFault> = { begin: touchPods, end: touchPods };

function touchPods(tx: Transaction, { namespace, claim }: VolumeFault): void {
  for (const pod of tx.list(podKind, namespace)) {
    if (claimNamesOf(pod).includes(claim)) bringToPresent(tx, pod);
  }
}

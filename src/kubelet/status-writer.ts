import { podKind } from "../kinds/core/pod.ts";
import { FOREIGN_STATUS, foreignStatusOf } from "../kinds/foreign-status.ts";
import { objectKey } from "../kinds/kind.ts";
import type { Pod, PodStatus } from "../schema/index.ts";
import type { PodContext } from "./context.ts";
import { isSameStatus, statusOf } from "./status.ts";

/** Writes the status if it differs from the object's. */
export function writeStatus(context: PodContext): void {
  put(context, statusOf(context));
}

/** Restores the last status of a pod that this kubelet has rejected, after a client overwrote it. */
export function repeatStatus(context: PodContext): void {
  put(context, context.pod.status);
}

function put(context: PodContext, status: PodStatus): void {
  const { tx, pod } = context;
  const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
  if (!foreignStatusOf(tx, key)) {
    if (isSameStatus(pod, status)) return;
  } else if (isSameStatus(tx.getByKey(key) as Pod, status)) {
    // The client wrote the same status.
    tx.setPrivateState(key, FOREIGN_STATUS, undefined);
    return;
  }
  context.pod = tx.updateStatus(podKind, pod, (draft) => {
    draft.status = status;
  });
}

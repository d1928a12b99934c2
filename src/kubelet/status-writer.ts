import { podKind } from "../kinds/core/pod.ts";
import type { PodContext } from "./context.ts";
import { isSameStatus, statusOf } from "./status.ts";

/** Writes the status if it differs from the one the object has. */
export function writeStatus(context: PodContext): void {
  const status = statusOf(context);
  if (isSameStatus(context.pod, status)) return;
  context.pod = context.tx.updateStatus(podKind, context.pod, (draft) => {
    draft.status = status;
  });
}

/** How controllers make and remove pods that they own: each tells its owner in Events (client-go's RealPodControl). */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { KubernetesObject, Pod } from "../../schema/index.ts";

/** On whose behalf pods are made and removed. */
export interface PodOwner {
  tx: Transaction;
  owner: KubernetesObject;
  /** The controller's name in Events. */
  component: string;
}

/** Throws what the API refused. */
export function createOwnedPod(by: PodOwner, pod: Pod): Pod {
  try {
    const created = by.tx.create(podKind, pod);
    recordOwnerEvent(by, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (error instanceof ApiError && !isNamespaceTerminating(error)) {
      recordOwnerEvent(by, "Warning", "FailedCreate", `Error creating: ${error.message}`);
    }
    throw error;
  }
}

/** Throws what the API refused. */
export function deleteOwnedPod(by: PodOwner, pod: Pod): void {
  try {
    by.tx.delete(podKind, pod);
  } catch (error) {
    if (error instanceof ApiError) recordOwnerEvent(by, "Warning", "FailedDelete", `Error deleting: ${error.message}`);
    throw error;
  }
  recordOwnerEvent(by, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
}

/** The owner goes with its namespace: nothing to tell. */
export function isNamespaceTerminating(error: ApiError): boolean {
  return error.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;
}

function recordOwnerEvent(
  { tx, owner, component }: PodOwner,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  recordEvent(tx, { object: owner, type, reason, message, component });
}

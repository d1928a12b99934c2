/**
 * Creates and deletes pods for controllers, with an Event about the owner each time.
 * Kubernetes: pkg/controller/controller_utils.go (RealPodControl)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { KubernetesObject, Pod } from "../../schema/index.ts";

/** The owner for which pods are created and deleted. */
export interface PodOwner {
  tx: Transaction;
  owner: KubernetesObject;
  /** The controller's name in Events. */
  component: string;
}

/** Throws the ApiError of a refused creation. */
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

/** Throws the ApiError of a refused deletion. */
export function deleteOwnedPod(by: PodOwner, pod: Pod): void {
  try {
    by.tx.delete(podKind, pod);
  } catch (error) {
    if (error instanceof ApiError) recordOwnerEvent(by, "Warning", "FailedDelete", `Error deleting: ${error.message}`);
    throw error;
  }
  recordOwnerEvent(by, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
}

/** True if the creation was refused because the namespace is being deleted: no Event is recorded then. */
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

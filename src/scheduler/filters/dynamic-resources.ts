/**
 * A pod waits until all its ResourceClaims are allocated. No driver runs in a cluster, so a client must write the
 * allocation.
 * Kubernetes: pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (KEP-4381)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { resourceClaimKind } from "../../kinds/resource/resource-claim.ts";
import type { Pod, ResourceClaim } from "../../schema/index.ts";
import { type Filter, rejected } from "../framework.ts";

export const dynamicResources: Filter = {
  name: "DynamicResources",
  prepare: ({ tx, pod }) => {
    const isWaiting = (pod.spec.resourceClaims ?? []).some(({ name, resourceClaimName }) => {
      return !claimOf(tx, pod, name, resourceClaimName)?.status?.allocation;
    });
    return isWaiting ? () => rejected("cannot allocate all claims") : undefined;
  },
};

/** The name of a claim that was made from a template is in the pod's status. */
function claimOf(tx: Transaction, pod: Pod, name: string, given: string | undefined): ResourceClaim | undefined {
  const made = pod.status.resourceClaimStatuses?.find((status) => status.name === name)?.resourceClaimName;
  const claimName = given ?? made;
  return claimName === undefined ? undefined : tx.get(resourceClaimKind, pod.metadata.namespace ?? "", claimName);
}

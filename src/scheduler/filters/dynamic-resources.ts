/** A pod waits until the devices that it claims are allocated. No driver runs in a cluster, so somebody has to write that. */
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

/** Claims made from a template are named by the pod's status. */
function claimOf(tx: Transaction, pod: Pod, name: string, given: string | undefined): ResourceClaim | undefined {
  const made = pod.status.resourceClaimStatuses?.find((status) => status.name === name)?.resourceClaimName;
  const claimName = given ?? made;
  return claimName === undefined ? undefined : tx.get(resourceClaimKind, pod.metadata.namespace ?? "", claimName);
}

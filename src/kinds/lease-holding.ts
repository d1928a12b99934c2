/**
 * The Lease that a process of a pod holds is private state of the Lease. Its renewals are computed when it is read, as
 * those of nodes are: writing them would cost a revision every two seconds.
 */
import type { ObjectKey, PrivateReader } from "./kind.ts";

export interface LeaseHolding {
  /** The pod whose process renews the Lease. */
  pod: ObjectKey;
  /** The `holderIdentity` that the process has written. Another one is not renewed. */
  identity: string;
  periodMs: number;
  /** The end of the process, ms. Absent as long as it runs. */
  untilMs?: number;
}

export const LEASE_HOLDING = "holding";

export function leaseKeyOf(namespace: string, name: string): ObjectKey {
  return `coordination.k8s.io/leases/${namespace}/${name}`;
}

export function holdingOf(reader: PrivateReader, lease: ObjectKey): LeaseHolding | undefined {
  return reader.privateState<LeaseHolding>(lease, LEASE_HOLDING);
}

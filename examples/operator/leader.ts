/** Leader election by a Lease: of several operators one works, and another takes over when it no longer renews. */
import { ApiException, type CoordinationV1Api, type V1Lease, V1MicroTime } from "@kubernetes/client-node";

export interface ElectionOptions {
  namespace: string;
  name: string;
  /** Who stands for election. */
  identity: string;
  leaseSeconds: number;
}

/** Tries once to become the leader, or to stay it. Losing a race against another candidate is no error. */
export async function holdLease(api: CoordinationV1Api, options: ElectionOptions, now: Date): Promise<boolean> {
  const { namespace, name, identity } = options;
  try {
    const lease = await api.readNamespacedLease({ namespace, name });
    const { holderIdentity, renewTime, leaseDurationSeconds = 0 } = lease.spec ?? {};
    const isFree = !holderIdentity || !renewTime || timeOf(renewTime) + leaseDurationSeconds * 1000 < now.getTime();
    if (holderIdentity !== identity && !isFree) return false;
    // The resourceVersion goes along: of two who saw the lease free, one gets a conflict.
    await api.replaceNamespacedLease({ namespace, name, body: renewed(lease, options, now) });
    return true;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    if (error.code === 409) return false;
    if (error.code !== 404) throw error;
    return await createLease(api, options, now);
  }
}

/** The library says Date and gives the text that it got. */
function timeOf(time: V1MicroTime): number {
  return new Date(time).getTime();
}

async function createLease(api: CoordinationV1Api, options: ElectionOptions, now: Date): Promise<boolean> {
  const { namespace, name } = options;
  try {
    await api.createNamespacedLease({ namespace, body: renewed({ metadata: { name, namespace } }, options, now) });
    return true;
  } catch (error) {
    if (error instanceof ApiException && error.code === 409) return false;
    throw error;
  }
}

function renewed(lease: V1Lease, { identity, leaseSeconds }: ElectionOptions, now: Date): V1Lease {
  const isSame = lease.spec?.holderIdentity === identity;
  const time = new V1MicroTime(now);
  const { acquireTime } = lease.spec ?? {};
  return {
    ...lease,
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: leaseSeconds,
      acquireTime: isSame && acquireTime ? new V1MicroTime(timeOf(acquireTime)) : time,
      renewTime: time,
      leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + (isSame || !lease.spec?.holderIdentity ? 0 : 1),
    },
  };
}

/**
 * VolumeBinding: the pod's volumes must be reachable from the node, or a free volume must be, or one can be
 * provisioned. VolumeRestrictions: a claim with ReadWriteOncePod serves one pod at a time.
 * Kubernetes: pkg/scheduler/framework/plugins/volumebinding/volume_binding.go,
 * pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go
 */
import type { PersistentVolume } from "../../schema/index.ts";
import { type Filter, rejected, ruledOut } from "../framework.ts";
import type { NodeInfo } from "../node-info.ts";
import { matchesTerm } from "../node-selector.ts";
import { canBeProvisioned, claimsOf, isBound, matchingVolume, volumeOf } from "../volume-claims.ts";

export const volumeBinding: Filter = {
  name: "VolumeBinding",
  prepare: ({ tx, pod }) => {
    const claims = claimsOf(tx, pod);
    if (claims.length === 0) return undefined;
    const volumes = claims.flatMap((claim) => volumeOf(tx, claim) ?? []);
    const waiting = claims.filter((claim) => !isBound(claim) && !canBeProvisioned(tx, claim));
    return (node) => {
      if (!volumes.every((volume) => isReachable(volume, node))) {
        return ruledOut("node(s) didn't match PersistentVolume's node affinity");
      }
      const found = waiting.every((claim) => matchingVolume(tx, claim, (volume) => isReachable(volume, node)));
      return found ? undefined : ruledOut("node(s) didn't find available persistent volumes to bind");
    };
  },
};

/** Rejects all nodes while another pod uses a claim with ReadWriteOncePod. */
export const volumeRestrictions: Filter = {
  name: "VolumeRestrictions",
  prepare: ({ tx, pod, nodes }) => {
    const exclusive = claimsOf(tx, pod).filter(({ spec }) => spec.accessModes?.includes("ReadWriteOncePod"));
    if (exclusive.length === 0) return undefined;
    const names = new Set(exclusive.map(({ metadata }) => metadata.name));
    const isUsed = nodes.some(({ pods }) =>
      pods.some(
        ({ metadata, spec }) =>
          metadata.namespace === pod.metadata.namespace &&
          spec.volumes?.some(({ persistentVolumeClaim }) => names.has(persistentVolumeClaim?.claimName)),
      ),
    );
    const reason = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";
    return () => (isUsed ? rejected(reason) : undefined);
  },
};

/** True if the volume's node affinity accepts the node. A volume without node affinity is reachable from all nodes. */
export function isReachable({ spec }: PersistentVolume, node: NodeInfo): boolean {
  const required = spec.nodeAffinity?.required;
  return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

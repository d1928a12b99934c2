/**
 * Keeps claims while pods use them, and volumes while they are bound (storage object in use protection).
 * Kubernetes: pkg/controller/volume/pvcprotection/pvc_protection_controller.go,
 * pkg/controller/volume/pvprotection/pv_protection_controller.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type KindDefinition, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from "../../kinds/storage/volume-names.ts";
import type { KubernetesObject, Pod } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { claimNamesOf } from "./pod-claims.ts";

export const claimProtection: Controller = {
  name: "persistentvolumeclaim-protection-controller",
  manager: "kube-controller-manager",
  watches: [self(persistentVolumeClaimKind), podsOfClaims()],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const claim = tx.get(persistentVolumeClaimKind, namespace, name);
    if (!claim) return;
    const isUsed = () => tx.list(podKind, namespace).some((pod) => uses(pod, name));
    protect(tx, persistentVolumeClaimKind, claim, { finalizer: CLAIM_PROTECTION, isUsed });
  },
};

export const volumeProtection: Controller = {
  name: "persistentvolume-protection-controller",
  manager: "kube-controller-manager",
  watches: [self(persistentVolumeKind)],

  reconcile(tx, key) {
    const volume = tx.get(persistentVolumeKind, "", parseKey(key).name);
    if (!volume) return;
    const isUsed = () => volume.status.phase === "Bound";
    protect(tx, persistentVolumeKind, volume, { finalizer: VOLUME_PROTECTION, isUsed });
  },
};

/** True if the pod is bound and refers to the claim. Finished pods count until they are deleted. */
function uses(pod: Pod, claimName: string): boolean {
  return pod.spec.nodeName !== undefined && claimNamesOf(pod).includes(claimName);
}

function protect<T extends KubernetesObject>(
  tx: Transaction,
  kind: KindDefinition<T>,
  object: T,
  { finalizer, isUsed }: { finalizer: string; isUsed: () => boolean },
): void {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const isProtected = finalizers.includes(finalizer);
  if (deletionTimestamp === undefined && !isProtected) {
    tx.update(kind, object, (draft) => {
      draft.metadata.finalizers = [...finalizers, finalizer];
    });
  } else if (deletionTimestamp !== undefined && isProtected && !isUsed()) {
    tx.update(kind, object, (draft) => {
      const others = finalizers.filter((other) => other !== finalizer);
      if (others.length > 0) draft.metadata.finalizers = others;
      else delete draft.metadata.finalizers;
    });
  }
}

/** Wakes the claims of a removed pod, which may have been their last user. */
function podsOfClaims(): Watch {
  return {
    resource: resourceId(podKind),
    *map({ before, after }) {
      const gone = after ? undefined : (before as Pod | undefined);
      if (!gone) return;
      for (const name of claimNamesOf(gone)) {
        yield objectKey(persistentVolumeClaimKind, gone.metadata.namespace ?? "", name);
      }
    },
  };
}

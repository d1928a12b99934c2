/**
 * The phases of volumes: Available, Bound, and Released after the claim was removed. The reclaim policy decides how a
 * released volume ends. binder.ts is the other half of Kubernetes' controller.
 * Kubernetes: pkg/controller/volume/persistentvolume/pv_controller.go (syncVolume)
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { BOUND_BY_CONTROLLER, PROVISIONED_BY } from "../../kinds/storage/volume-names.ts";
import { formatTime } from "../../lib/time.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";

const COMPONENT = "persistentvolume-controller";

export const volumePhases: Controller = {
  name: "persistentvolume-phase-controller",
  manager: "kube-controller-manager",
  component: COMPONENT,
  watches: [self(persistentVolumeKind), claims()],

  reconcile(tx, key) {
    const volume = tx.get(persistentVolumeKind, "", parseKey(key).name);
    if (!volume) return;
    const { claimRef } = volume.spec;
    const claim = claimRef && tx.get(persistentVolumeClaimKind, claimRef.namespace ?? "", claimRef.name ?? "");
    if (!claimRef?.uid) setVolumePhase(tx, volume, "Available");
    else if (claim?.metadata.uid !== claimRef.uid) release(tx, volume);
    else if (claim.spec.volumeName === volume.metadata.name) setVolumePhase(tx, volume, "Bound");
    // A claim without a volume name is about to be bound to this volume.
    else if (claim.spec.volumeName) forget(tx, volume);
  },
};

/** Writes the phase if it changed; otherwise the status keeps what clients wrote. `problem`: why the volume failed. */
export function setVolumePhase(
  tx: Transaction,
  volume: PersistentVolume,
  phase: string,
  problem?: { reason: string; message: string },
): void {
  if (volume.status.phase === phase) return;
  tx.updateStatus(persistentVolumeKind, volume, (draft) => {
    draft.status = {
      phase,
      ...(problem?.message && { message: problem.message }),
      ...(problem?.reason && { reason: problem.reason }),
      lastPhaseTransitionTime: formatTime(tx.nowMs),
    };
  });
}

/** The claim was removed. Volumes of an external provisioner are removed by that provisioner. */
function release(tx: Transaction, volume: PersistentVolume): void {
  const { phase } = volume.status;
  if (phase !== "Released" && phase !== "Failed") setVolumePhase(tx, volume, "Released");
  else if (phase === "Released" && !volume.metadata.deletionTimestamp) reclaim(tx, volume);
}

function reclaim(tx: Transaction, volume: PersistentVolume): void {
  const { persistentVolumeReclaimPolicy: policy, hostPath, nfs, csi } = volume.spec;
  const isMadeByOthers = volume.metadata.annotations?.[PROVISIONED_BY] !== undefined || csi !== undefined;
  if (policy === "Recycle") {
    if (hostPath || nfs) recycle(tx, volume);
    else fail(tx, volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
  } else if (policy === "Delete" && !isMadeByOthers) {
    const problem = removalProblem(volume);
    if (problem === undefined) tx.delete(persistentVolumeKind, volume);
    else fail(tx, volume, "VolumeFailedDelete", problem);
  }
}

/** Why Kubernetes cannot delete a volume itself. It can delete hostPath volumes below /tmp only. */
function removalProblem({ metadata, spec: { hostPath } }: PersistentVolume): string | undefined {
  if (!hostPath) {
    return `error getting deleter volume plugin for volume "${metadata.name}": no deletable volume plugin matched`;
  }
  if (/^\/tmp\/.+/.test(hostPath.path)) return undefined;
  return `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`;
}

/** The volume is emptied and available again. */
function recycle(tx: Transaction, volume: PersistentVolume): void {
  const message = "Volume recycled";
  recordEvent(tx, { object: volume, type: "Normal", reason: "VolumeRecycled", message, component: COMPONENT });
  forget(tx, volume);
}

function fail(tx: Transaction, volume: PersistentVolume, reason: string, message: string): void {
  recordEvent(tx, { object: volume, type: "Warning", reason, message, component: COMPONENT });
  setVolumePhase(tx, volume, "Failed", { reason, message });
}

/** Releases the claimRef: one that the binder wrote is removed, one that a user wrote loses its uid only. */
function forget(tx: Transaction, volume: PersistentVolume): void {
  const changed = tx.update(persistentVolumeKind, volume, (draft) => {
    const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = draft.metadata.annotations ?? {};
    if (byController === undefined) {
      delete draft.spec.claimRef?.uid;
      delete draft.spec.claimRef?.resourceVersion;
      return;
    }
    if (Object.keys(annotations).length > 0) draft.metadata.annotations = annotations;
    else delete draft.metadata.annotations;
    delete draft.spec.claimRef;
  });
  setVolumePhase(tx, changed, "Available");
}

/** Wakes the volume that the claim names, and the volumes whose claimRef is the claim. */
function claims(): Watch {
  return {
    resource: resourceId(persistentVolumeClaimKind),
    *map({ key, before, after }, tx) {
      const named = (after ?? before) as PersistentVolumeClaim | undefined;
      if (named?.spec.volumeName) yield objectKey(persistentVolumeKind, "", named.spec.volumeName);
      if (after && before) return;
      const { namespace, name } = parseKey(key);
      for (const { metadata, spec } of tx.list(persistentVolumeKind)) {
        if (spec.claimRef?.namespace !== namespace || spec.claimRef?.name !== name) continue;
        yield objectKey(persistentVolumeKind, "", metadata.name ?? "");
      }
    },
  };
}

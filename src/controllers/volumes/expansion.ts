/**
 * Expands volumes: when a bound claim requests more, the volume grows first, then its file system once a pod that uses
 * it runs. Conditions and Events are those of the expand controller, an external resizer and the kubelet.
 * Kubernetes: pkg/controller/volume/expand/expand_controller.go,
 * https://github.com/kubernetes-csi/external-resizer
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { storageClassKind } from "../../kinds/storage/storage-class.ts";
import { PROVISIONED_BY, SANDBAR_PROVISIONER } from "../../kinds/storage/volume-names.ts";
import { compareQuantities } from "../../lib/quantity.ts";
import { formatTime } from "../../lib/time.ts";
import type { PersistentVolume, PersistentVolumeClaim, Pod } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { classOf, requestOf, volumeSizeOf } from "./matching.ts";
import { claimNamesOf } from "./pod-claims.ts";
import { tierOf } from "./tiers.ts";

const OWNER = "volume-expander";
const RESIZER = `external-resizer ${SANDBAR_PROVISIONER}`;

export const volumeExpander: Controller = {
  name: OWNER,
  manager: "csi-resizer",
  watches: [self(persistentVolumeClaimKind), startedPods()],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const claim = tx.get(persistentVolumeClaimKind, namespace, name);
    if (claim?.status.phase !== "Bound" || claim.metadata.deletionTimestamp) return undefined;
    const volume = tx.get(persistentVolumeKind, "", claim.spec.volumeName ?? "");
    if (volume?.metadata.annotations?.[PROVISIONED_BY] !== SANDBAR_PROVISIONER) return undefined;
    if (compareQuantities(requestOf(claim), capacityOf(claim)) <= 0) return undefined;
    if (compareQuantities(volumeSizeOf(volume), requestOf(claim)) < 0) return growVolume(tx, key, claim, volume, nowMs);
    growFileSystem(tx, claim, volume);
    return undefined;
  },
};

function capacityOf({ status }: PersistentVolumeClaim): string {
  return status.capacity?.["storage"] ?? "0";
}

/** Starts the expansion and returns when it ends, ms; at that time, writes the new capacity. */
function growVolume(
  tx: Transaction,
  key: ObjectKey,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  nowMs: number,
): number | undefined {
  const wanted = requestOf(claim);
  const begun = tx.privateState<{ wanted: string; readyAtMs: number }>(key, OWNER);
  if (begun?.wanted !== wanted) {
    const storageClass = tx.get(storageClassKind, "", classOf(claim));
    const durationMs = (storageClass && tierOf(storageClass)?.expansionMs) ?? 0;
    const readyAtMs = nowMs + (tx.settings.latency === "instant" ? 0 : durationMs);
    tx.setPrivateState(key, OWNER, { wanted, readyAtMs });
    const waiting = "waiting for an external controller to expand this PVC";
    recordClaimEvent(tx, claim, "volume_expand", "ExternalExpanding", waiting);
    recordClaimEvent(tx, claim, RESIZER, "Resizing", `External resizer is resizing volume ${volume.metadata.name}`);
    setProgress(tx, claim, { condition: "Resizing", resource: "ControllerResizeInProgress" });
    return readyAtMs;
  }
  if (nowMs < begun.readyAtMs) return begun.readyAtMs;
  const grown = tx.update(persistentVolumeKind, volume, (draft) => {
    draft.spec.capacity = { ...draft.spec.capacity, storage: wanted };
  });
  if (claim.spec.volumeMode === "Block") {
    finish(tx, claim, grown);
    return undefined;
  }
  const message = "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";
  setProgress(tx, claim, { condition: "FileSystemResizePending", message, resource: "NodeResizePending" });
  recordClaimEvent(tx, claim, RESIZER, "FileSystemResizeRequired", "Require file system resize of volume on node");
  return nowMs + 1;
}

/** Expands the file system as the kubelet of a node where a pod uses the claim does. */
function growFileSystem(tx: Transaction, claim: PersistentVolumeClaim, volume: PersistentVolume): void {
  const { namespace, name = "" } = claim.metadata;
  const user = tx.list(podKind, namespace).find((pod) => isRunning(pod) && claimNamesOf(pod).includes(name));
  if (!user) return;
  finish(tx, claim, volume);
  const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.metadata.name}" ${user.spec.nodeName}`;
  for (const object of [user, claim]) {
    recordEvent(tx, {
      object,
      type: "Normal",
      reason: "FileSystemResizeSuccessful",
      message,
      component: "kubelet",
      host: user.spec.nodeName ?? "",
    });
  }
}

function finish(tx: Transaction, claim: PersistentVolumeClaim, volume: PersistentVolume): void {
  tx.updateStatus(persistentVolumeClaimKind, claim, (draft) => {
    draft.status.capacity = { ...draft.status.capacity, storage: volumeSizeOf(volume) };
    delete draft.status.conditions;
    delete draft.status.allocatedResourceStatuses;
  });
}

function setProgress(
  tx: Transaction,
  claim: PersistentVolumeClaim,
  { condition, message, resource }: { condition: string; message?: string; resource: string },
): void {
  tx.updateStatus(persistentVolumeClaimKind, claim, (draft) => {
    draft.status.allocatedResources = { storage: requestOf(claim) };
    draft.status.allocatedResourceStatuses = { storage: resource };
    draft.status.conditions = [
      {
        type: condition,
        status: "True",
        lastProbeTime: null,
        lastTransitionTime: formatTime(tx.nowMs),
        ...(message && { message }),
      },
    ];
  });
}

function isRunning({ spec, status, metadata }: Pod): boolean {
  return spec.nodeName !== undefined && status.phase === "Running" && metadata.deletionTimestamp === undefined;
}

function recordClaimEvent(
  tx: Transaction,
  object: PersistentVolumeClaim,
  component: string,
  reason: string,
  message: string,
): void {
  recordEvent(tx, { object, type: "Normal", reason, message, component });
}

function startedPods(): Watch {
  return {
    resource: resourceId(podKind),
    *map({ before, after }) {
      const pod = after as Pod | undefined;
      if (!pod || !isRunning(pod) || (before && isRunning(before as Pod))) return;
      for (const name of claimNamesOf(pod)) {
        yield objectKey(persistentVolumeClaimKind, pod.metadata.namespace ?? "", name);
      }
    },
  };
}

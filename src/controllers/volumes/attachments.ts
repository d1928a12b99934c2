/**
 * VolumeAttachments of CSI volumes, and the lists of attached volumes in the nodes' status. One key per volume: it is
 * attached to the nodes of the pods that use it, one node at a time unless its access modes allow several.
 * Kubernetes: pkg/controller/volume/attachdetach/reconciler/reconciler.go, pkg/volume/csi/csi_attacher.go;
 * the status is that of https://github.com/kubernetes-csi/external-attacher
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { csiDriverKind } from "../../kinds/storage/csi-driver.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volume-attachment.ts";
import { digestOf } from "../../lib/hash.ts";
import type { Node, PersistentVolume, Pod, VolumeAttachment } from "../../schema/index.ts";
import { type Controller, self, type Watch } from "../controller.ts";
import { claimNamesOf } from "./pod-claims.ts";

/** From the end of a pod until its volume is detached: the kubelet unmounts it first. */
const DETACH_MS = 1500;
/** A node that does not answer may still write: its volumes are detached after this time. */
const FORCED_DETACH_MS = 6 * 60_000;

export const volumeAttachments: Controller = {
  name: "attachdetach-controller",
  manager: "kube-controller-manager",
  watches: [self(persistentVolumeKind), podsOfVolumes(), nodesOfVolumes()],

  reconcile(tx, key, nowMs) {
    const { name } = parseKey(key);
    const volume = tx.get(persistentVolumeKind, "", name);
    const existing = tx.list(volumeAttachmentKind).filter(({ spec }) => spec.source.persistentVolumeName === name);
    const users = volume && needsAttachment(tx, volume) ? usersOf(tx, volume) : [];
    const wanted = [...new Set(users.map(({ spec }) => spec.nodeName ?? ""))].filter((node) =>
      tx.get(nodeKind, "", node),
    );
    const state = tx.privateState<{ freeSinceMs: Record<string, number> }>(key, volumeAttachments.name);
    const freeSinceMs: Record<string, number> = {};
    let detachAtMs = Number.POSITIVE_INFINITY;
    const kept = existing.filter((attachment) => {
      const { nodeName } = attachment.spec;
      if (wanted.includes(nodeName)) return true;
      const since = state?.freeSinceMs[nodeName] ?? nowMs;
      const endsAtMs = since + detachMs(tx.get(nodeKind, "", nodeName));
      if (endsAtMs > nowMs) {
        freeSinceMs[nodeName] = since;
        detachAtMs = Math.min(detachAtMs, endsAtMs);
        return true;
      }
      tx.delete(volumeAttachmentKind, attachment);
      return false;
    });
    for (const node of wanted) {
      if (!volume || kept.some(({ spec }) => spec.nodeName === node)) continue;
      if (kept.length > 0 && isExclusive(volume)) break;
      kept.push(attach(tx, volume, node));
    }
    tx.setPrivateState(key, volumeAttachments.name, Object.keys(freeSinceMs).length > 0 ? { freeSinceMs } : undefined);
    for (const node of new Set([...existing, ...kept].map(({ spec }) => spec.nodeName))) reportOnNode(tx, node);
    return detachAtMs === Number.POSITIVE_INFINITY ? undefined : detachAtMs;
  },
};

/** From the end of the last pod on a node until the volume is detached; 0 where the node is gone. */
function detachMs(node: Node | undefined): number {
  if (!node) return 0;
  const isReady = node.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
  return isReady ? DETACH_MS : FORCED_DETACH_MS;
}

function needsAttachment(tx: Transaction, { spec }: PersistentVolume): boolean {
  return spec.csi !== undefined && tx.get(csiDriverKind, "", spec.csi.driver)?.spec.attachRequired !== false;
}

function isExclusive({ spec }: PersistentVolume): boolean {
  return (spec.accessModes ?? []).every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}

/** Pods that are bound to a node, use the volume's claim and have not ended. */
function usersOf(tx: Transaction, { spec, metadata }: PersistentVolume): Pod[] {
  const { namespace = "", name = "" } = spec.claimRef ?? {};
  const claim = tx.get(persistentVolumeClaimKind, namespace, name);
  if (claim?.spec.volumeName !== metadata.name) return [];
  return tx
    .list(podKind, namespace)
    .filter(({ spec: { nodeName }, status }) => nodeName && status.phase !== "Succeeded" && status.phase !== "Failed")
    .filter((pod) => claimNamesOf(pod).includes(name));
}

function attach(tx: Transaction, { metadata, spec }: PersistentVolume, node: string): VolumeAttachment {
  const { driver = "", volumeHandle = "" } = spec.csi ?? {};
  const made = tx.create(volumeAttachmentKind, {
    kind: "VolumeAttachment",
    apiVersion: "storage.k8s.io/v1",
    metadata: { name: `csi-${digestOf(`${volumeHandle}${driver}${node}`)}` },
    spec: { attacher: driver, nodeName: node, source: { persistentVolumeName: metadata.name ?? "" } },
    status: { attached: false },
  });
  return tx.as("csi-attacher").updateStatus(volumeAttachmentKind, made, ({ status }) => {
    status.attached = true;
  });
}

/** `volumesAttached` is written by this controller, `volumesInUse` by the kubelet, here together. */
function reportOnNode(tx: Transaction, name: string): void {
  const node = tx.get(nodeKind, "", name);
  if (!node) return;
  const names = tx
    .list(volumeAttachmentKind)
    .filter(({ spec }) => spec.nodeName === name)
    .flatMap(({ spec }) => tx.get(persistentVolumeKind, "", spec.source.persistentVolumeName ?? "")?.spec.csi ?? [])
    .map(({ driver, volumeHandle }) => `kubernetes.io/csi/${driver}^${volumeHandle}`)
    .sort();
  const { volumesInUse = [] } = node.status;
  if (names.join() === volumesInUse.join()) return;
  tx.updateStatus(nodeKind, node, ({ status }) => {
    if (names.length === 0) {
      delete status.volumesInUse;
      delete status.volumesAttached;
      return;
    }
    status.volumesInUse = names;
    status.volumesAttached = names.map((each) => ({ name: each, devicePath: "" }));
  });
}

/** The volumes of a pod that was bound, that ended or that is gone. */
function podsOfVolumes(): Watch {
  return {
    resource: resourceId(podKind),
    *map({ before, after }, tx): Iterable<ObjectKey> {
      const [old, pod] = [before as Pod | undefined, after as Pod | undefined];
      if (old?.spec.nodeName === pod?.spec.nodeName && old?.status.phase === pod?.status.phase) return;
      const shown = pod ?? old;
      if (!shown) return;
      for (const name of claimNamesOf(shown)) {
        const claim = tx.get(persistentVolumeClaimKind, shown.metadata.namespace ?? "", name);
        if (claim?.spec.volumeName) yield objectKey(persistentVolumeKind, "", claim.spec.volumeName);
      }
    },
  };
}

/** The volumes of a node that is gone. */
function nodesOfVolumes(): Watch {
  return {
    resource: resourceId(nodeKind),
    *map({ before, after }, tx): Iterable<ObjectKey> {
      if (!before || after) return;
      for (const { spec } of tx.list(volumeAttachmentKind)) {
        const { persistentVolumeName } = spec.source;
        if (spec.nodeName === before.metadata.name && persistentVolumeName) {
          yield objectKey(persistentVolumeKind, "", persistentVolumeName);
        }
      }
    },
  };
}

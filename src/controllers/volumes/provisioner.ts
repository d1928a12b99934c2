/**
 * The provisioner of Sandbar's own classes: creates a volume for each claim that asks for one, and removes the storage
 * of released volumes. It writes what an external provisioner writes in a real cluster.
 * https://github.com/kubernetes-csi/external-provisioner
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistent-volume-claim.ts";
import { type ObjectKey, parseKey } from "../../kinds/kind.ts";
import { storageClassKind } from "../../kinds/storage/storage-class.ts";
import {
  PROVISIONED_BY,
  PROVISIONER_FINALIZER,
  SANDBAR_DRIVER,
  SANDBAR_PROVISIONER,
  SELECTED_NODE,
  STORAGE_PROVISIONERS,
} from "../../kinds/storage/volume-names.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";
import { classOf, requestOf } from "./matching.ts";
import { type Tier, tierOf } from "./tiers.ts";

const OWNER = SANDBAR_PROVISIONER;
const REMOVAL_MS = 300;

export const volumeProvisioner: Controller = {
  name: "volume-provisioner",
  manager: "csi-provisioner",
  component: SANDBAR_PROVISIONER,
  watches: [self(persistentVolumeClaimKind)],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const claim = tx.get(persistentVolumeClaimKind, namespace, name);
    if (!claim || !isAsked(claim)) return undefined;
    if (isSelectedNodeGone(tx, claim)) return chooseAgain(tx, claim);
    const storageClass = tx.get(storageClassKind, "", classOf(claim));
    if (!storageClass) return undefined;
    const tier = tierOf(storageClass);
    if (!tier) return refuse(tx, claim, storageClass);
    const readyAtMs = begin(tx, key, { claim, durationMs: tier.provisioningMs, nowMs });
    if (nowMs < readyAtMs) return readyAtMs;
    create(tx, claim, storageClass, tier);
    return undefined;
  },
};

/** Removes the storage of released or deleted volumes, and then the volume's finalizer. */
export const volumeRemover: Controller = {
  name: "volume-remover",
  manager: "csi-provisioner",
  watches: [self(persistentVolumeKind)],
  latencyMs: REMOVAL_MS,

  reconcile(tx, key) {
    const volume = tx.get(persistentVolumeKind, "", parseKey(key).name);
    if (volume?.metadata.annotations?.[PROVISIONED_BY] !== SANDBAR_PROVISIONER) return;
    const isDeleted = volume.metadata.deletionTimestamp !== undefined;
    const isKept = volume.spec.persistentVolumeReclaimPolicy !== "Delete";
    if (volume.status.phase === "Bound" || !volume.spec.claimRef) return;
    if (!isDeleted && (isKept || volume.status.phase !== "Released")) return;
    if (!isDeleted) tx.delete(persistentVolumeKind, volume);
    if (!volume.metadata.finalizers?.includes(PROVISIONER_FINALIZER)) return;
    tx.update(persistentVolumeKind, volume, (draft) => {
      const others = (draft.metadata.finalizers ?? []).filter((finalizer) => finalizer !== PROVISIONER_FINALIZER);
      if (others.length > 0) draft.metadata.finalizers = others;
      else delete draft.metadata.finalizers;
    });
  },
};

/** True if the binder wrote this provisioner's name into the claim, and the claim has no volume yet. */
function isAsked({ metadata, spec }: PersistentVolumeClaim): boolean {
  const asked = STORAGE_PROVISIONERS.some((name) => metadata.annotations?.[name] === SANDBAR_PROVISIONER);
  return asked && !spec.volumeName && metadata.deletionTimestamp === undefined;
}

function isSelectedNodeGone(tx: Transaction, { metadata }: PersistentVolumeClaim): boolean {
  const node = metadata.annotations?.[SELECTED_NODE];
  return node !== undefined && !tx.get(nodeKind, "", node);
}

/** Removes the selected node, so that the scheduler selects another one. */
function chooseAgain(tx: Transaction, claim: PersistentVolumeClaim): undefined {
  tx.update(persistentVolumeClaimKind, claim, (draft) => {
    delete draft.metadata.annotations?.[SELECTED_NODE];
  });
}

/** Records the start of the provisioning once. Returns when the volume is ready, ms. */
function begin(
  tx: Transaction,
  key: ObjectKey,
  { claim, durationMs, nowMs }: { claim: PersistentVolumeClaim; durationMs: number; nowMs: number },
): number {
  const begun = tx.privateState<{ readyAtMs: number }>(key, OWNER);
  if (begun) return begun.readyAtMs;
  const { namespace, name } = claim.metadata;
  const message = `External provisioner is provisioning volume for claim "${namespace}/${name}"`;
  recordClaimEvent(tx, claim, "Normal", "Provisioning", message);
  const readyAtMs = nowMs + (tx.settings.latency === "instant" ? 0 : durationMs);
  tx.setPrivateState(key, OWNER, { readyAtMs });
  return readyAtMs;
}

function create(tx: Transaction, claim: PersistentVolumeClaim, storageClass: StorageClass, tier: Tier): void {
  const volume = volumeFor(claim, storageClass, tier);
  try {
    tx.create(persistentVolumeKind, volume);
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== "AlreadyExists") throw error;
    return;
  }
  const message = `Successfully provisioned volume ${volume.metadata.name}`;
  recordClaimEvent(tx, claim, "Normal", "ProvisioningSucceeded", message);
}

function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass, tier: Tier): PersistentVolume {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const volumeName = `pvc-${uid}`;
  const policy = storageClass.reclaimPolicy ?? "Delete";
  const node = claim.metadata.annotations?.[SELECTED_NODE];
  return {
    kind: "PersistentVolume",
    apiVersion: "v1",
    metadata: {
      name: volumeName,
      annotations: { [PROVISIONED_BY]: SANDBAR_PROVISIONER },
      ...(policy === "Delete" && { finalizers: [PROVISIONER_FINALIZER] }),
    },
    spec: {
      capacity: { storage: requestOf(claim) },
      csi: {
        driver: SANDBAR_DRIVER,
        volumeHandle: volumeName,
        ...(claim.spec.volumeMode !== "Block" && { fsType: "ext4" }),
        volumeAttributes: { tier: tier.name },
      },
      accessModes: [...(claim.spec.accessModes ?? [])],
      claimRef: { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace, name, uid, resourceVersion },
      persistentVolumeReclaimPolicy: policy,
      storageClassName: storageClass.metadata.name ?? "",
      ...(storageClass.mountOptions?.length && { mountOptions: [...storageClass.mountOptions] }),
      volumeMode: claim.spec.volumeMode ?? "Filesystem",
      ...(tier.isLocal && node && { nodeAffinity: onNode(node) }),
    },
    status: {},
  };
}

function onNode(node: string): NonNullable<PersistentVolume["spec"]["nodeAffinity"]> {
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }];
  return { required: { nodeSelectorTerms: [{ matchExpressions }] } };
}

function refuse(tx: Transaction, claim: PersistentVolumeClaim, { metadata, parameters }: StorageClass): undefined {
  const problem = `parameter tier is "${parameters?.["tier"]}", known are archive, fast and standard`;
  const message = `failed to provision volume with StorageClass "${metadata.name}": ${problem}`;
  recordClaimEvent(tx, claim, "Warning", "ProvisioningFailed", message);
  return undefined;
}

function recordClaimEvent(
  tx: Transaction,
  object: PersistentVolumeClaim,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  recordEvent(tx, { object, type, reason, message, component: SANDBAR_PROVISIONER });
}

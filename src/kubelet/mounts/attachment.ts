/**
 * Volumes that only one node may have at a time. They are attached to the node of the first pod that mounts them, and
 * go to another node when no pod on the first one uses them any more.
 * Kubernetes: pkg/controller/volume/attachdetach/reconciler/reconciler.go (`reportMultiAttachError`),
 * pkg/volume/util/operationexecutor/operation_generator.go
 */
import { recordEvent } from "../../cluster/events.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { claimNameOf, claimNamesOf } from "../../controllers/volumes/pod-claims.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey } from "../../kinds/kind.ts";
import type { PersistentVolume, Pod, Volume } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import { volumeOf } from "./persistent-volume.ts";

const OWNER = "attachment";
const COMPONENT = "attachdetach-controller";
/** A node that does not answer may still write: its volumes are taken away after this time. */
const FORCED_AFTER_MS = 6 * 60_000;
/** From the end of a pod until its volume is detached. */
const DETACH_MS = 1500;

interface Attachment {
  node: string;
  /** Since when no pod on the node uses the volume although the node does not answer, ms. */
  freeSinceMs?: number;
}

export interface AttachProblem {
  /** The pod's volume that waits. */
  volume: string;
  message: string;
  /** When the volume is taken from its node in any case, ms. */
  freeAtMs?: number;
}

/** Attaches the pod's volumes to its node. Returns the first that another node has. */
export function attachVolumes(context: PodContext): AttachProblem | undefined {
  for (const volume of context.pod.spec.volumes ?? []) {
    const found = volumeOf(context, volume);
    const problem = found && isExclusive(found) ? attach(context, volume, found) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

/** Reports that a volume waits, as an Event about the pod. */
export function reportAttachProblem({ tx, pod }: PodContext, { message }: AttachProblem): void {
  recordEvent(tx, { object: pod, type: "Warning", reason: "FailedAttachVolume", message, component: COMPONENT });
}

/** Pods that wait for a volume which `pod` had: they are tried again once it is detached. */
export function waitingForVolumesOf(tx: Transaction, pod: Pod): { keys: ObjectKey[]; atMs: number } {
  const claims = new Set(claimNamesOf(pod));
  const { namespace = "" } = pod.metadata;
  const waiting = claims.size === 0 ? [] : tx.list(podKind, namespace).filter(isWaiting);
  const keys = waiting
    .filter((other) => claimNamesOf(other).some((name) => claims.has(name)))
    .map(({ metadata }) => objectKey(podKind, namespace, metadata.name ?? ""));
  return { keys, atMs: tx.nowMs + DETACH_MS };
}

function isWaiting({ status, spec }: Pod): boolean {
  return status.phase === "Pending" && spec.nodeName !== undefined;
}

/** Storage of a network disk whose access modes allow one node only. */
function isExclusive({ spec }: PersistentVolume): boolean {
  const { csi, awsElasticBlockStore, gcePersistentDisk, azureDisk, cinder, accessModes = [] } = spec;
  const isDisk = csi ?? awsElasticBlockStore ?? gcePersistentDisk ?? azureDisk ?? cinder;
  return isDisk !== undefined && accessModes.every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}

function attach(context: PodContext, volume: Volume, found: PersistentVolume): AttachProblem | undefined {
  const { tx, pod, nowMs } = context;
  const { name = "" } = found.metadata;
  const key = objectKey(persistentVolumeKind, "", name);
  const known = tx.privateState<Attachment>(key, OWNER);
  const node = pod.spec.nodeName ?? "";
  if (known?.node === node) {
    if (known.freeSinceMs !== undefined) tx.setPrivateState(key, OWNER, { node });
    return undefined;
  }
  const users = known ? usersOn(context, known.node, claimNameOf(pod, volume) ?? "") : [];
  const problem = (why: string) => ({ volume: volume.name, message: `Multi-Attach error for volume "${name}" ${why}` });
  if (users.length > 0) return problem(`Volume is already used by pod(s) ${users.join(", ")}`);
  if (known && isSilent(tx, known.node)) {
    const freeSinceMs = known.freeSinceMs ?? nowMs;
    if (known.freeSinceMs === undefined) tx.setPrivateState(key, OWNER, { ...known, freeSinceMs });
    const freeAtMs = freeSinceMs + FORCED_AFTER_MS;
    const why = "Volume is already exclusively attached to one node and can't be attached to another";
    if (nowMs < freeAtMs) return { ...problem(why), freeAtMs };
  }
  tx.setPrivateState(key, OWNER, { node } satisfies Attachment);
  const message = `AttachVolume.Attach succeeded for volume "${name}" `;
  recordEvent(tx, { object: pod, type: "Normal", reason: "SuccessfulAttachVolume", message, component: COMPONENT });
  return undefined;
}

/** Names of the pods on a node that use a claim and have not ended. */
function usersOn({ tx, pod }: PodContext, node: string, claim: string): string[] {
  return tx
    .list(podKind, pod.metadata.namespace)
    .filter(({ spec, status }) => spec.nodeName === node && status.phase !== "Succeeded" && status.phase !== "Failed")
    .filter((other) => claimNamesOf(other).includes(claim))
    .map(({ metadata }) => metadata.name ?? "");
}

/** A node that exists and is not ready. Volumes of a removed node are free. */
function isSilent(tx: Transaction, name: string): boolean {
  const node = tx.get(nodeKind, "", name);
  return (
    node !== undefined && !node.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True")
  );
}

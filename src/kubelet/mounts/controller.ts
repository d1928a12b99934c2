/**
 * Follows the objects behind files: keeps data that volumes still show, wakes the pods that will show a change, and
 * removes rows of files with the pod, node or volume that they belong to.
 * Kubernetes: pkg/kubelet/configmap/configmap_manager.go, pkg/kubelet/kubelet_volumes.go (`cleanupOrphanedPodDirs`)
 */
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import type { Controller, Watch } from "../../controllers/controller.ts";
import { configMapKind } from "../../kinds/core/config-map.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { persistentVolumeKind } from "../../kinds/core/persistent-volume.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { secretKind } from "../../kinds/core/secret.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import type { Node, PersistentVolume, Pod } from "../../schema/index.ts";
import { adoptedState, KUBELET, type PodState } from "../state.ts";
import { waitingForVolumesOf } from "./attachment.ts";
import { containerLayerKey, nodeFilesKey, podFilesKey, podVolumeKey, volumeFilesKey } from "./keys.ts";
import { writeLayer } from "./layer-rows.ts";
import { nextSyncMs } from "./shown-files.ts";
import { isMetadataOutdated } from "./shown-metadata.ts";
import {
  currentSource,
  dataOf,
  keepVersion,
  podsShowing,
  pruneVersions,
  type Source,
  type SourceData,
  type SourceKind,
  sourceName,
  sourcesOf,
  versionOf,
} from "./sources.ts";

/** From a change of a pod until its kubelet has written the pod's files again. */
const UPDATE_MS = 200;

export const mountedFilesController: Controller = {
  name: "mounted-files",
  manager: "kubelet",
  watches: [
    sourceChanged("configmaps", resourceId(configMapKind)),
    sourceChanged("secrets", resourceId(secretKind)),
    { resource: resourceId(podKind), map: podChanged, removed: (last, tx) => forgetPod(tx, last as Pod) },
    {
      resource: resourceId(nodeKind),
      map: () => [],
      removed: (last, tx) => writeLayer(tx, nodeFilesKey(last as Node), {}),
    },
    {
      resource: resourceId(persistentVolumeKind),
      map: () => [],
      removed: (last, tx) => writeLayer(tx, volumeFilesKey(last as PersistentVolume), {}),
    },
  ],
  reconcile() {},
};

function sourceChanged(kind: SourceKind, resource: Watch["resource"]): Watch {
  return {
    resource,
    map(change, tx) {
      for (const key of showing(kind, change, tx)) wakeAtSync(tx, key);
      return [];
    },
  };
}

/** The pods whose volumes show the data before the change. */
function showing(kind: SourceKind, { key, before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const { namespace, name } = parseKey(key);
  const source = { kind, name };
  if (before) adoptUsers(tx, namespace, source, dataOf(before));
  if (!before) return podsShowing(tx, namespace, source);
  // Few objects are shown by pods, and their data may be large.
  if (podsShowing(tx, namespace, source).length === 0) return [];
  const data = dataOf(before);
  if (after && versionOf(dataOf(after)) === versionOf(data)) return [];
  return keepVersion(tx, namespace, source, data);
}

/**
 * Takes over the pods of the base that show a source, whose kubelet had nothing to do yet: their files are those of before
 * the change.
 */
function adoptUsers(tx: Transaction, namespace: string, source: Source, before: SourceData): void {
  const wanted = sourceName(source);
  for (const pod of tx.list(podKind, namespace)) {
    const key = objectKey(podKind, namespace, pod.metadata.name ?? "");
    if (!pod.status.containerStatuses?.length || tx.privateState<PodState>(key, KUBELET)) continue;
    const sources = sourcesOf(pod);
    if (!sources.some((one) => sourceName(one) === wanted)) continue;
    const state = adoptedState(pod, tx.nowMs);
    const shows = sources.map((one) => {
      const isChanged = sourceName(one) === wanted;
      return [sourceName(one), versionOf(isChanged ? before : currentSource(tx, namespace, one))] as const;
    });
    state.files = { mountedAtMs: state.acceptedAtMs, shows: Object.fromEntries(shows), writtenAtMs: {} };
    tx.setPrivateState(key, KUBELET, state);
  }
}

function wakeAtSync(tx: Transaction, key: ObjectKey): void {
  const pod = tx.getByKey(key) as Pod | undefined;
  const state = tx.privateState<PodState>(key, KUBELET);
  if (pod && state) tx.requeue(KUBELET, key, nextSyncMs({ tx, pod, state }, tx.nowMs));
}

/**
 * Wakes pods on other nodes that wait for a volume of a pod that has ended, and the kubelet of a pod whose files show
 * labels that have changed.
 */
function podChanged({ key, before, after }: ObjectChange, tx: Transaction): ObjectKey[] {
  const [previous, pod] = [before as Pod | undefined, after as Pod | undefined];
  if (previous && hasEnded(pod) && !hasEnded(previous)) wakeWaiting(tx, previous);
  const state = pod && tx.privateState<PodState>(key, KUBELET);
  if (state && isMetadataOutdated({ pod, state })) tx.requeue(KUBELET, key, tx.nowMs + UPDATE_MS);
  return [];
}

function hasEnded(pod: Pod | undefined): boolean {
  return pod === undefined || pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

function wakeWaiting(tx: Transaction, pod: Pod): void {
  const { keys, atMs } = waitingForVolumesOf(tx, pod);
  for (const key of keys) tx.requeue(KUBELET, key, atMs);
}

function forgetPod(tx: Transaction, pod: Pod): void {
  const { initContainers = [], containers, ephemeralContainers = [], volumes = [] } = pod.spec;
  for (const { name } of volumes) writeLayer(tx, podVolumeKey(pod, name), {});
  for (const { name } of [...initContainers, ...containers, ...ephemeralContainers]) {
    writeLayer(tx, containerLayerKey(pod, name), {});
  }
  writeLayer(tx, podFilesKey(pod), {});
  for (const source of sourcesOf(pod)) pruneVersions(tx, pod.metadata.namespace ?? "", source);
}

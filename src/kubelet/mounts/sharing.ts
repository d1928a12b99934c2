/**
 * Pods that see each other's files: through a claim, or through overlapping paths of one node. Their processes must go
 * on in the order of time, so none of them may lag behind until a client looks.
 * Kubernetes: pkg/kubelet/volumemanager/volume_manager.go (volumes of one node are shared by its pods)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { claimNameOf } from "../../controllers/volumes/pod-claims.ts";
import { isWithin } from "../../files/paths.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey } from "../../kinds/kind.ts";
import type { Pod, Volume } from "../../schema/index.ts";
import { KUBELET, type PodState } from "../state.ts";

/** Where the files of a volume lie. */
interface Place {
  /** `claim/<namespace>/<name>`, or `node/<name>` with a path on its disk. */
  where: string;
  path: string;
  isWritten: boolean;
}

interface Sharer {
  key: ObjectKey;
  pod: Pod;
  places: readonly Place[];
}

/** Keys of the pods that have mounted files which this pod mounts too, if one of both may write them. */
export function sharersOf(tx: Transaction, pod: Pod): ObjectKey[] {
  const own = placesOf(pod);
  if (own.length === 0) return [];
  const all = tx.derived("kubelet/pods-with-shared-places", [podKind], () => sharersIn(tx));
  return all
    .filter((other) => other.pod.metadata.uid !== pod.metadata.uid)
    .filter(({ places }) => places.some((place) => own.some((mine) => areShared(place, mine))))
    .filter(({ key }) => tx.privateState<PodState>(key, KUBELET)?.isMounted === true)
    .map(({ key }) => key);
}

/** Lets the kubelet look at the pods that share files with this one, which has mounted them just now. */
export function wakeSharers(tx: Transaction, pod: Pod): void {
  for (const key of sharersOf(tx, pod)) {
    const { ahead: _ahead, ...state } = tx.privateState<PodState>(key, KUBELET)!;
    tx.setPrivateState(key, KUBELET, state);
    tx.requeue(KUBELET, key, tx.nowMs);
  }
}

function sharersIn(tx: Transaction): Sharer[] {
  return tx.list(podKind).flatMap((pod) => {
    const isOver = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
    const places = isOver || !pod.spec.nodeName ? [] : placesOf(pod);
    const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
    return places.length === 0 ? [] : [{ key, pod, places }];
  });
}

function placesOf(pod: Pod): Place[] {
  return (pod.spec.volumes ?? []).flatMap((volume): Place[] => {
    const isWritten = isWrittenBy(pod, volume);
    const claim = claimNameOf(pod, volume);
    if (claim !== undefined) return [{ where: `claim/${pod.metadata.namespace}/${claim}`, path: "/", isWritten }];
    const { hostPath } = volume;
    if (!hostPath || !pod.spec.nodeName) return [];
    const path = hostPath.path.replace(/\/+$/, "") || "/";
    return [{ where: `node/${pod.spec.nodeName}`, path, isWritten }];
  });
}

function isWrittenBy({ spec }: Pod, { name, persistentVolumeClaim }: Volume): boolean {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  const mounts = [...initContainers, ...containers, ...ephemeralContainers].flatMap(
    ({ volumeMounts = [] }) => volumeMounts,
  );
  return !persistentVolumeClaim?.readOnly && mounts.some((mount) => mount.name === name && !mount.readOnly);
}

function areShared(a: Place, b: Place): boolean {
  if (a.where !== b.where || (!a.isWritten && !b.isWritten)) return false;
  return isWithin(a.path, b.path) || isWithin(b.path, a.path);
}

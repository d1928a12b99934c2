/**
 * Pods that see each other's files: through a claim, or through overlapping paths of one node. Their processes must go
 * on in the order of time, so none of them may lag behind until a client looks.
 * Kubernetes: pkg/kubelet/volumemanager/volume_manager.go (volumes of one node are shared by its pods)
 */
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { claimNameOf } from "../../controllers/volumes/pod-claims.ts";
import { isWithin } from "../../files/paths.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { type ObjectKey, objectKey } from "../../kinds/kind.ts";
import type { Pod } from "../../schema/index.ts";
import { KUBELET, type PodState } from "../state.ts";

/** Where the files of a volume lie. */
interface Place {
  /** `claim/<namespace>/<name>`, or `node/<name>` with a path on its disk. */
  where: string;
  path: string;
  isWritten: boolean;
}

/** The pods with a place, by where it lies. */
type PlaceIndex = Map<string, Map<ObjectKey, Pod>>;

/** Keys of the pods that have mounted files which this pod mounts too, if one of both may write them; in order. */
export function sharersOf(tx: Transaction, pod: Pod): ObjectKey[] {
  const own = placesOf(pod);
  if (own.length === 0) return [];
  const index = tx.derived("kubelet/pods-by-place", [podKind], () => indexOf(tx), followPod);
  const candidates = new Map(own.flatMap(({ where }) => [...(index.get(where) ?? [])]));
  return [...candidates]
    .filter(([, other]) => other.metadata.uid !== pod.metadata.uid)
    .filter(([, other]) => placesOf(other).some((place) => own.some((mine) => areShared(place, mine))))
    .map(([key]) => key)
    .filter((key) => tx.privateState<PodState>(key, KUBELET)?.isMounted === true)
    .sort();
}

/** Lets the kubelet look at the pods that share files with this one, which has mounted them just now. */
export function wakeSharers(tx: Transaction, pod: Pod): void {
  for (const key of sharersOf(tx, pod)) {
    const { ahead: _ahead, ...state } = tx.privateState<PodState>(key, KUBELET)!;
    tx.setPrivateState(key, KUBELET, state);
    tx.requeue(KUBELET, key, tx.nowMs);
  }
}

function indexOf(tx: Transaction): PlaceIndex {
  const index: PlaceIndex = new Map();
  for (const pod of tx.list(podKind)) {
    const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
    for (const where of wheresOf(pod)) add(index, where, key, pod);
  }
  return index;
}

function followPod(index: PlaceIndex, { key, before, after }: ObjectChange): PlaceIndex {
  for (const where of before ? wheresOf(before as Pod) : []) index.get(where)?.delete(key);
  for (const where of after ? wheresOf(after as Pod) : []) add(index, where, key, after as Pod);
  return index;
}

function add(index: PlaceIndex, where: string, key: ObjectKey, pod: Pod): void {
  const pods = index.get(where);
  if (pods) pods.set(key, pod);
  else index.set(where, new Map([[key, pod]]));
}

/** Where the files of a pod lie that has a node and has not ended. */
function wheresOf(pod: Pod): string[] {
  const isOver = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
  return isOver || !pod.spec.nodeName ? [] : placesOf(pod).map(({ where }) => where);
}

function placesOf(pod: Pod): Place[] {
  const shared = (pod.spec.volumes ?? []).filter(
    ({ persistentVolumeClaim, ephemeral, hostPath }) => persistentVolumeClaim ?? ephemeral ?? hostPath,
  );
  if (shared.length === 0) return [];
  const written = writtenVolumes(pod);
  return shared.flatMap((volume): Place[] => {
    const isWritten = !volume.persistentVolumeClaim?.readOnly && written.has(volume.name);
    const claim = claimNameOf(pod, volume);
    if (claim !== undefined) return [{ where: `claim/${pod.metadata.namespace}/${claim}`, path: "/", isWritten }];
    const { hostPath } = volume;
    if (!hostPath || !pod.spec.nodeName) return [];
    const path = hostPath.path.replace(/\/+$/, "") || "/";
    return [{ where: `node/${pod.spec.nodeName}`, path, isWritten }];
  });
}

/** Names of the volumes that a container mounts and may write. */
function writtenVolumes({ spec }: Pod): Set<string> {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  const all = [...initContainers, ...containers, ...ephemeralContainers];
  return new Set(
    all.flatMap(({ volumeMounts = [] }) => volumeMounts.filter(({ readOnly }) => !readOnly).map(({ name }) => name)),
  );
}

function areShared(a: Place, b: Place): boolean {
  if (a.where !== b.where || (!a.isWritten && !b.isWritten)) return false;
  return isWithin(a.path, b.path) || isWithin(b.path, a.path);
}

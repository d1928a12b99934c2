/** Claims that a pod refers to: they must exist, and be bound before the pod is placed. */
import type { Transaction } from "../cluster/transaction.ts";
import { objectKey } from "../kinds/kind.ts";
import type { PersistentVolumeClaim, Pod, StorageClass } from "../schema/index.ts";

const CLAIMS = { group: "", plural: "persistentvolumeclaims" };
const CLASSES = { group: "storage.k8s.io", plural: "storageclasses" };

/** What keeps the pod from any node; undefined if nothing does. */
export function claimProblem(tx: Transaction, pod: Pod): string | undefined {
  const namespace = pod.metadata.namespace ?? "";
  for (const { name: volume, persistentVolumeClaim, ephemeral } of pod.spec.volumes ?? []) {
    const name = ephemeral ? `${pod.metadata.name}-${volume}` : persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const key = objectKey(CLAIMS, namespace, name);
    // A cluster that does not serve claims cannot wait for them.
    if (!tx.kindOf(key)) return undefined;
    const claim = tx.getByKey(key) as unknown as PersistentVolumeClaim | undefined;
    if (!claim) return `persistentvolumeclaim "${name}" not found`;
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
    if (claim.status?.phase === "Lost") {
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`;
    }
    if (!claim.spec.volumeName && !waitsForPod(tx, claim)) return "pod has unbound immediate PersistentVolumeClaims";
  }
  return undefined;
}

function waitsForPod(tx: Transaction, { spec }: PersistentVolumeClaim): boolean {
  const storageClass = tx.getByKey(objectKey(CLASSES, "", spec.storageClassName ?? ""));
  return (storageClass as unknown as StorageClass | undefined)?.volumeBindingMode === "WaitForFirstConsumer";
}

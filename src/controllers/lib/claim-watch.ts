/**
 * Wakes controllers that adopt and release objects by selector when such an object changes.
 * Kubernetes: pkg/controller/replicaset/replica_set.go (addPod, updatePod), likewise in job, daemon and statefulset
 */
import type { ObjectChange } from "../../cluster/object-change.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { type KindDefinition, type ObjectKey, objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import type { KubernetesObject } from "../../schema/index.ts";
import { controllerOf, ownedBy, type Watch } from "../controller.ts";

export interface Claiming<Owner extends KubernetesObject, Claimed extends KubernetesObject> {
  owner: KindDefinition<Owner>;
  claimed: KindDefinition<Claimed>;
  /** True if the owner would adopt the object if the object had no controller. */
  matches(owner: Owner, object: Claimed): boolean;
}

/** Wakes the controllers of the object before and after the change; for an orphan, every owner that would adopt it. */
export function claimedBy<Owner extends KubernetesObject, Claimed extends KubernetesObject>(
  claiming: Claiming<Owner, Claimed>,
): Watch {
  const owned = ownedBy(claiming.claimed, claiming.owner);
  return {
    resource: resourceId(claiming.claimed),
    *map(change, tx) {
      yield* owned.map(change, tx);
      yield* adopters(claiming, change, tx);
    },
  };
}

/** The owners that would adopt an orphan that is new, has lost its controller, or has changed its labels. */
export function* adopters<Owner extends KubernetesObject, Claimed extends KubernetesObject>(
  { owner, matches }: Claiming<Owner, Claimed>,
  { key, before, after }: ObjectChange,
  tx: Transaction,
): Iterable<ObjectKey> {
  if (!after || controllerOf(after) || after.metadata.deletionTimestamp !== undefined) return;
  const isUnchanged = before && !controllerOf(before) && equalJson(labelsOf(before), labelsOf(after));
  if (isUnchanged) return;
  const { namespace } = parseKey(key);
  for (const candidate of tx.list(owner, namespace)) {
    if (matches(candidate, after as Claimed)) yield objectKey(owner, namespace, candidate.metadata.name ?? "");
  }
}

function labelsOf({ metadata }: KubernetesObject) {
  return metadata.labels ?? {};
}

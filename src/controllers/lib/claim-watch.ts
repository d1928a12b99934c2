/**
 * Which claiming controllers a change of a claimed object wakes: the event handlers of Kubernetes' controllers that adopt and
 * release by selector (addPod and updatePod of pkg/controller/replicaset, job, daemon and statefulset).
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
  /** Would the owner adopt the object if it had no controller? */
  matches(owner: Owner, object: Claimed): boolean;
}

/** The controller of the object before and after the change; of an orphan every owner that would adopt it. */
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

/** The owners that would adopt an object which is new, has lost its controller, or has other labels. */
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

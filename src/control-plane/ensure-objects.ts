/** Objects that the platform needs in a cluster, such as the bindings of its roles. */
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { assert } from "../lib/assert.ts";
import type { KubernetesObject } from "../schema/types.ts";

/** The field manager of these objects. */
const MANAGER = "sandbar";

/** Creates the missing objects and leaves the others as they are. Throws ApiError where the cluster refuses one. */
export function ensureObjects(tx: ClusterTransaction, objects: readonly KubernetesObject[]): void {
  const platform = tx.as(MANAGER);
  for (const object of objects) {
    const kind = tx.kindOf(object);
    assert(kind, "the platform's objects are of served kinds");
    const { namespace = "", name = "" } = object.metadata;
    if (!tx.get(kind, namespace, name)) platform.create(kind, object);
  }
  tx.flush();
}

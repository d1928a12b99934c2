/**
 * The shape of a controller. Level-based: the input is a key and the world, never an event; running twice is running
 * once. What it must remember beyond the objects goes to private state.
 */

import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { type KindDefinition, type ObjectKey, objectKey, type ResourceId, resourceId } from "../kinds/kind.ts";
import type { KubernetesObject } from "../schema/types.ts";

/** Says which keys to reconcile when an object of `resource` changes. */
export interface Watch {
  /** `"*"`: of every resource, custom ones too. Its `map` must be cheap: it sees every change. */
  resource: ResourceId | "*";
  map(change: ObjectChange, tx: Transaction): Iterable<ObjectKey>;
  /** Called when an object is gone, with its last state. Only for Events about it: no key can ask for it any more. */
  removed?(last: KubernetesObject, tx: Transaction): void;
}

export interface Controller {
  /** Unique; names its private state and due times, so it must not change once clusters exist. */
  name: string;
  /** Field manager and event source: `kube-controller-manager`, `kube-scheduler`, `kubelet`. */
  manager: string;
  /** Component in Events, e.g. `deployment-controller`; defaults to `manager`. */
  component?: string;
  watches: readonly Watch[];
  /** How long after a change the controller sees it, in ms. Defaults by the latency model. */
  latencyMs?: number;
  /**
   * Brings the world nearer to what `key` asks for. Returns the cluster time (ms) at which it wants to run again, or
   * nothing. A thrown `ApiError` (a refused write) is retried with back-off, as by client-go's work queue; writes made before it stay.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most reconciles end without a word, and must not be made to say undefined
  reconcile(tx: Transaction, key: ObjectKey, nowMs: number): number | undefined | void;
}

/** The changed object's own key. */
export function self(kind: Pick<KindDefinition, "group" | "plural">): Watch {
  return { resource: resourceId(kind), map: (change) => [change.key] };
}

/** The key of the controlling owner, of the given kind, before and after the change. */
export function ownedBy(kind: Pick<KindDefinition, "group" | "plural">, owner: KindDefinition<never>): Watch {
  return {
    resource: resourceId(kind),
    map: (change) => {
      const keys = new Set<ObjectKey>();
      for (const object of [change.before, change.after]) {
        const reference = object && controllerOf(object);
        if (reference?.kind !== owner.kind) continue;
        keys.add(objectKey(owner, object?.metadata.namespace ?? "", reference.name));
      }
      return keys;
    },
  };
}

/** The owner reference with `controller: true`, if there is one. */
export function controllerOf(object: KubernetesObject) {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

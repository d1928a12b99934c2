/**
 * The shape of a controller. Level-based: the input is a key and the Snapshot with its WriteSet, never an event;
 * running twice has the effect of running once. Data that a controller keeps beyond the objects is private state.
 * https://pkg.go.dev/sigs.k8s.io/controller-runtime/pkg/reconcile
 */

import type { RecordedChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { type KindDefinition, type ObjectKey, objectKey, type ResourceId, resourceId } from "../kinds/kind.ts";
import type { Parts } from "../lib/work.ts";
import type { KubernetesObject } from "../schema/types.ts";

/** Maps a change of an object of `resource` to the keys that must be reconciled. */
export interface Watch {
  /** `"*"`: every resource, including custom ones. Then `map` is called for every change and must be cheap. */
  resource: ResourceId | "*";
  map(change: RecordedChange, tx: Transaction): Iterable<ObjectKey>;
  /** Called with the last state of a removed object, to record Events about it. Reconcile cannot read it any more. */
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
   * Moves the cluster towards the state that the object of `key` specifies. A thrown `ApiError` (a refused write) is
   * retried with back-off, as client-go's work queue does; writes made before it stay. A controller that writes many
   * objects in one run returns the run in parts.
   */
  reconcile(tx: Transaction, key: ObjectKey, nowMs: number): Requeue | Parts<Requeue>;
}

/** The cluster time (ms) at which the controller must run again, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: most reconciles return nothing, and need no `return undefined`
export type Requeue = number | undefined | void;

/** The changed object's own key. */
export function self(kind: Pick<KindDefinition, "group" | "plural">): Watch {
  return { resource: resourceId(kind), map: (change) => [change.key] };
}

/** The keys of the controlling owners of the given kind, before and after the change. */
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

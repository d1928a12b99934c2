/** Selects the objects of a check, and explains to a student why there are none. */

import { namespaceKind } from "../../../kinds/core/namespace.ts";
import { type ObjectKey, objectKey, parseKey, resourceId } from "../../../kinds/kind.ts";
import { inFormOf } from "../../../kinds/view.ts";
import { MAX_NAMED_OBJECTS } from "../../../lib/limits.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import type { GradedCluster } from "../check.ts";
import { listed } from "../show.ts";
import type { SelectedBy } from "./expectation.ts";

export interface Candidate {
  key: ObjectKey;
  object: KubernetesObject;
  /** See `statusWriterOf`. */
  statusWriter: string;
}

export function candidates({ kind, name, namespace, labels }: SelectedBy, cluster: GradedCluster): Candidate[] {
  const wanted = Object.entries(labels);
  return cluster
    .keys(resourceId(kind), namespace ?? undefined)
    .filter((key) => name === null || parseKey(key).name === name)
    .map((key) => ({ key, object: inFormOf(kind, cluster.object(key)), statusWriter: cluster.statusWriter(key) }))
    .filter(({ object }) => wanted.every(([label, value]) => object.metadata.labels?.[label] === value));
}

export function whyNone({ kind, namespace, describedBy }: SelectedBy, cluster: GradedCluster): string {
  if (namespace !== null && !exists(cluster, namespace)) {
    return `There is no ${describedBy}: there is no namespace ${namespace}`;
  }
  const names = cluster.keys(resourceId(kind), namespace ?? undefined).map((key) => parseKey(key).name);
  const others =
    names.length > 0 ? `there are: ${listed(names, MAX_NAMED_OBJECTS)}` : `there is no ${kind.kind} at all there`;
  return `There is no ${describedBy}; ${kind.namespaced || names.length > 0 ? others : "there is none at all"}`;
}

function exists(cluster: GradedCluster, namespace: string): boolean {
  const key = objectKey(namespaceKind, "", namespace);
  return cluster.keys(resourceId(namespaceKind)).includes(key);
}

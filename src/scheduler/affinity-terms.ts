/**
 * Which pods a term of pod affinity or anti-affinity selects.
 * Kubernetes: pkg/scheduler/framework/plugins/interpodaffinity/plugin.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { namespaceKind } from "../kinds/core/namespace.ts";
import { matchesLabelSelector } from "../lib/selectors.ts";
import type { Pod, PodAffinityTerm } from "../schema/index.ts";

/** True if the term of the pod `owner` selects the pod `other`. */
export function meansPod(tx: Transaction, term: PodAffinityTerm, owner: Pod, other: Pod): boolean {
  return (
    meansNamespace(tx, term, owner, other.metadata.namespace ?? "") &&
    matchesLabelSelector(term.labelSelector, other.metadata.labels)
  );
}

function meansNamespace(tx: Transaction, term: PodAffinityTerm, owner: Pod, namespace: string): boolean {
  const { namespaces = [], namespaceSelector } = term;
  if (namespaces.includes(namespace)) return true;
  if (namespaceSelector) {
    return matchesLabelSelector(namespaceSelector, tx.get(namespaceKind, "", namespace)?.metadata.labels);
  }
  return namespaces.length === 0 && namespace === owner.metadata.namespace;
}

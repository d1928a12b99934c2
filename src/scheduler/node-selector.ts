/**
 * Node selectors: `spec.nodeSelector` and the terms of node affinity.
 * Kubernetes: staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 */
import { matchesTerm } from "../lib/node-selector.ts";
import type { Pod } from "../schema/index.ts";
import type { NodeInfo } from "./node-info.ts";

export { matchesTerm } from "../lib/node-selector.ts";

/** True if the node satisfies `spec.nodeSelector` and the required node affinity. */
export function matchesNodeAffinity({ spec }: Pod, node: NodeInfo): boolean {
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
    if (node.labels[key] !== value) return false;
  }
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || (required.nodeSelectorTerms ?? []).some((term) => matchesTerm(term, node));
}

/**
 * Warnings about deprecated node labels in selectors.
 *
 * Kubernetes: pkg/api/node/util.go (GetNodeLabelDeprecatedMessage)
 */
import type { NodeSelectorTerm } from "../../schema/index.ts";

const DEPRECATED: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

/** One warning for a deprecated label, otherwise none. */
export function deprecatedLabel(key: string | undefined, text: (why: string) => string): string[] {
  return key !== undefined && Object.hasOwn(DEPRECATED, key) ? [text(DEPRECATED[key]!)] : [];
}

export function termWarnings(term: NodeSelectorTerm | undefined, path: string): string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key }, i) =>
    deprecatedLabel(key, (why) => `${path}.matchExpressions[${i}].key: ${key} is ${why}`),
  );
}

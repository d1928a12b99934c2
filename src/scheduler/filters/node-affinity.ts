/**
 * `spec.nodeSelector` and required node affinity.
 * Kubernetes: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go
 */
import { type Filter, ruledOut } from "../framework.ts";
import { matchesNodeAffinity } from "../node-selector.ts";

export const nodeAffinity: Filter = {
  name: "NodeAffinity",
  prepare: ({ pod }) => {
    const { nodeSelector, affinity } = pod.spec;
    if (!nodeSelector && !affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) return undefined;
    return (node) => {
      if (matchesNodeAffinity(pod, node)) return undefined;
      return ruledOut("node(s) didn't match Pod's node affinity/selector");
    };
  },
};

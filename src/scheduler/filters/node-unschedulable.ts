/**
 * A cordoned node accepts only pods that tolerate the taint `node.kubernetes.io/unschedulable`.
 * Kubernetes: pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go
 */
import { type Filter, ruledOut } from "../framework.ts";
import { isTolerated, UNSCHEDULABLE_TAINT } from "../tolerations.ts";

export const nodeUnschedulable: Filter = {
  name: "NodeUnschedulable",
  prepare: ({ pod }) => {
    if (isTolerated(pod, UNSCHEDULABLE_TAINT)) return undefined;
    return ({ node }) => (node.spec.unschedulable ? ruledOut("node(s) were unschedulable") : undefined);
  },
};

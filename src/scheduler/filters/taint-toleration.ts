/**
 * Taints with NoSchedule or NoExecute reject pods that do not tolerate them.
 * Kubernetes: pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
 */
import { type Filter, ruledOut } from "../framework.ts";
import { isTolerated, UNSCHEDULABLE_TAINT } from "../tolerations.ts";

export const taintToleration: Filter = {
  name: "TaintToleration",
  prepare:
    ({ pod }) =>
    ({ node }) => {
      const keepsAway = node.spec.taints?.some(
        (taint) =>
          (taint.effect === "NoSchedule" || taint.effect === "NoExecute") &&
          // The taint of a cordoned node is checked by NodeUnschedulable, which runs before.
          !(taint.key === UNSCHEDULABLE_TAINT.key && node.spec.unschedulable) &&
          !isTolerated(pod, taint),
      );
      return keepsAway ? ruledOut("node(s) had untolerated taint(s)") : undefined;
    },
};

/** Taints with NoSchedule or NoExecute keep pods away that do not tolerate them. */
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
          // What cordoning means is the business of another filter, which has spoken already.
          !(taint.key === UNSCHEDULABLE_TAINT.key && node.spec.unschedulable) &&
          !isTolerated(pod, taint),
      );
      return keepsAway ? ruledOut("node(s) had untolerated taint(s)") : undefined;
    },
};

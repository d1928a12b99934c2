/**
 * The pod's requests must fit into the unrequested part of the node's allocatable resources.
 * Kubernetes: pkg/scheduler/framework/plugins/noderesources/fit.go
 */
import { type Filter, rejected, ruledOut } from "../framework.ts";
import { podRequests } from "../requests.ts";

export const nodeResourcesFit: Filter = {
  name: "NodeResourcesFit",
  prepare: ({ pod }) => {
    const requests = Object.entries(podRequests(pod)).filter(([, amount]) => amount > 0);
    return ({ requested, allocatable }) => {
      const reasons: string[] = [];
      let isTooLarge = false;
      if ((requested["pods"] ?? 0) + 1 > (allocatable["pods"] ?? 0)) reasons.push("Too many pods");
      for (const [name, amount] of requests) {
        const whole = allocatable[name] ?? 0;
        if (amount <= whole - (requested[name] ?? 0)) continue;
        reasons.push(`Insufficient ${name}`);
        if (amount > whole) isTooLarge = true;
      }
      if (reasons.length === 0) return undefined;
      return isTooLarge ? ruledOut(...reasons) : rejected(...reasons);
    };
  },
};

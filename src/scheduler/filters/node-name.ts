/**
 * A pod with `spec.nodeName` fits that node only.
 * Kubernetes: pkg/scheduler/framework/plugins/nodename/node_name.go
 */
import { type Filter, ruledOut } from "../framework.ts";

export const nodeName: Filter = {
  name: "NodeName",
  prepare: ({ pod }) => {
    const wanted = pod.spec.nodeName;
    if (!wanted) return undefined;
    return ({ name }) => (name === wanted ? undefined : ruledOut("node(s) didn't match the requested node name"));
  },
};

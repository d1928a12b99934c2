/** A pod that names its node goes nowhere else. */
import { type Filter, ruledOut } from "../framework.ts";

export const nodeName: Filter = {
  name: "NodeName",
  prepare: ({ pod }) => {
    const wanted = pod.spec.nodeName;
    if (!wanted) return undefined;
    return ({ name }) => (name === wanted ? undefined : ruledOut("node(s) didn't match the requested node name"));
  },
};

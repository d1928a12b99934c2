import type { Describer } from "../describer.ts";
import { roleText } from "../rules.ts";

export const clusterRole: Describer = {
  group: "rbac.authorization.k8s.io",
  kind: "ClusterRole",
  text(object) {
    return roleText(object);
  },
};

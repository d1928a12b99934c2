import type { Describer } from "../describer.ts";
import { bindingText } from "../rules.ts";

export const clusterRoleBinding: Describer = {
  group: "rbac.authorization.k8s.io",
  kind: "ClusterRoleBinding",
  text(object) {
    return bindingText(object);
  },
};

import type { Describer } from "../describer.ts";
import { bindingText } from "../rules.ts";

export const roleBinding: Describer = {
  group: "rbac.authorization.k8s.io",
  kind: "RoleBinding",
  text(object) {
    return bindingText(object);
  },
};

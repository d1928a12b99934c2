import type { Describer } from "../describer.ts";
import { roleText } from "../rules.ts";

export const role: Describer = {
  group: "rbac.authorization.k8s.io",
  kind: "Role",
  text(object) {
    return roleText(object);
  },
};

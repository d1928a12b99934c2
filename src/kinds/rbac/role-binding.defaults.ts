/** Defaults of role bindings: roles, users and groups belong to the RBAC group, service accounts to the legacy one. */
import type { RoleRef, Subject } from "../../schema/index.ts";
import { setDefault } from "../set-default.ts";

const GROUP = "rbac.authorization.k8s.io";

export function defaultBinding(binding: { roleRef: RoleRef; subjects?: Subject[] }): void {
  if (!binding.roleRef) binding.roleRef = { apiGroup: GROUP, kind: "", name: "" };
  setDefault(binding.roleRef, "apiGroup", GROUP);
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === "User" || subject.kind === "Group") setDefault(subject, "apiGroup", GROUP);
  }
}

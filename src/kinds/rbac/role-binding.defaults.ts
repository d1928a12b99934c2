/**
 * Defaults of role bindings: role, users and groups are in the RBAC group, service accounts in the legacy group.
 *
 * Kubernetes: pkg/apis/rbac/v1/defaults.go
 */
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

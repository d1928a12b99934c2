/**
 * Defaults of role bindings: role, users and groups are in the RBAC group, service accounts in the legacy group.
 *
 * Kubernetes: pkg/apis/rbac/v1/defaults.go
 */

import type { RoleRef, Subject } from "../../schema/index.ts";
import { setDefault } from "../set-default.ts";
import { RBAC_GROUP } from "./role-binding.validation.ts";

export function defaultBinding(binding: { roleRef: RoleRef; subjects?: Subject[] }): void {
  if (!binding.roleRef) binding.roleRef = { apiGroup: RBAC_GROUP, kind: "", name: "" };
  setDefault(binding.roleRef, "apiGroup", RBAC_GROUP);
  for (const subject of binding.subjects ?? []) {
    if (subject.kind === "User" || subject.kind === "Group") setDefault(subject, "apiGroup", RBAC_GROUP);
  }
}

/**
 * Roles of a user, for policies that read them.
 * Source: github.com/kyverno/kyverno pkg/userinfo/roleRef.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Client } from "../../kubectl/core/client.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { list, namespaceOf } from "../objects.ts";
import type { RequestUser } from "./match.ts";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";

/** Roles are `namespace:name`. */
export function* rolesOf(client: Client, user: RequestUser): Steps<Pick<RequestUser, "roles" | "clusterRoles">> {
  const roles: string[] = [];
  const clusterRoles: string[] = [];
  for (const plural of ["rolebindings", "clusterrolebindings"]) {
    for (const binding of yield* list(client, `${RBAC}/${plural}`)) {
      if (!objectsIn(binding["subjects"]).some((subject) => isUser(subject, namespaceOf(binding), user))) continue;
      const { kind, name = "" } = objectIn(binding["roleRef"]);
      if (kind === "Role") roles.push(`${namespaceOf(binding)}:${String(name)}`);
      else clusterRoles.push(String(name));
    }
  }
  return { roles: [...new Set(roles)], clusterRoles: [...new Set(clusterRoles)] };
}

function isUser({ kind, name, namespace }: JsonObject, bindingNamespace: string, user: RequestUser): boolean {
  if (kind === "ServiceAccount") {
    return user.username === `system:serviceaccount:${String(namespace ?? bindingNamespace)}:${String(name)}`;
  }
  return kind === "Group" ? user.groups.includes(String(name)) : user.username === name;
}

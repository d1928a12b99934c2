/**
 * Refuses roles and bindings that grant rights which their writer does not hold.
 *
 * Kubernetes: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go.
 */

import { ApiError } from "../../lib/api-error.ts";
import { equalJson } from "../../lib/json.ts";
import type { ClusterRole, PolicyRule, RoleRef } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { escalationProblem } from "../authorization/escalation.ts";
import { authorize, isSuperuser, missingRole, rulesOfRole } from "../authorization/rbac.ts";
import type { User } from "../request.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

const GROUP = "rbac.authorization.k8s.io";
/** An aggregated role may come to hold any rule. */
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

export const rbacEscalation: AdmissionPlugin = {
  name: "RBACEscalation",

  validate(context) {
    const { user, operation, object, old } = context;
    // Controllers have no user and grant nothing of their own.
    if (!user || operation === "DELETE" || context.kind.group !== GROUP || isSuperuser(user)) return;
    if (old && isSameGrant(object, old)) return;
    if (isWriteTo(context, GROUP, "roles") || isWriteTo(context, GROUP, "clusterroles")) checkRole(context, user);
    else checkBinding(context, user);
  },
};

function isSameGrant(object: KubernetesObject, old: KubernetesObject): boolean {
  return ["rules", "aggregationRule", "subjects", "roleRef"].every((field) => equalJson(object[field], old[field]));
}

/** Throws Forbidden. */
function checkRole(context: AdmissionContext, user: User): void {
  const { metadata, ...role } = context.object as KubernetesObject & ClusterRole;
  const namespace = metadata.namespace ?? "";
  if (mayAnyway(context, user, { verb: "escalate", resource: context.kind.plural, name: metadata.name ?? "" })) return;
  const problem = escalationProblem(context.tx, user, namespace, role.rules ?? []);
  if (problem) throw forbidden(context, problem);
  if (role.aggregationRule && escalationProblem(context.tx, user, "", EVERYTHING)) {
    throw forbidden(context, "must have cluster-admin privileges to use the aggregationRule");
  }
}

/** Throws Forbidden, or NotFound if the role is missing and its rules are unknown. */
function checkBinding(context: AdmissionContext, user: User): void {
  const { metadata, roleRef } = context.object as KubernetesObject & { roleRef: RoleRef };
  const namespace = metadata.namespace ?? "";
  const resource = roleRef.kind === "ClusterRole" ? "clusterroles" : "roles";
  if (mayAnyway(context, user, { verb: "bind", resource, name: roleRef.name })) return;
  const rules = rulesOfRole(context.tx, roleRef, namespace);
  if (!rules) {
    const details = { name: roleRef.name, group: GROUP, kind: roleRef.kind.toLowerCase() };
    throw new ApiError("NotFound", missingRole(roleRef), details);
  }
  const problem = escalationProblem(context.tx, user, namespace, rules);
  if (problem) throw forbidden(context, problem);
}

function mayAnyway(
  context: AdmissionContext,
  user: User,
  asked: { verb: "escalate" | "bind"; resource: string; name: string },
): boolean {
  const namespace = context.object.metadata.namespace ?? "";
  const attributes = { isResource: true, user, group: GROUP, subresource: "", namespace, ...asked } as const;
  return authorize(context.tx, attributes).allowed;
}

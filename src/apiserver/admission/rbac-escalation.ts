/** Keeps people from granting, by roles and bindings, rights that they do not hold. In Kubernetes the storage of RBAC does. */
import { equalJson } from "../../lib/json.ts";
import type { ClusterRole, PolicyRule, RoleBinding } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { escalationProblem } from "../authorization/escalation.ts";
import { authorize, isSuperuser } from "../authorization/rbac.ts";
import type { User } from "../request.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

const GROUP = "rbac.authorization.k8s.io";

export const rbacEscalation: AdmissionPlugin = {
  name: "RBACEscalation",

  validate(context) {
    const { user, operation, object, old } = context;
    // Controllers have no user and grant nothing of their own.
    if (!user || operation === "DELETE" || context.kind.group !== GROUP || isSuperuser(user)) return;
    if (old && sameGrant(object, old)) return;
    const isRole = isWriteTo(context, GROUP, "roles") || isWriteTo(context, GROUP, "clusterroles");
    const target = isRole ? { name: object.metadata.name ?? "", plural: context.kind.plural } : referenced(object);
    if (mayAnyway(context, user, isRole ? "escalate" : "bind", target)) return;

    const namespace = object.metadata.namespace ?? "";
    const rules = isRole ? (object as ClusterRole & KubernetesObject).rules : rulesOf(context, namespace);
    const problem = escalationProblem(context.tx, user, namespace, rules ?? []);
    if (problem) throw forbidden(context, problem);
  },
};

function sameGrant(object: KubernetesObject, old: KubernetesObject): boolean {
  return ["rules", "aggregationRule", "subjects", "roleRef"].every((field) => equalJson(object[field], old[field]));
}

/** The role of a binding. */
function referenced(object: KubernetesObject): { name: string; plural: string } {
  const { roleRef } = object as KubernetesObject & RoleBinding;
  return { name: roleRef.name, plural: roleRef.kind === "ClusterRole" ? "clusterroles" : "roles" };
}

function mayAnyway(
  context: AdmissionContext,
  user: User,
  verb: "escalate" | "bind",
  target: { name: string; plural: string },
): boolean {
  const namespace = context.object.metadata.namespace ?? "";
  const { name, plural: resource } = target;
  const attributes = {
    isResource: true,
    user,
    verb,
    group: GROUP,
    resource,
    subresource: "",
    namespace,
    name,
  } as const;
  return authorize(context.tx, attributes).allowed;
}

function rulesOf(context: AdmissionContext, namespace: string): readonly PolicyRule[] | undefined {
  const { name, plural } = referenced(context.object);
  const key =
    plural === "roles" ? (`${GROUP}/roles/${namespace}/${name}` as const) : (`${GROUP}/clusterroles//${name}` as const);
  return (context.tx.getByKey(key) as (KubernetesObject & ClusterRole) | undefined)?.rules ?? undefined;
}

/**
 * Role-based access control by the roles and bindings of the cluster. Rules only allow; they never forbid. Members of
 * `system:masters` may do everything.
 *
 * Kubernetes: plugin/pkg/auth/authorizer/rbac/rbac.go.
 */
import type { KindDefinition, Reader } from "../../kinds/kind.ts";
import { clusterRoleBindingKind } from "../../kinds/rbac/cluster-role-binding.ts";
import { roleBindingKind } from "../../kinds/rbac/role-binding.ts";
import type { ClusterRole, ClusterRoleBinding, PolicyRule, RoleBinding, RoleRef, Subject } from "../../schema/index.ts";
import type { User } from "../request.ts";
import type { Attributes, ResourceAttributes } from "./attributes.ts";

export const SUPERUSERS = "system:masters";
export const AUTHENTICATED = "system:authenticated";
export const UNAUTHENTICATED = "system:unauthenticated";
const SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";

export interface Decision {
  allowed: boolean;
  /** The binding that allowed the request, or the missing roles that bindings name; in Kubernetes' words. */
  reason?: string;
}

export function isSuperuser(user: User): boolean {
  return user.groups.includes(SUPERUSERS);
}

export function authorize(snapshot: Reader, attributes: Attributes): Decision {
  if (isSuperuser(attributes.user)) return { allowed: true };
  const namespace = attributes.isResource ? attributes.namespace : "";
  const missing = new Set<string>();
  for (const grant of grantsOf(snapshot, attributes.user, namespace)) {
    if (grant.rules?.some((rule) => ruleAllows(rule, attributes))) {
      return { allowed: true, reason: `RBAC: allowed by ${grant.description}` };
    }
    if (!grant.rules) missing.add(grant.missing);
  }
  return { allowed: false, ...(missing.size > 0 && { reason: `RBAC: ${aggregated([...missing])}` }) };
}

/** Several errors in the format of Go's aggregate error. */
export function aggregated(errors: readonly string[]): string {
  return errors.length === 1 ? errors[0]! : `[${errors.join(", ")}]`;
}

/** The rules that a binding gives to a user, or the missing role that it names. */
type Grant =
  | { rules: readonly PolicyRule[]; description: string }
  /** `missing` is the message about the missing role. */
  | { rules?: undefined; missing: string };

/** All granted rules, and the errors of bindings whose role is missing. */
export function rulesGranted(
  snapshot: Reader,
  user: User,
  namespace: string,
): { rules: PolicyRule[]; problems: string[] } {
  const rules: PolicyRule[] = [];
  const problems = new Set<string>();
  for (const grant of grantsOf(snapshot, user, namespace)) {
    if (grant.rules) rules.push(...grant.rules);
    else problems.add(grant.missing);
  }
  return { rules, problems: [...problems] };
}

/** All grants: cluster-wide, then in the namespace. A generator: the first grant that allows ends the search. */
function* grantsOf(snapshot: Reader, user: User, namespace: string): Generator<Grant> {
  for (const binding of snapshot.list(
    clusterRoleBindingKind as unknown as KindDefinition,
  ) as unknown as ClusterRoleBinding[]) {
    const subject = binding.subjects?.find((candidate) => isSubject(candidate, user, ""));
    if (!subject) continue;
    const name = binding.metadata?.name ?? "";
    const rules = rulesOfRole(snapshot, binding.roleRef, "");
    if (!rules) yield { missing: missingRole(binding.roleRef) };
    else yield { rules, description: describe("ClusterRoleBinding", name, binding.roleRef, subject) };
  }
  if (namespace === "") return;
  const bindings = snapshot.list(roleBindingKind as unknown as KindDefinition, namespace) as unknown as RoleBinding[];
  for (const binding of bindings) {
    const subject = binding.subjects?.find((candidate) => isSubject(candidate, user, namespace));
    if (!subject) continue;
    const name = `${binding.metadata?.name ?? ""}/${namespace}`;
    const rules = rulesOfRole(snapshot, binding.roleRef, namespace);
    if (!rules) yield { missing: missingRole(binding.roleRef) };
    else yield { rules, description: describe("RoleBinding", name, binding.roleRef, subject) };
  }
}

/** The rules of the referenced role; undefined when the role does not exist. */
export function rulesOfRole(snapshot: Reader, roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
  const role =
    roleRef.kind === "ClusterRole"
      ? snapshot.getByKey(`rbac.authorization.k8s.io/clusterroles//${roleRef.name}`)
      : snapshot.getByKey(`rbac.authorization.k8s.io/roles/${namespace}/${roleRef.name}`);
  return role && ((role as ClusterRole).rules ?? []);
}

/** `clusterrole.rbac.authorization.k8s.io "x" not found`. */
export function missingRole({ kind, name }: Pick<RoleRef, "kind" | "name">): string {
  return `${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`;
}

function isSubject(subject: Subject, user: User, bindingNamespace: string): boolean {
  switch (subject.kind) {
    case "User":
      return user.name === subject.name;
    case "Group":
      return user.groups.includes(subject.name);
    case "ServiceAccount": {
      const namespace = subject.namespace || bindingNamespace;
      return namespace !== "" && user.name === `${SERVICE_ACCOUNT_PREFIX}${namespace}:${subject.name}`;
    }
    default:
      return false;
  }
}

function describe(kind: string, name: string, roleRef: RoleRef, subject: Subject): string {
  const who = subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace ?? ""}` : subject.name;
  return (
    `${kind} ${JSON.stringify(name)} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} ` +
    `to ${subject.kind} ${JSON.stringify(who)}`
  );
}

function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!includes(rule.verbs, attributes.verb)) return false;
  return attributes.isResource
    ? resourceMatches(rule, attributes)
    : (rule.nonResourceURLs ?? []).some((url) => pathMatches(url, attributes.path));
}

function resourceMatches(rule: PolicyRule, { group, resource, subresource, name }: ResourceAttributes): boolean {
  if (!includes(rule.apiGroups, group)) return false;
  const target = subresource === "" ? resource : `${resource}/${subresource}`;
  const matchesResource = (rule.resources ?? []).some(
    (allowed) => allowed === "*" || allowed === target || (subresource !== "" && allowed === `*/${subresource}`),
  );
  return matchesResource && (!rule.resourceNames?.length || (name !== "" && rule.resourceNames.includes(name)));
}

/** True if the path matches a non-resource URL of a rule, which may end with `*`. */
export function pathMatches(url: string, path: string): boolean {
  return url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1)));
}

function includes(values: readonly string[] | undefined, value: string): boolean {
  return values !== undefined && (values.includes("*") || values.includes(value));
}

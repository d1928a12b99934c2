/**
 * Rules of RBAC: their single permissions, and which of them other rules grant.
 * Source: k8s.io/component-helpers auth/rbac/validation/policy_comparator.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { textsAt } from "../describe/fields.ts";

/** The single permissions of `wanted` that no rule of `owner` grants, in their order. */
export function uncoveredRules(owner: readonly JsonObject[], wanted: readonly JsonObject[]): JsonObject[] {
  return wanted.flatMap(permissionsOf).filter((one) => !owner.some((rule) => covers(rule, one)));
}

/** A rule for each verb of each resource and name, and for each verb of each URL. */
export function permissionsOf(rule: JsonObject): JsonObject[] {
  const verbs = textsAt(rule, "verbs");
  const names = textsAt(rule, "resourceNames");
  const nameLists = names.length > 0 ? names.map((name) => ({ resourceNames: [name] })) : [{}];
  const ofResources = textsAt(rule, "apiGroups").flatMap((group) =>
    textsAt(rule, "resources").flatMap((resource) =>
      verbs.flatMap((verb) =>
        nameLists.map((named) => ({ verbs: [verb], apiGroups: [group], resources: [resource], ...named })),
      ),
    ),
  );
  const ofUrls = textsAt(rule, "nonResourceURLs").flatMap((url) =>
    verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [url] })),
  );
  return [...ofResources, ...ofUrls];
}

function covers(owner: JsonObject, permission: JsonObject): boolean {
  const names = textsAt(owner, "resourceNames");
  const wantedNames = textsAt(permission, "resourceNames");
  const hasNames = names.length === 0 || (wantedNames.length > 0 && wantedNames.every((name) => names.includes(name)));
  return (
    hasAll(owner, permission, "verbs") &&
    hasAll(owner, permission, "apiGroups") &&
    hasAll(owner, permission, "resources", (owned, resource) => owned.includes(resource.replace(/^[^/]*\//, "*/"))) &&
    hasAll(owner, permission, "nonResourceURLs", (owned, url) =>
      owned.some((prefix) => prefix.endsWith("*") && url.startsWith(prefix.replace(/\*+$/, ""))),
    ) &&
    hasNames
  );
}

/** Every entry of the permission's list is one of the owner's, or `*` is, or `alsoHas` finds it. */
function hasAll(
  owner: JsonObject,
  permission: JsonObject,
  field: string,
  alsoHas: (owned: readonly string[], entry: string) => boolean = () => false,
): boolean {
  const owned = textsAt(owner, field);
  return textsAt(permission, field).every(
    (entry) => owned.includes("*") || owned.includes(entry) || alsoHas(owned, entry),
  );
}

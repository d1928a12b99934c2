/**
 * The usage of a quota, counted from the objects themselves and not from the quota's status.
 *
 * Kubernetes: pkg/controller/resourcequota/resource_quota_controller.go
 */
import type { ResourceQuota } from "../../schema/index.ts";
import type { KindDefinition, Reader } from "../kind.ts";
import { addLists, only, type ResourceList } from "./resource-list.ts";
import { isInScopes, quotaRulesOf } from "./rules.ts";

/** The usage of the resources in `hard` by objects of one kind. */
export function usageOfKind(
  reader: Reader,
  kind: KindDefinition,
  quota: ResourceQuota,
  hard: ResourceList,
  nowMs: number,
): ResourceList {
  const rules = quotaRulesOf(kind);
  let used: ResourceList = {};
  for (const object of reader.list(kind, quota.metadata.namespace ?? "")) {
    if (!isInScopes(rules, quota, object)) continue;
    used = addLists(
      used,
      only(rules.usage(object, nowMs), (name) => hard[name] !== undefined),
    );
  }
  return used;
}

/** The usage of each resource that the quota limits. Resources that no kind measures are left out. */
export function usageOfQuota(reader: Reader, quota: ResourceQuota, nowMs: number): ResourceList {
  const hard = quota.spec.hard ?? {};
  const names = Object.keys(hard);
  let used: ResourceList = {};
  for (const kind of reader.kinds.stored) {
    if (!kind.namespaced) continue;
    const rules = quotaRulesOf(kind);
    const measured = names.filter((name) => rules.measures(name));
    if (measured.length === 0) continue;
    used = addLists(used, Object.fromEntries(measured.map((name) => [name, "0"])));
    used = addLists(used, usageOfKind(reader, kind, quota, hard, nowMs));
  }
  return used;
}

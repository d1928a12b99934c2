/** How a kind counts against ResourceQuotas. Kinds that say nothing are counted by number, as `count/<plural>.<group>`. */
import type { ResourceQuota, ScopedResourceSelectorRequirement } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { KindDefinition } from "../kind.ts";
import type { ResourceList } from "./resource-list.ts";

export interface QuotaRules<T extends KubernetesObject = KubernetesObject> {
  /** Does a quota on this resource concern the kind? */
  measures(resource: string): boolean;
  usage(object: T, nowMs: number): ResourceList;
  /** What an object must say of itself where a quota limits these resources; undefined if it does. */
  missing?(object: T, resources: readonly string[]): string | undefined;
  /** Absent: quotas with scopes do not concern the kind. */
  isInScope?(object: T, scope: ScopedResourceSelectorRequirement): boolean;
  /** Updates that may use more: `""` for the main resource, else the subresource's name. */
  updates?: readonly string[];
}

/** Resources that count objects of the legacy group under their plain name. */
const PLAIN_COUNTS = ["configmaps", "replicationcontrollers", "resourcequotas", "secrets"];

/** `count/pods`, `count/deployments.apps`. */
export function countName({ group, plural }: Pick<KindDefinition, "group" | "plural">): string {
  return group === "" ? `count/${plural}` : `count/${plural}.${group}`;
}

export function quotaRulesOf(kind: KindDefinition): QuotaRules {
  return kind.quota ?? countRules(kind);
}

/** Scopes and selector of a quota as one list; all must hold. */
export function concerns(rules: QuotaRules, quota: ResourceQuota, object: KubernetesObject): boolean {
  if (!Object.keys(quota.status?.hard ?? quota.spec.hard ?? {}).some((name) => rules.measures(name))) return false;
  return isInScopes(rules, quota, object);
}

export function isInScopes(rules: QuotaRules, { spec }: ResourceQuota, object: KubernetesObject): boolean {
  const scopes: ScopedResourceSelectorRequirement[] = [
    ...(spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" })),
    ...(spec.scopeSelector?.matchExpressions ?? []),
  ];
  return scopes.every((scope) => rules.isInScope?.(object, scope) ?? false);
}

function countRules(kind: KindDefinition): QuotaRules {
  const names = [countName(kind)];
  if (kind.group === "" && PLAIN_COUNTS.includes(kind.plural)) names.push(kind.plural);
  const usage = Object.fromEntries(names.map((name) => [name, "1"]));
  return { measures: (resource) => names.includes(resource), usage: () => usage };
}

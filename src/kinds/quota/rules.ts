/**
 * Quota rules of a kind. By default a kind counts by number, as `count/<plural>.<group>`.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go
 */
import type { ResourceQuota, ScopedResourceSelectorRequirement } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { KindDefinition, QuotaRules } from "../kind.ts";

/** Resources that count objects of the legacy group under their plain name. */
const PLAIN_COUNTS = ["configmaps", "replicationcontrollers", "resourcequotas", "secrets"];

/** `count/pods`, `count/deployments.apps`. */
function countName({ group, plural }: Pick<KindDefinition, "group" | "plural">): string {
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

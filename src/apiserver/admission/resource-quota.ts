/**
 * Refuses writes that would exceed a namespace's quotas. Usage is counted in the write's transaction, so concurrent
 * writers cannot exceed a quota together. The quota's status is updated by its controller.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go.
 */
import { resourceQuotaKind } from "../../kinds/core/resource-quota.ts";
import type { QuotaRules } from "../../kinds/kind.ts";
import { addLists, excessOf, formatList, only, type ResourceList } from "../../kinds/quota/resource-list.ts";
import { concerns, quotaRulesOf } from "../../kinds/quota/rules.ts";
import { usageOfKind } from "../../kinds/quota/usage.ts";
import { compareQuantities } from "../../lib/quantity.ts";
import type { ResourceQuota } from "../../schema/index.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden } from "./context.ts";

export const resourceQuota: AdmissionPlugin = {
  name: "ResourceQuota",

  validate(context) {
    const { kind, object, tx } = context;
    if (!kind.namespaced || !mayUseMore(context)) return;
    const quotas = tx.list(resourceQuotaKind, object.metadata.namespace ?? "");
    if (quotas.length === 0) return;
    const rules = quotaRulesOf(kind);
    const concerned = quotas.filter((quota) => quota.status?.hard && concerns(rules, quota, object));
    for (const quota of concerned) refuseSilent(context, rules, quota);
    for (const quota of concerned) refuseExcess(context, rules, quota);
  },
};

function mayUseMore({ operation, kind, subresource }: AdmissionContext): boolean {
  if (operation === "CREATE") return subresource === undefined;
  return operation === "UPDATE" && quotaRulesOf(kind).updates?.includes(subresource ?? "") === true;
}

function refuseSilent(context: AdmissionContext, rules: QuotaRules, quota: ResourceQuota): void {
  const limited = Object.keys(quota.status?.hard ?? {}).filter((name) => rules.measures(name));
  const problem = rules.missing?.(context.object, limited);
  if (problem) throw forbidden(context, `failed quota: ${quota.metadata.name}: ${problem}`);
}

function refuseExcess(context: AdmissionContext, rules: QuotaRules, quota: ResourceQuota): void {
  const hard = quota.status?.hard ?? {};
  const requested = only(
    additional(context, rules, quota),
    (name, quantity) => hard[name] !== undefined && compareQuantities(quantity, "0") > 0,
  );
  if (Object.keys(requested).length === 0) return;
  const used = usageOfKind(context.tx, context.kind, quota, hard, context.tx.nowMs);
  const next = addLists(used, requested);
  const exceeded = (name: string) => requested[name] !== undefined && compareQuantities(next[name]!, hard[name]!) > 0;
  if (!Object.keys(requested).some(exceeded)) return;
  const usedOfExceeded = Object.fromEntries(
    Object.keys(requested)
      .filter(exceeded)
      .map((name) => [name, used[name] ?? "0"]),
  );
  throw forbidden(
    context,
    `exceeded quota: ${quota.metadata.name}, requested: ${formatList(only(requested, exceeded))}, ` +
      `used: ${formatList(usedOfExceeded)}, limited: ${formatList(only(hard, exceeded))}`,
  );
}

/** The usage that the write adds to the object's earlier usage. */
function additional({ object, old, tx }: AdmissionContext, rules: QuotaRules, quota: ResourceQuota): ResourceList {
  const usage = rules.usage(object, tx.nowMs);
  return old && concerns(rules, quota, old) ? excessOf(usage, rules.usage(old, tx.nowMs)) : usage;
}

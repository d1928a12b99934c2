/**
 * Keeps the status of ResourceQuotas: the limits of the specification, and the usage.
 * Kubernetes: pkg/controller/resourcequota/resource_quota_controller.go (syncResourceQuota)
 */

import type { ObjectChange } from "../cluster/object-change.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { resourceQuotaKind } from "../kinds/core/resource-quota.ts";
import type { QuotaRules } from "../kinds/kind.ts";
import { objectKey, parseKey } from "../kinds/kind.ts";
import { quotaRulesOf } from "../kinds/quota/rules.ts";
import { usageOfQuota } from "../kinds/quota/usage.ts";
import { equalJson } from "../lib/json.ts";
import type { ResourceQuota } from "../schema/index.ts";
import { type Controller, self } from "./controller.ts";

export const resourceQuotaController: Controller = {
  name: "resourcequota",
  manager: "kube-controller-manager",
  watches: [self(resourceQuotaKind), { resource: "*", map: quotasConcerned }],

  reconcile(tx, key, nowMs) {
    const quota = tx.getByKey(key) as ResourceQuota | undefined;
    if (!quota) return;
    const hard = quota.spec.hard ?? {};
    const used = usageOfQuota(tx, quota, nowMs);
    if (equalJson(quota.status?.hard, hard) && equalJson(quota.status?.used, used)) return;
    tx.updateStatus(resourceQuotaKind, quota, (draft) => {
      draft.status = { hard: { ...hard }, used: { ...used } };
    });
  },
};

/** Wakes the quotas of the namespace that measure an object that was created, removed or changed its usage. */
function quotasConcerned({ key, before, after }: ObjectChange, tx: Transaction) {
  const { namespace } = parseKey(key);
  const kind = namespace === "" ? undefined : tx.kindOf(key);
  if (!kind) return [];
  const quotas = tx.list(resourceQuotaKind, namespace);
  if (quotas.length === 0) return [];
  const rules = quotaRulesOf(kind);
  if (before && after && !usageDiffers(rules, before, after, tx.nowMs)) return [];
  return quotas
    .filter(({ spec }) => Object.keys(spec.hard ?? {}).some((name) => rules.measures(name)))
    .map(({ metadata }) => objectKey(resourceQuotaKind, namespace, metadata.name ?? ""));
}

function usageDiffers(
  rules: QuotaRules,
  before: NonNullable<ObjectChange["before"]>,
  after: NonNullable<ObjectChange["after"]>,
  nowMs: number,
): boolean {
  return rules.updates !== undefined && !equalJson(rules.usage(before, nowMs), rules.usage(after, nowMs));
}

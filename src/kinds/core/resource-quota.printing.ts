/**
 * The REQUEST and LIMIT columns of ResourceQuotas.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go (printResourceQuota)
 */
import { canonicalQuantity } from "../../lib/quantity.ts";
import type { ResourceQuota } from "../../schema/index.ts";

/** `configmaps: 2/50, pods: 1/10`: used and hard amounts, either of limits or of all other resources. */
export function quotaCell({ status }: ResourceQuota, options: { limits: boolean }): string {
  const { hard = {}, used = {} } = status ?? {};
  return Object.keys(hard)
    .sort()
    .filter((resource) => resource.startsWith("limits") === options.limits)
    .map(
      (resource) =>
        `${resource}: ${canonicalQuantity(used[resource] ?? "0")}/${canonicalQuantity(hard[resource] ?? "0")}`,
    )
    .join(", ");
}

/**
 * Warnings of StatefulSets.
 *
 * Kubernetes: pkg/registry/apps/statefulset/strategy.go (WarningsOnCreate, WarningsOnUpdate)
 */
import type { StatefulSet } from "../../schema/index.ts";
import { claimSpecWarnings } from "../core/persistent-volume-claim.warnings.ts";
import { templateWarnings } from "../core/pod-spec/pod-template.warnings.ts";

export function statefulSetWarnings(set: StatefulSet, old: StatefulSet | undefined): string[] {
  const warnings = templateWarnings(set, old);
  // Kubernetes prints the path differently on creation and on update.
  const spec = old ? ".Spec" : "";
  for (const [i, claim] of (set.spec.volumeClaimTemplates ?? []).entries()) {
    warnings.push(...claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${i}]${spec}`));
  }
  if ((set.spec.revisionHistoryLimit ?? 0) < 0) {
    const why = "a negative value retains all historical revisions; a value >= 0 is recommended";
    warnings.push(`spec.revisionHistoryLimit: ${why}`);
  }
  return warnings;
}

/**
 * Warnings of Nodes.
 *
 * Kubernetes: pkg/api/node/util.go (GetWarningsForNode)
 */
import type { Node } from "../../schema/index.ts";

export function nodeWarnings({ spec }: Node): string[] {
  const warnings: string[] = [];
  if (spec?.configSource) warnings.push("spec.configSource: the feature is no longer supported");
  if (spec?.externalID) warnings.push("spec.externalID: this field is deprecated, and is unused by Kubernetes");
  return warnings;
}
